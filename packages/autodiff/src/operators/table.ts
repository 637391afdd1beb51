import { activationRules } from './activation.js';
import { broadcastRules } from './broadcast.js';
import { comparisonRules } from './comparison.js';
import { convolutionRules } from './convolution-rules.js';
import { elementwiseRules } from './elementwise.js';
import { extremeRules } from './extreme.js';
import { frozenNormalizationRules } from './frozen-normalization.js';
import { linearRules } from './linear.js';
import { lossRules } from './loss.js';
import { poolingRules } from './pooling.js';
import type { OperatorRule } from './rule.js';
import { shapeRules } from './shape.js';

/** Rules of every operator in use. A new family of operators is one more file and one more line here. */
const OPERATOR_RULES: ReadonlyMap<string, OperatorRule> = new Map(
  [
    activationRules,
    broadcastRules,
    comparisonRules,
    convolutionRules,
    elementwiseRules,
    extremeRules,
    frozenNormalizationRules,
    linearRules,
    lossRules,
    poolingRules,
    shapeRules,
  ].flatMap((rules) => Object.entries(rules)),
);

/** Names of the operators that have rules. */
export const OPERATOR_NAMES: readonly string[] = [...OPERATOR_RULES.keys()];

/** Rule of an operator by its ONNX name. @throws {RangeError} if there is none. */
export function operatorRule(operator: string): OperatorRule {
  const rule = OPERATOR_RULES.get(operator);
  if (rule !== undefined) return rule;
  throw new RangeError(`operator must be one of ${OPERATOR_NAMES.join(', ')}, got ${operator}`);
}
