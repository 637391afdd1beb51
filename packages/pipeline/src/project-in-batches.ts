import { createFeatureSet, type FeatureSet } from '@ganscout/data-model';
import type { RowSource } from '@ganscout/extractor';
import type { SpaceName } from './config/schema.js';
import type { ReadImages } from './new-images.js';
import type { NewImages } from './project-features.js';
import { mapSpaces, type SpaceFeatures } from './space-features.js';

/** Images taken into the spaces at once. */
const BATCH = 4096;

/** Images before they are taken into the spaces. */
export interface UnprojectedRows extends Pick<ReadImages, 'ids' | 'layers' | 'extractor'> {
  /** Null where a trained backbone does without. */
  readonly descriptors: RowSource | null;
}

/** Takes images into the spaces a batch at a time, as their descriptions may be too many for memory. */
export async function projectInBatches(
  { ids, descriptors: source, extractor, layers }: UnprojectedRows,
  project: (images: NewImages) => Promise<SpaceFeatures>,
): Promise<SpaceFeatures> {
  const space = { extractor, layer: '', round: 0, transform: '' };
  const all = new Map<SpaceName, FeatureSet>();
  for (let start = 0; start < ids.length; start += BATCH) {
    const end = Math.min(start + BATCH, ids.length);
    const batchIds = ids.slice(start, end);
    const descriptors =
      source === null ? null : createFeatureSet(batchIds, source.dims, source.read(start, end), space);
    const part = (set: FeatureSet) => {
      return { ...set, ids: batchIds, data: set.data.subarray(start * set.dims, end * set.dims) };
    };
    const projected = await project({ descriptors, layers: mapSpaces(layers, part) });
    for (const [name, set] of projected) {
      const whole = all.get(name) ?? { ...set, ids, data: new Float32Array(ids.length * set.dims) };
      whole.data.set(set.data, start * set.dims);
      all.set(name, whole);
    }
  }
  return all;
}
