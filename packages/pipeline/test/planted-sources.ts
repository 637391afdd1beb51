import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { stagesSchema } from '../src/config/schema.js';
import type { Exemplars } from '../src/exemplars.js';
import type { SpaceFeatures } from '../src/space-features.js';

const DIMS = 16;
const SPACE = { extractor: 'test', layer: '', round: 0, transform: 'content-whitened' };

/** Center of a source: so far along some of the axes. */
export type Center = Readonly<Record<number, number>>;

/** Sources five deviations from the origin along an axis of their own, so 7.07 from each other. */
export const AXIS_SOURCES = { anna: { 0: 5 }, bert: { 1: 5 }, carl: { 2: 5 }, dora: { 3: 5 } };
export type AxisSource = keyof typeof AXIS_SOURCES;

export const OPTIONS = stagesSchema.parse({
  ood: { hashCount: 256 },
  refine: { minimumSize: 4 },
});

/** Rows about a center, of deviation 1; equal for equal name, count and seed. */
export function plantCloud(name: string, center: Center, count: number, seed: number): FeatureSet {
  const random = createRandom(seed, `cloud/${name}`);
  const data = Float32Array.from(
    { length: count * DIMS },
    (_, i) => random.normal() + (center[i % DIMS] ?? 0),
  );
  const ids = Array.from({ length: count }, (_, i) => `${name}/${seed}/${i}`);
  return createFeatureSet(ids, DIMS, data, SPACE);
}

/** Clouds one after the other, in the space that all stages work in by default. */
export function inWhitened(...clouds: readonly FeatureSet[]): SpaceFeatures {
  const data = Float32Array.from(clouds.flatMap((cloud) => [...cloud.data]));
  const ids = clouds.flatMap((cloud) => cloud.ids);
  return new Map([['whitened', createFeatureSet(ids, DIMS, data, SPACE)]]);
}

/** Anna, Bert and Carl are known, Dora is a discovered source; 90 exemplars each. */
export function plantEstablished(): { exemplars: Exemplars; sourceCount: number; knownCount: number } {
  const clouds = Object.entries(AXIS_SOURCES).map(([name, center]) => plantCloud(name, center, 90, 1));
  const features = inWhitened(...clouds);
  const labels = Int32Array.from(clouds.flatMap(({ ids }, label) => ids.map(() => label)));
  return {
    exemplars: {
      ids: clouds.flatMap(({ ids }) => ids),
      labels,
      groups: Int32Array.from(labels.keys()),
      labelled: Uint8Array.from(labels, (label) => (label < 3 ? 1 : 0)),
      features,
    },
    sourceCount: 4,
    knownCount: 3,
  };
}
