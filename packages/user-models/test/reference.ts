import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../test/reference/user-models/', import.meta.url);

interface Expected {
  readonly images: readonly number[];
  readonly features: readonly number[];
  readonly meanMaps: readonly number[];
}

/** What PyTorch computed, `test/reference/user-models/make_user_models.py`: 3 images of 3 × 8 × 10. */
export const expected: Expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));

/** Path of a file that the script wrote. */
export function referencePath(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

/** Largest absolute difference; infinite if lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
