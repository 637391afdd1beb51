import { readFileSync } from 'node:fs';
import { decodeNpy, encodeNpy } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { describe, expect, test } from 'vitest';
import {
  decodeContentBasis,
  encodeContentBasis,
  fitContentBasis,
  type WhiteningData,
} from '../src/content-basis.js';
import {
  applyContentWhitening,
  decodeContentWhitening,
  encodeContentWhitening,
  fitContentWhitening,
  whitenBasis,
} from '../src/content-whitening.js';
import { type WhiteningOptions, whiteningOptionsSchema } from '../src/options-whitening.js';
import { type RowSource, rowsOf } from '../src/row-source.js';

const folder = new URL('../../../test/reference/content-whitening/', import.meta.url);
const read = (name: string) =>
  decodeNpy(new Uint8Array(readFileSync(new URL(name, folder)))).data as Float32Array;
const range = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
/** Options with the plain algebra, each step beyond it only if given. */
const options = (given: Partial<WhiteningOptions>) =>
  whiteningOptionsSchema.parse({ components: 300, shrinkage: 0.1, clip: null, unitLength: false, ...given });

type InMemory = WhiteningData & { readonly whole: Float32Array; readonly crops: Float32Array };

/** Four known images at (±1, ±1) and two others at (±3, 0), all shifted by (10, 20); two crops of two images. */
const square: InMemory = {
  dims: 2,
  whole: Float32Array.of(11, 21, 11, 19, 9, 21, 9, 19, 13, 20, 7, 20),
  knownRows: range(4),
  crops: Float32Array.of(12, 20, 8, 20, 10, 20.5, 10, 19.5),
  cropsPerImage: 2,
};

/** Six sources in faint directions under strong content in ten others. */
function plantedData(): InMemory & { sources: Int32Array } {
  const [images, dims, crops, sourceCount] = [300, 40, 4, 6];
  const random = createRandom(3, 'planted');
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const traces = normals(sourceCount * dims);
  const contents = normals(10 * dims).map((value) => 4 * value);
  const sources = Int32Array.from({ length: images }, (_, i) => i % sourceCount);
  const whole = new Float32Array(images * dims);
  const parts = new Float32Array(images * crops * dims);
  const describeOne = (source: number, at: Float32Array) => {
    const amounts = normals(10);
    for (let j = 0; j < dims; j++) {
      at[j] = traces[source * dims + j] + 0.3 * random.normal();
      for (let k = 0; k < 10; k++) at[j] += amounts[k] * contents[k * dims + j];
    }
  };
  for (let i = 0; i < images; i++) {
    describeOne(sources[i], whole.subarray(i * dims, (i + 1) * dims));
    for (let c = i * crops; c < (i + 1) * crops; c++) {
      describeOne(sources[i], parts.subarray(c * dims, (c + 1) * dims));
    }
  }
  return { dims, whole, crops: parts, cropsPerImage: crops, knownRows: range(images / 2), sources };
}

/** Share of rows whose nearest other row has the same source. */
function neighborAgreement(data: Float32Array, dims: number, sources: Int32Array): number {
  let agreeing = 0;
  for (const [i, source] of sources.entries()) {
    let best = Number.POSITIVE_INFINITY;
    let nearest = -1;
    for (let j = 0; j < sources.length; j++) {
      let distance = 0;
      for (let d = 0; d < dims; d++) distance += (data[i * dims + d] - data[j * dims + d]) ** 2;
      if (j !== i && distance < best) [best, nearest] = [distance, sources[j]];
    }
    if (nearest === source) agreeing++;
  }
  return agreeing / sources.length;
}

describe('fitContentWhitening()', () => {
  test('gives the transform computed by hand in two dims', async () => {
    // The known set has mean (10, 20) and deviation (1, 1). Principal directions are the axes, x first (variances 22/5
    // and 4/5). Deviations of the crops: (±2, 0) and (0, ±0.5), two degrees of freedom, so W = diag(8, 0.5) / 2 =
    // diag(4, 0.25), its mean variance 2.125; shrunk by a half: diag(3.0625, 1.1875). 1 / sqrt: 4/7 and 1 / sqrt(1.1875).
    const fitted = await fitContentWhitening(square, options({ shrinkage: 0.5, leading: null }), 1);
    expect([...fitted.mean, ...fitted.deviation]).toEqual([10, 20, 1, 1]);
    const expected = [4 / 7, 0, 0, 1 / Math.sqrt(1.1875)];
    for (const [i, value] of expected.entries()) expect(fitted.projection[i]).toBeCloseTo(value, 6);
    const [x, y] = await applyContentWhitening(fitted, Float32Array.of(13.5, 19));
    expect(x).toBeCloseTo(2, 6);
    expect(y).toBeCloseTo(-0.917663, 6);
  });

  test('keeps the leading components of the whitened images', async () => {
    // Whitened variances are 4.4 / 3.0625 along x and 0.8 / 1.1875 along y.
    const fitted = await fitContentWhitening(square, options({ shrinkage: 0.5, leading: 1 }), 1);
    expect(fitted.turn.length).toBe(2);
    const [x] = await applyContentWhitening(fitted, Float32Array.of(13.5, 19));
    expect(x).toBeCloseTo(2, 6);
  });

  test('draws standardized features softly towards ± clip', async () => {
    // 2 · tanh(z / 2): 500 is out of all reach and counts as 2; z = 2 as 2 · tanh(1) = 1.523188.
    const fitted = await fitContentWhitening(square, options({ shrinkage: 0.5, leading: null, clip: 2 }), 1);
    const [near, , far] = await applyContentWhitening(fitted, Float32Array.of(12, 20, 500, 20));
    expect(near / far).toBeCloseTo(1.523188 / 2, 5);
  });

  test('scales images to unit length before and after the leading components are taken', async () => {
    // Whitened by diag(4/7, 0.917663) the point at z = (3.5, -1) is (2, -0.917663), of length 2.200478.
    const unit = options({ shrinkage: 0.5, leading: null, unitLength: true });
    const plain = await fitContentWhitening(square, unit, 1);
    const [x, y] = await applyContentWhitening(plain, Float32Array.of(13.5, 19));
    expect(x).toBeCloseTo(2 / 2.200478, 5);
    expect(y).toBeCloseTo(-0.917663 / 2.200478, 5);
    const leading = await fitContentWhitening(square, { ...unit, leading: 1 }, 1);
    const [sign] = await applyContentWhitening(leading, Float32Array.of(13.5, 19));
    expect(sign).toBeCloseTo(1, 6);
  });

  test('keeps principal components as they are when crops never differ', async () => {
    const crops = Float32Array.of(12, 20, 12, 20, 9, 21, 9, 21);
    const fitted = await fitContentWhitening({ ...square, crops }, options({ leading: null }), 1);
    expect([...fitted.projection]).toEqual([1, 0, 0, 1]);
  });

  // Both work from float32 input; products here are float32, so a few 1e-6 of values up to 10.
  test.each([
    ['whitened.npy', { components: 16, leading: null }],
    ['leading.npy', { components: 16, leading: 4, clip: 1.5 }],
    ['unit-length.npy', { components: 16, leading: 4, clip: 3, unitLength: true }],
  ])('equals the NumPy reference %s to 1e-4', async (file, given) => {
    const data = {
      dims: 24,
      whole: read('whole.npy'),
      crops: read('crops.npy'),
      cropsPerImage: 4,
      knownRows: range(40),
    };
    const before = { whole: data.whole.slice(), crops: data.crops.slice() };
    const fitted = await fitContentWhitening(data, options(given), 1);
    const result = await applyContentWhitening(fitted, data.whole);
    const expected = read(file);
    expect(result.length).toBe(expected.length);
    expect(Math.max(...result.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-4);
    expect({ whole: data.whole, crops: data.crops }).toEqual(before);
  });

  test('makes content white: deviations of crops have covariance near the identity', async () => {
    const data = plantedData();
    const fitted = await fitContentWhitening(data, options({ leading: null, shrinkage: 1e-6 }), 1);
    const d = fitted.offset.length;
    const crops = await applyContentWhitening(fitted, data.crops);
    const covariance = new Float64Array(d * d);
    for (let i = 0; i < 300; i++) {
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) {
          const column = (k: number) => [0, 1, 2, 3].map((c) => crops[(i * 4 + c) * d + k]);
          const [p, q] = [column(a), column(b)];
          const [mp, mq] = [p, q].map((values) => values.reduce((sum, value) => sum + value) / 4);
          for (let c = 0; c < 4; c++) covariance[a * d + b] += ((p[c] - mp) * (q[c] - mq)) / 900;
        }
      }
    }
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) expect(covariance[a * d + b]).toBeCloseTo(a === b ? 1 : 0, 2);
    }
  });

  test('finds the sources that content hides', async () => {
    const data = plantedData();
    const fitted = await fitContentWhitening(data, options({ leading: 10, shrinkage: 0.001 }), 1);
    const result = await applyContentWhitening(fitted, data.whole);
    expect(neighborAgreement(data.whole, data.dims, data.sources)).toBeLessThan(0.5);
    expect(neighborAgreement(result, 10, data.sources)).toBeGreaterThan(0.95);
  });

  test('does not depend on the order of the images', async () => {
    const data = plantedData();
    const reversedRows = (values: Float32Array, size: number) => {
      const result = new Float32Array(values.length);
      for (let i = 0; i < values.length; i += size) {
        result.set(values.subarray(i, i + size), values.length - size - i);
      }
      return result;
    };
    const turned = {
      ...data,
      whole: reversedRows(data.whole, data.dims),
      crops: reversedRows(data.crops, 4 * data.dims),
      knownRows: range(150).map((i) => 299 - i),
    };
    const [first, second] = [
      await fitContentWhitening(data, options({ leading: 5 }), 1),
      await fitContentWhitening(turned, options({ leading: 5 }), 1),
    ];
    const some = data.whole.subarray(0, 20 * data.dims);
    const before = await applyContentWhitening(first, some);
    const after = await applyContentWhitening(second, some);
    for (const [i, value] of before.entries()) expect(after[i]).toBeCloseTo(value, 3);
  });

  test('gives the same for rows that are read when they are needed', async () => {
    const data = plantedData();
    const stored = (rows: Float32Array): RowSource => {
      const { read, ...size } = rowsOf(rows, data.dims);
      return { ...size, read: (from, to) => read(from, to).slice() };
    };
    const late = { ...data, whole: stored(data.whole), crops: stored(data.crops) };
    const kept = options({ leading: 5, unitLength: true, clip: 3 });
    const basis = await fitContentBasis(late, kept, 1);
    expect(basis).toEqual(await fitContentBasis(data, kept, 1));
    const within = { rows: range(300), labels: data.sources, weight: 0.5 };
    const whitening = await whitenBasis(basis, late.whole, within, kept, 1);
    expect(whitening).toEqual(await whitenBasis(basis, data.whole, within, kept, 1));
    expect(await applyContentWhitening(whitening, late.whole)).toEqual(
      await applyContentWhitening(whitening, data.whole),
    );
  });

  test('gives the same bytes for the same seed', async () => {
    const random = createRandom(1, 'same-bytes');
    const wide = (rows: number) => Float32Array.from({ length: rows * 450 }, () => random.normal());
    const data = { dims: 450, whole: wide(70), crops: wide(40), cropsPerImage: 2, knownRows: range(30) };
    const [first, second] = [
      await fitContentWhitening(data, options({ components: 30 }), 7),
      await fitContentWhitening(data, options({ components: 30 }), 7),
    ];
    expect(second).toEqual(first);
    expect(first.offset.length).toBe(30);
  });

  test('keeps at most N - 1 components', async () => {
    const data = { ...square, whole: square.whole.subarray(0, 4), knownRows: range(2) };
    const fitted = await fitContentWhitening(data, options({}), 1);
    expect(fitted.offset.length).toBe(1);
  });

  test('refuses data that cannot be fitted, and says why', async () => {
    const fitWith = (change: Partial<WhiteningData>) =>
      fitContentWhitening({ ...square, ...change }, options({}), 1);
    await expect(fitWith({ whole: Float32Array.of(1, 2) })).rejects.toThrow(
      'at least 2 images are needed, got 1',
    );
    await expect(fitWith({ knownRows: [] })).rejects.toThrow('at least 1 known image is needed');
    await expect(fitWith({ knownRows: [6] })).rejects.toThrow('rows must be in [0, 6), got 6');
    await expect(fitWith({ crops: new Float32Array(0) })).rejects.toThrow(
      'crops of at least 1 image are needed',
    );
    await expect(fitWith({ cropsPerImage: 1 })).rejects.toThrow(
      'cropsPerImage must be an integer of at least 2, got 1',
    );
    await expect(fitWith({ crops: new Float32Array(6) })).rejects.toThrow(TypeError);
    const broken = square.whole.slice();
    broken[5] = Number.NaN;
    await expect(fitWith({ whole: broken })).rejects.toThrow('got NaN in row 2 of whole, feature 1');
  });
});

describe('fitContentBasis() with compressed copies', () => {
  // Known images have mean (10, 20) and deviation 1, so features are only shifted. W = diag(4, 0.25), of trace 4.25. The
  // copies differ by (2, 2) and (4, 4), which is (±1, ±1) and (±2, ±2) about the mean of each pair: sums 2 + 8 = 10 over 2
  // degrees of freedom, H = [[5, 5], [5, 5]], of trace 10. Scaled to the trace of W it is 2.125 everywhere.
  const compressedPairs = Float32Array.of(11, 21, 13, 23, 9, 19, 13, 23);

  test.each([
    [0.4, [0.6 * 4 + 0.4 * 2.125, 0.4 * 2.125, 0.6 * 0.25 + 0.4 * 2.125]],
    [1, [2.125, 2.125, 2.125]],
  ])('mixes what compression changes into content with the weight %d', async (compressionWeight, expected) => {
    const before = compressedPairs.slice();
    const { content, directions } = await fitContentBasis(
      { ...square, compressedPairs },
      options({ compressionWeight }),
      1,
    );
    expect([...directions].map(Math.abs)).toEqual([1, 0, 0, 1]);
    const sign = Math.sign((directions[0] as number) * (directions[3] as number));
    const [a, b, c] = expected as [number, number, number];
    for (const [i, value] of [a, sign * b, sign * b, c].entries()) expect(content[i]).toBeCloseTo(value, 6);
    expect(compressedPairs).toEqual(before);
  });

  test('leaves content as it is without a weight, without copies, and where copies differ in nothing', async () => {
    const plain = await fitContentBasis(square, options({}), 1);
    const fitPairs = (pairs: Float32Array, compressionWeight: number) =>
      fitContentBasis({ ...square, compressedPairs: pairs }, options({ compressionWeight }), 1);
    expect(await fitPairs(compressedPairs, 0)).toEqual(plain);
    expect(await fitPairs(new Float32Array(0), 0.3)).toEqual(plain);
    expect(await fitPairs(Float32Array.of(11, 21, 11, 21), 0.3)).toEqual(plain);
    expect(await fitContentBasis(square, options({ compressionWeight: 0.3 }), 1)).toEqual(plain);
  });

  test('evens out a direction that only compression changes', async () => {
    // Compression moves an image by 0.4, four deviations, along the last feature, in which crops never differ.
    const data = plantedData();
    const { dims, whole } = data;
    const copies = new Float32Array(2 * whole.length);
    const flat = { ...data, whole: whole.slice(), crops: data.crops.slice(), compressedPairs: copies };
    for (const rows of [flat.whole, flat.crops]) {
      for (let i = 0; i < rows.length; i += dims) rows[i + dims - 1] = (i / dims) % 2 === 0 ? 0.1 : -0.1;
    }
    for (let i = 0; i < data.crops.length; i += dims) flat.crops[i + dims - 1] = 0;
    for (let i = 0; i < whole.length; i += dims) {
      const row = flat.whole.subarray(i, i + dims);
      copies.set(row, 2 * i);
      copies.set(row, 2 * i + dims);
      copies[2 * i + 2 * dims - 1] = row[dims - 1] + 0.4;
    }
    const shiftOf = async (compressionWeight: number) => {
      const fitted = await fitContentWhitening(flat, options({ leading: null, compressionWeight }), 1);
      const rows = await applyContentWhitening(fitted, copies);
      const d = fitted.offset.length;
      let [shift, spread] = [0, 0];
      for (let i = 0; i < rows.length; i += 2 * d) {
        for (let j = i; j < i + d; j++) {
          shift += (rows[j + d] - rows[j]) ** 2;
          spread += rows[j] ** 2;
        }
      }
      return shift / spread;
    };
    expect(await shiftOf(0)).toBeGreaterThan(5);
    expect(await shiftOf(0.3)).toBeLessThan(0.2);
  });

  test('refuses half a pair and values that are not finite', async () => {
    const fitPairs = (pairs: Float32Array) =>
      fitContentBasis({ ...square, compressedPairs: pairs }, options({}), 1);
    await expect(fitPairs(new Float32Array(6))).rejects.toThrow(
      new TypeError('fitContentBasis: compressedPairs must hold whole pairs of rows of 2, got 6 values'),
    );
    await expect(fitPairs(Float32Array.of(1, 2, 3, Number.NaN))).rejects.toThrow(
      'got NaN in row 1 of compressedPairs, feature 1',
    );
  });
});

describe('whitenBasis()', () => {
  // Source 4 holds (11, 21) and (9, 19) about (10, 20), source 9 (13, 20) and (7, 20): V is proportional to
  // [[20, 2], [2, 2]], with trace 22. The crops of `square` deviate by (±2, 0) and (0, ±0.5).
  const within = { rows: Int32Array.of(0, 3, 4, 5), labels: Int32Array.of(4, 4, 9, 9) };

  test('makes the mixture of content and differences within sources white', async () => {
    const plain = options({ shrinkage: 1e-6 });
    const basis = await fitContentBasis(square, plain, 1);
    const at = (weight: number) => whitenBasis(basis, square.whole, { ...within, weight }, plain, 1);
    // Known images have mean (10, 20) and deviation 1, so features are only shifted. W = diag(4, 0.25), as 2 images
    // of 2 crops have 2 degrees of freedom and sums of squares 8 and 0.5; its trace is 4.25.
    for (const weight of [0, 0.3, 1]) {
      const v = [20, 2, 2].map((value) => (value * 4.25) / 22);
      const mixed = [4, 0, 0.25].map((value, i) => (1 - weight) * value + weight * (v[i] as number));
      const [a, b, c] = mixed as [number, number, number];
      const { projection: p } = await at(weight);
      const form = (i: number, j: number) =>
        p[i] * (a * p[j] + b * p[2 + j]) + p[2 + i] * (b * p[j] + c * p[2 + j]);
      expect(form(0, 0)).toBeCloseTo(1, 4);
      expect(form(0, 1)).toBeCloseTo(0, 4);
      expect(form(1, 1)).toBeCloseTo(1, 4);
    }
  });

  test('sums over more images than are multiplied at once', async () => {
    // Products are summed 65,536 rows at a time. Source 0 has 57,344 images at (±1, 0) about (10, 20), source 1 8,192 at
    // (0, 4) among the first rows and 8,192 at (0, -4) behind them: V = diag(57344, 262144), proportional to diag(7, 32).
    // Scaled to the trace of W it is 4.25 / 39 of that.
    const count = 65536 + 8192;
    const whole = new Float32Array(count * 2);
    const labels = Int32Array.from({ length: count }, (_, i) => (i < 57344 ? 0 : 1));
    for (let i = 0; i < count; i++) {
      whole[2 * i] = 10 + (i < 57344 ? 1 - 2 * (i % 2) : 0);
      whole[2 * i + 1] = 20 + (i < 57344 ? 0 : i < 65536 ? 4 : -4);
    }
    const plain = options({ shrinkage: 1e-6, leading: null });
    const basis = await fitContentBasis(square, plain, 1);
    const many = { rows: range(count), labels, weight: 1 };
    const { projection } = await whitenBasis(basis, whole, many, plain, 1);
    const expected = [(7 * 4.25) / 39, (32 * 4.25) / 39].map((variance) => 1 / Math.sqrt(variance));
    for (const [i, value] of [expected[0], 0, 0, expected[1]].entries()) {
      expect(projection[i]).toBeCloseTo(value as number, 5);
    }
  });

  test('counts sources of one image each as nothing, and gives what fitContentWhitening() gives', async () => {
    const data = plantedData();
    const kept = options({ leading: 5, unitLength: true, clip: 3 });
    const basis = await fitContentBasis(data, kept, 1);
    const alone = { rows: Int32Array.of(3, 8), labels: Int32Array.of(1, 2), weight: 0.5 };
    const whitening = await whitenBasis(basis, data.whole, alone, kept, 1);
    expect(whitening).toEqual(await fitContentWhitening(data, kept, 1));
    await expect(
      whitenBasis(basis, data.whole, { ...alone, labels: Int32Array.of(1) }, kept, 1),
    ).rejects.toThrow(TypeError);
  });

  test('separates sources better when it is told some of them', async () => {
    const data = plantedData();
    const plain = options({});
    const basis = await fitContentBasis({ ...data, crops: data.crops.subarray(0, 20 * 4 * 40) }, plain, 1);
    const told = { rows: range(300), labels: data.sources, weight: 0.5 };
    const agreement = async (known: typeof told | null) => {
      const whitening = await whitenBasis(basis, data.whole, known, plain, 1);
      const rows = await applyContentWhitening(whitening, data.whole);
      return neighborAgreement(rows, whitening.offset.length, data.sources);
    };
    expect(await agreement(told)).toBeGreaterThan(await agreement(null));
  });
});

test('decodeContentBasis() reads what encodeContentBasis() wrote, through npy files', async () => {
  for (const clip of [null, 2.5]) {
    const basis = await fitContentBasis(square, options({ clip }), 1);
    const arrays = Object.fromEntries(
      Object.entries(encodeContentBasis(basis)).map(([name, array]) => [name, decodeNpy(encodeNpy(array))]),
    );
    expect(decodeContentBasis(arrays)).toEqual(basis);
    const { center: _, ...missing } = arrays;
    expect(() => decodeContentBasis(missing)).toThrow('array "center" of floats is needed');
  }
});

describe('applyContentWhitening()', () => {
  test('returns nothing for no rows, and refuses part of a row', async () => {
    const fitted = await fitContentWhitening(square, options({}), 1);
    expect(await applyContentWhitening(fitted, new Float32Array(0))).toEqual(new Float32Array(0));
    await expect(applyContentWhitening(fitted, new Float32Array(3))).rejects.toThrow(TypeError);
  });

  test('transforms each row alone, whatever the batch', async () => {
    const data = plantedData();
    const fitted = await fitContentWhitening(data, options({ leading: 5 }), 1);
    const many = new Float32Array(2100 * 40).map((_, i) => data.whole[i % data.whole.length]);
    const all = await applyContentWhitening(fitted, many);
    const last = await applyContentWhitening(fitted, many.subarray(2099 * 40));
    for (const [i, value] of last.entries()) expect(value).toBeCloseTo(all[2099 * 5 + i], 4);
  });
});

test('decodeContentWhitening() reads what encodeContentWhitening() wrote, through npy files', async () => {
  for (const clip of [null, 2.5]) {
    const fitted = await fitContentWhitening(square, options({ clip }), 1);
    const files = Object.entries(encodeContentWhitening(fitted)).map(
      ([name, array]) => [name, encodeNpy(array)] as const,
    );
    const arrays = Object.fromEntries(files.map(([name, bytes]) => [name, decodeNpy(bytes)]));
    expect(decodeContentWhitening(arrays)).toEqual(fitted);
    const { offset: _, ...missing } = arrays;
    expect(() => decodeContentWhitening(missing)).toThrow('array "offset" of float32 is needed');
  }
});
