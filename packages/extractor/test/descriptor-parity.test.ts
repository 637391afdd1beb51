import { readFileSync } from 'node:fs';
import { decodeNpy } from '@ganscout/data-model';
import { expect, test } from 'vitest';
import { DESCRIPTOR_DIMS, describeImage } from '../src/descriptor.js';
import { descriptorOptionsSchema } from '../src/options-descriptor.js';

const folder = new URL('../../../test/reference/descriptor/', import.meta.url);
const read = (name: string) => decodeNpy(new Uint8Array(readFileSync(new URL(name, folder))));

// The reference works in float64 and stores float32; the largest values are about 10, so 1e-5 is a few units of rounding.
const TOLERANCE = 1e-5;

for (const size of ['64x64', '40x52', '32x32']) {
  test(`describeImage() equals the NumPy reference on ${size} pixels, whole and crops`, () => {
    const image = read(`image-${size}.npy`);
    const expected = read(`description-${size}.npy`);
    const [height, width] = image.shape;
    const options = descriptorOptionsSchema.parse({});
    const { whole, crops } = describeImage({ width, height, data: image.data as Uint8Array }, options);
    expect(expected.shape).toEqual([5, DESCRIPTOR_DIMS]);
    let worst = 0;
    for (const [i, value] of [...whole, ...crops].entries()) {
      worst = Math.max(worst, Math.abs(value - expected.data[i]));
    }
    expect(worst).toBeLessThan(TOLERANCE);
  });
}
