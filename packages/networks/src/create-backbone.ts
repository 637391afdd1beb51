import type { Backbone } from './backbone.js';
import { type MobilenetOptions, mobilenetV2 } from './mobilenet-v2.js';
import { type PoseOptions, poseNetwork } from './pose-network.js';
import { residualCnn } from './residual-cnn.js';
import { resnet } from './resnet.js';
import { xception } from './xception.js';

/** Names that {@link createBackbone} knows. */
export const BACKBONE_NAMES = [
  'resnet18',
  'resnet50',
  'resnet101',
  'mobilenet-v2',
  'xception',
  'pose',
  'residual-cnn',
] as const;

export type BackboneName = (typeof BACKBONE_NAMES)[number];

/** Options of the backbones that have some. */
export type BackboneOptions = MobilenetOptions & PoseOptions;

/** Which options a backbone has. */
const OPTIONS_OF: Readonly<Partial<Record<BackboneName, readonly (keyof BackboneOptions)[]>>> = {
  'mobilenet-v2': ['width'],
  pose: ['image', 'input'],
};

/**
 * A backbone by its name.
 *
 * @param options `width` of mobilenet-v2, `image` and `input` of pose.
 * @throws {RangeError} if the name is not known, or an option is not one of this backbone or out of range.
 */
export function createBackbone(name: BackboneName, options: BackboneOptions = {}): Backbone {
  if (!BACKBONE_NAMES.includes(name)) {
    throw new RangeError(`backbone must be one of ${BACKBONE_NAMES.join(', ')}, got ${name}`);
  }
  checkOptions(name, options);
  switch (name) {
    case 'mobilenet-v2':
      return mobilenetV2(options);
    case 'xception':
      return xception();
    case 'pose':
      return poseNetwork(options);
    case 'residual-cnn':
      return residualCnn();
    default:
      return resnet(name);
  }
}

function checkOptions(name: BackboneName, options: BackboneOptions): void {
  const known: readonly string[] = OPTIONS_OF[name] ?? [];
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown === undefined) return;
  const expected = known.length === 0 ? 'has no options' : `has the options ${known.join(', ')}`;
  throw new RangeError(`backbone ${name} ${expected}, got ${unknown}`);
}
