import { createRandom } from '@ganscout/numeric';

/** The seed of what an entry computes: equal for equal run seed and number, unrelated otherwise. */
export function entrySeed(seed: number, entry: number): number {
  return createRandom(seed, `case/${entry}`).integer(2 ** 32);
}
