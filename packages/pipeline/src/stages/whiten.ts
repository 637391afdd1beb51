import { decodeNpy, encodeNpy, type FeatureSet } from '@ganscout/data-model';
import {
  applyContentWhitening,
  type ContentWhitening,
  decodeContentWhitening,
  encodeContentWhitening,
  fitContentWhitening,
  type WhiteningOptions,
} from '@ganscout/extractor';
import { createRandom, permutation } from '@ganscout/numeric';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';

/** Crops from which content is learned, M × C × D. */
export interface Crops {
  readonly data: Float32Array;
  readonly perImage: number;
}

const ARRAYS = ['mean', 'deviation', 'clip', 'unitLength', 'projection', 'offset', 'turn', 'turnOffset'];

/** Fits content whitening on both sets and transforms them. */
export async function whitenStage(
  rows: SpaceRows,
  crops: Crops,
  options: WhiteningOptions,
  seed: number,
  writer: StageWriter,
): Promise<void> {
  const { known, discovery } = rows;
  const whole = new Float32Array(known.data.length + discovery.data.length);
  whole.set(known.data);
  whole.set(discovery.data, known.data.length);
  const knownRows = Int32Array.from(known.ids.keys());
  const data = { dims: known.dims, whole, knownRows, crops: crops.data, cropsPerImage: crops.perImage };
  const whitening = await fitContentWhitening(data, options, seed);
  for (const [name, array] of Object.entries(encodeContentWhitening(whitening))) {
    writer.write(`${name}.npy`, encodeNpy(array));
  }
  const dims = whitening.turnOffset.length || whitening.offset.length;
  for (const [name, features] of Object.entries({ known, discovery })) {
    const data = await applyContentWhitening(whitening, features.data);
    writer.write(`${name}-rows.npy`, encodeNpy({ shape: [features.ids.length, dims], data }));
  }
}

/** Reads the transform of {@link whitenStage}. */
export function readWhitening(output: StageOutput): ContentWhitening {
  return decodeContentWhitening(
    Object.fromEntries(ARRAYS.map((name) => [name, decodeNpy(output.read(`${name}.npy`))])),
  );
}

/** Reads the transformed rows of {@link whitenStage}. */
export function readWhitenedRows(output: StageOutput, { known, discovery }: SpaceRows): SpaceRows {
  const read = (name: string, { ids, space }: FeatureSet): FeatureSet => {
    const { shape, data } = decodeNpy(output.read(`${name}-rows.npy`));
    const dims = shape[1] as number;
    return { ids, dims, data: data as Float32Array, space: { ...space, transform: 'content-whitened' } };
  };
  return { known: read('known', known), discovery: read('discovery', discovery) };
}

/**
 * Stands in for crops where features were computed elsewhere: pairs of labelled images of one source.
 *
 * Their differences measure what varies within a source, which is what whitening is to even out (within-class
 * covariance normalization in its original form).
 *
 * @returns null if no source has two images.
 */
export function pairsOfLabelled(known: FeatureSet, labels: Int32Array, seed: number): Crops | null {
  const random = createRandom(seed, 'whiten/pairs');
  const waiting = new Map<number, number>();
  const pairs: number[] = [];
  for (const row of permutation(random, labels.length)) {
    const label = labels[row] as number;
    const partner = waiting.get(label);
    if (partner === undefined) waiting.set(label, row);
    else {
      pairs.push(partner, row);
      waiting.delete(label);
    }
  }
  if (pairs.length === 0) return null;
  const { dims } = known;
  const data = new Float32Array(pairs.length * dims);
  pairs.forEach((row, i) => void data.set(known.data.subarray(row * dims, (row + 1) * dims), i * dims));
  return { data, perImage: 2 };
}
