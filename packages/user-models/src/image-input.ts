import type { ModelValue } from '@ganscout/autodiff';
import { describeShape } from './loaded-model.js';

/** Order of the axes: N × 3 × H × W, as PyTorch has it, or N × H × W × 3, as TensorFlow has it. */
export type Layout = 'nchw' | 'nhwc';

/** Size of images in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** How images go into a model. */
export interface ImageInput extends ImageSize {
  readonly layout: Layout;
  /** Images at a time, where the model fixes it. */
  readonly batch: number | null;
}

/** What the user says of the input where the model leaves it open. */
export interface ImageInputOptions {
  readonly layout?: Layout | undefined;
  readonly inputSize?: ImageSize | undefined;
}

const CHANNEL_AXIS = { nchw: 1, nhwc: 3 } as const;
const SIDE_AXES = { nchw: [2, 3], nhwc: [1, 2] } as const;

/**
 * Finds out how images go into a model: the axis of size 3 holds the channels.
 *
 * @param input its shape is empty if the model does not say: then both options are needed.
 * @param path named in errors.
 * @throws {TypeError} if the input is not float32, does not have four axes, or it cannot be told where channels are.
 * @throws {RangeError} if there are not 3 channels, a side is open and not given, or given and another one.
 */
export function imageInput(input: ModelValue, options: ImageInputOptions, path: string): ImageInput {
  const found = `input "${input.name}" of ${path}`;
  const { type, shape } = input;
  if (type !== 'float32') {
    throw new TypeError(`openUserModel: ${found} must be float32, got ${type}; export the model with it`);
  }
  if (shape.length !== 0 && shape.length !== 4) {
    throw new TypeError(
      `openUserModel: ${found} must have 4 axes, N × 3 × H × W or N × H × W × 3, got ${shape.length}: ${describeShape(shape)}`,
    );
  }
  const layout = options.layout ?? recognizeLayout(shape, found);
  const axis = CHANNEL_AXIS[layout];
  const channels = fixedSize(shape[axis]) ?? 3;
  if (channels !== 3) {
    throw new RangeError(
      `openUserModel: ${found} must have 3 channels at axis ${axis} in layout "${layout}", got ${describeShape(shape)}`,
    );
  }
  const [heightAxis, widthAxis] = SIDE_AXES[layout];
  return {
    layout,
    batch: fixedSize(shape[0]),
    height: readSide('height', shape[heightAxis], options.inputSize, found),
    width: readSide('width', shape[widthAxis], options.inputSize, found),
  };
}

function recognizeLayout(shape: ModelValue['shape'], found: string): Layout {
  const layouts = (['nchw', 'nhwc'] as const).filter((layout) => shape[CHANNEL_AXIS[layout]] === 3);
  const [layout] = layouts;
  if (layouts.length === 1 && layout !== undefined) return layout;
  throw new TypeError(
    `openUserModel: ${found} must have size 3 at axis 1 or at axis 3, for the channels, and not at both, got ${describeShape(shape)}; say option layout if it is left open`,
  );
}

function readSide(
  name: 'width' | 'height',
  size: number | string | undefined,
  given: ImageSize | undefined,
  found: string,
): number {
  const side = fixedSize(size);
  const wanted = given?.[name];
  if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 1)) {
    throw new RangeError(`openUserModel: inputSize.${name} must be a positive integer, got ${wanted}`);
  }
  if (side !== null && wanted !== undefined && side !== wanted) {
    throw new RangeError(`openUserModel: ${found} has a ${name} of ${side}, got inputSize.${name} ${wanted}`);
  }
  const result = side ?? wanted;
  if (result !== undefined) return result;
  throw new RangeError(
    `openUserModel: ${found} leaves its ${name} open; say option inputSize, for example { width: 224, height: 224 }`,
  );
}

function fixedSize(size: number | string | undefined): number | null {
  return typeof size === 'number' && size > 0 ? size : null;
}
