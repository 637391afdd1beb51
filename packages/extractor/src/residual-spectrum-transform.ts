/** Computes power spectra of square patches of one size. */
export interface PowerSpectrum {
  /** Side of the patches, P. */
  readonly size: number;
  /**
   * Power by frequency: |DFT of the patch times a Hann window|², over the sum of the squared window. White noise of variance
   * σ² has the expectation σ² at every frequency.
   *
   * @param patch P × P; not modified. @param power P × P, overwritten: row and column k stand for k / P cycles a pixel, those
   *   from P / 2 on for k / P - 1.
   */
  measure(patch: Float64Array, power: Float64Array): void;
}

/**
 * Prepares power spectra of P × P patches.
 *
 * @throws {RangeError} if the size is not a power of two in [8, 1024].
 *
 * Cost: O(P² log P) for each patch.
 * Source: P. Welch, "The use of fast Fourier transform for the estimation of power spectra", IEEE Trans. Audio and
 * Electroacoustics 15(2), 1967; J. Cooley, J. Tukey, Mathematics of Computation 19(90), 1965.
 */
export function createPowerSpectrum(size: number): PowerSpectrum {
  if (!(size >= 8 && size <= 1024 && Number.isInteger(Math.log2(size)))) {
    throw new RangeError(`createPowerSpectrum: size must be a power of two in [8, 1024], got ${size}`);
  }
  const hann = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size),
  );
  const energy = hann.reduce((sum, value) => sum + value * value, 0) ** 2;
  const transform = createTransform(size);
  const real = new Float64Array(size * size);
  const imaginary = new Float64Array(size * size);
  return {
    size,
    measure(patch, power) {
      for (let i = 0; i < patch.length; i++) {
        real[i] = patch[i] * hann[i % size] * hann[Math.floor(i / size)];
        imaginary[i] = 0;
      }
      for (let i = 0; i < size; i++) transform(real, imaginary, i * size, 1);
      for (let i = 0; i < size; i++) transform(real, imaginary, i, size);
      for (let i = 0; i < patch.length; i++) power[i] = (real[i] ** 2 + imaginary[i] ** 2) / energy;
    },
  };
}

type Transform = (real: Float64Array, imaginary: Float64Array, first: number, step: number) => void;

/** Prepares the discrete Fourier transform in place of every `step`-th number from `first` on. @param size a power of two. */
export function createTransform(size: number): Transform {
  const bits = Math.log2(size);
  const reversed = Int32Array.from({ length: size }, (_, i) => {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) result |= ((i >> bit) & 1) << (bits - 1 - bit);
    return result;
  });
  const cosine = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sine = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  return (real, imaginary, first, step) => {
    for (let i = 0; i < size; i++) {
      a[reversed[i]] = real[first + i * step];
      b[reversed[i]] = imaginary[first + i * step];
    }
    for (let half = 1; half < size; half *= 2) butterflies(a, b, half, { cosine, sine });
    for (let i = 0; i < size; i++) {
      real[first + i * step] = a[i];
      imaginary[first + i * step] = b[i];
    }
  };
}

/** Joins transforms of `half` numbers each to those of twice as many. */
function butterflies(
  a: Float64Array,
  b: Float64Array,
  half: number,
  { cosine, sine }: { readonly cosine: Float64Array; readonly sine: Float64Array },
): void {
  const stride = cosine.length / half;
  for (let start = 0; start < a.length; start += 2 * half) {
    for (let k = 0; k < half; k++) {
      const [low, high] = [start + k, start + k + half];
      const [c, s] = [cosine[k * stride], sine[k * stride]];
      const x = a[high] * c - b[high] * s;
      const y = a[high] * s + b[high] * c;
      a[high] = a[low] - x;
      b[high] = b[low] - y;
      a[low] += x;
      b[low] += y;
    }
  }
}
