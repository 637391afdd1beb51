import type { DecodedValueInfo } from '../onnx-decoding.js';
import { formatShape } from '../operators/rule.js';

/** Sizes for what a file leaves open. */
export interface InputSizes {
  /** Size of the first axis where the file leaves it open. */
  readonly batch: number;
  /** Height and width: sizes of the last two axes of an input of four where the file leaves them open. */
  readonly imageSize?: readonly [height: number, width: number];
  /** Whole shapes of inputs by name, whatever the file says; nodes made for another shape may not fit. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** The shape of an input as numbers. @throws {RangeError} if a size stays open, or the file fixes another batch. */
export function inputShape({ name, shape }: DecodedValueInfo, sizes: InputSizes): number[] {
  const given = sizes.shapes?.[name];
  if (given !== undefined) return checkShape(name, given);
  if (shape === null)
    throw new RangeError(`importModel: shapes.${name} must be given; the file says nothing`);
  return shape.map((size, axis) => {
    if (axis === 0 && typeof size === 'number' && size !== sizes.batch) {
      throw new RangeError(
        `importModel: batch must be ${size}, which the file fixes for input "${name}" of shape ${formatShape(shape)}, got ${sizes.batch}; ` +
          'export the model with a dynamic first axis, or give shapes',
      );
    }
    if (typeof size === 'number') return size;
    if (axis === 0) return sizes.batch;
    const spatial = shape.length === 4 && axis >= 2 ? sizes.imageSize?.[axis - 2] : undefined;
    if (spatial !== undefined) return spatial;
    throw new RangeError(
      `importModel: ${shape.length === 4 && axis >= 2 ? 'imageSize' : `shapes.${name}`} must be given; axis ${axis} of input "${name}" is open: ${formatShape(shape)}`,
    );
  });
}

/** @throws {RangeError} if a size is not a positive integer. */
export function checkSizes({ batch, imageSize = [1, 1] }: InputSizes): void {
  checkShape('batch', [batch]);
  checkShape('imageSize', imageSize);
}

function checkShape(name: string, shape: readonly number[]): number[] {
  if (shape.every((size) => Number.isInteger(size) && size >= 1 && size <= 2 ** 31)) return [...shape];
  throw new RangeError(`importModel: ${name} must be of positive integers, got ${formatShape(shape)}`);
}
