import {
  decodeNpy,
  encodeNpy,
  encodeNpyParts,
  type FeatureSet,
  joinValues,
  type NpyArray,
  readNpy,
} from '@ganscout/data-model';
import {
  applyContentWhitening,
  type ContentBasis,
  type ContentWhitening,
  decodeContentBasis,
  decodeContentWhitening,
  encodeContentBasis,
  encodeContentWhitening,
  fitContentBasis,
  type WhiteningOptions,
  type WithinSources,
  whitenBasis,
} from '@ganscout/extractor';
import { createRandom, permutation } from '@ganscout/numeric';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';

/** Versions of images from which it is learned what to even out. */
export interface Crops {
  /** M × C × D, crops, from which content is learned. */
  readonly data: Float32Array;
  readonly perImage: number;
  /** P × 2 × D, images beside their compressed copies; P = 0 if there are none. */
  readonly compressedPairs: Float32Array;
}

const ARRAYS = ['mean', 'deviation', 'clip', 'unitLength', 'projection', 'offset', 'turn', 'turnOffset'];
const BASIS_ARRAYS = ['mean', 'deviation', 'clip', 'center', 'directions', 'content'];

/** What whitening is fitted on. */
export interface WhiteningInput {
  readonly rows: SpaceRows;
  readonly crops: Crops;
  /** Of an earlier round; null to fit it. */
  readonly basis: ContentBasis | null;
  /** Rows of both sets together, known first; null to even out content alone. */
  readonly within: WithinSources | null;
}

/** Fits content whitening on both sets and transforms them; a basis that had to be fitted is written too. */
export async function whitenStage(
  { rows: { known, discovery }, crops, basis: given, within }: WhiteningInput,
  options: WhiteningOptions,
  seed: number,
  writer: StageWriter,
): Promise<void> {
  const whole = joinValues(known.data, discovery.data);
  const write = (prefix: string, arrays: Record<string, NpyArray>) => {
    for (const [name, array] of Object.entries(arrays))
      writer.write(`${prefix}${name}.npy`, encodeNpy(array));
  };
  const basis = given ?? (await fitBasis(known, whole, crops, options, seed));
  if (given === null) write('basis-', encodeContentBasis(basis));
  const whitening = await whitenBasis(basis, whole, within, options, seed);
  write('', encodeContentWhitening(whitening));
  const dims = whitening.turnOffset.length || whitening.offset.length;
  for (const [name, features] of Object.entries({ known, discovery })) {
    const data = await applyContentWhitening(whitening, features.data);
    writer.write(`${name}-rows.npy`, encodeNpyParts({ shape: [features.ids.length, dims], data }));
  }
}

function fitBasis(
  { ids, dims }: FeatureSet,
  whole: Float32Array,
  crops: Crops,
  options: WhiteningOptions,
  seed: number,
): Promise<ContentBasis> {
  const knownRows = Int32Array.from(ids.keys());
  const data = {
    dims,
    whole,
    knownRows,
    crops: crops.data,
    cropsPerImage: crops.perImage,
    compressedPairs: crops.compressedPairs,
  };
  return fitContentBasis(data, options, seed);
}

/** Reads the basis that {@link whitenStage} fitted. */
export function readBasis(output: StageOutput): ContentBasis {
  return decodeContentBasis(
    Object.fromEntries(BASIS_ARRAYS.map((name) => [name, decodeNpy(output.read(`basis-${name}.npy`))])),
  );
}

/** Reads the transform of {@link whitenStage}. */
export function readWhitening(output: StageOutput): ContentWhitening {
  return decodeContentWhitening(
    Object.fromEntries(ARRAYS.map((name) => [name, decodeNpy(output.read(`${name}.npy`))])),
  );
}

/** Reads the transformed rows of {@link whitenStage}. */
export function readWhitenedRows(output: StageOutput, { known, discovery }: SpaceRows): SpaceRows {
  const read = (name: string) => readNpy(output.read(`${name}-rows.npy`));
  const first = read('known');
  const dims = first.shape[1] as number;
  const split = known.ids.length * dims;
  // One buffer for both, so that they can be joined without a copy.
  const data = new Float32Array(split + discovery.ids.length * dims);
  data.set(first.data);
  data.set(read('discovery').data, split);
  const rowsOf = ({ ids, space }: FeatureSet, own: Float32Array): FeatureSet => ({
    ids,
    dims,
    data: own,
    space: { ...space, transform: 'content-whitened' },
  });
  return {
    known: rowsOf(known, data.subarray(0, split)),
    discovery: rowsOf(discovery, data.subarray(split)),
  };
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
  return { data, perImage: 2, compressedPairs: new Float32Array(0) };
}
