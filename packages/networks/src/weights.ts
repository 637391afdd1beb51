import type { Random } from '@ganscout/numeric';

/** A named array of a network. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Parameters and running averages by name, as PyTorch names them, e.g. `layer1.0.conv1.weight`. */
export type Weights = ReadonlyMap<string, WeightTensor>;

/** How an array starts when no weights are given. */
export type Initializer = (size: number, random: Random) => Float32Array;

/** Every element the same. */
export const filled =
  (value: number): Initializer =>
  (size) =>
    new Float32Array(size).fill(value);

/** Normal with standard deviation √(2 / fan). Source: K. He et al., "Delving Deep into Rectifiers", ICCV 2015, eq. 10. */
export const heNormal = (fan: number): Initializer => normal(Math.sqrt(2 / fan));

/** Normal with the given standard deviation. */
export const normal =
  (deviation: number): Initializer =>
  (size, random) => {
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = deviation * random.normal();
    return values;
  };

/** Uniform in ±1 / √fan, as PyTorch starts linear and convolution layers. */
export const uniformByFan =
  (fan: number): Initializer =>
  (size, random) => {
    const limit = 1 / Math.sqrt(fan);
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = limit * (2 * random.uniform() - 1);
    return values;
  };
