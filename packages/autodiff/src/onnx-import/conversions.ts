import { elementwiseConversions } from './convert-elementwise.js';
import { linearConversions } from './convert-linear.js';
import { resizeConversions } from './convert-resize.js';
import { shapeConversions } from './convert-shape.js';
import { windowConversions } from './convert-windows.js';
import { FOLDED_OPERATORS } from './folding.js';
import type { Conversion } from './imported-node.js';

/** Conversions of every operator that can be imported. A new family is one more file and one more line here. */
export const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map(
  [elementwiseConversions, linearConversions, resizeConversions, shapeConversions, windowConversions].flatMap(
    (conversions) => Object.entries(conversions),
  ),
);

/** Names of the operators that can be imported, some of them only where their inputs are known. */
export const KNOWN_OPERATORS: ReadonlySet<string> = new Set(
  [...CONVERSIONS.keys(), ...FOLDED_OPERATORS, 'If'].sort(),
);
