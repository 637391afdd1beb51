import {
  decodeNpy,
  encodeNpy,
  encodeNpyParts,
  type FeatureSet,
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
  partOfRows,
  type RowSource,
  rowsOf,
  type WhiteningOptions,
  type WithinSources,
  whitenBasis,
} from '@ganscout/extractor';
import { createRandom, permutation } from '@ganscout/numeric';
import type { SpaceRows } from '../spaces.js';
import type { StageOutput, StageWriter } from '../stage-store.js';
import type { StoredRows } from '../stored-rows.js';

/** Versions of images from which it is learned what to even out. */
export interface Crops {
  /** M · C rows, crops, from which content is learned. */
  readonly source: RowSource;
  readonly perImage: number;
  /** P × 2 × D, images beside their compressed copies; P = 0 if there are none. */
  readonly compressedPairs: Float32Array;
}

const ARRAYS = ['mean', 'deviation', 'clip', 'unitLength', 'projection', 'offset', 'turn', 'turnOffset'];
const BASIS_ARRAYS = ['mean', 'deviation', 'clip', 'center', 'directions', 'content'];

/** What whitening is fitted on. */
export interface WhiteningInput {
  readonly rows: StoredRows;
  readonly crops: Crops;
  /** Of an earlier round; null to fit it. */
  readonly basis: ContentBasis | null;
  /** Rows of both sets together, known first; null to even out content alone. */
  readonly within: WithinSources | null;
}

/** Fits content whitening on both sets and transforms them; a basis that had to be fitted is written too. */
export async function whitenStage(
  { rows: { knownIds, source }, crops, basis: given, within }: WhiteningInput,
  options: WhiteningOptions,
  seed: number,
  writer: StageWriter,
): Promise<void> {
  const write = (prefix: string, arrays: Record<string, NpyArray>) => {
    for (const [name, array] of Object.entries(arrays))
      writer.write(`${prefix}${name}.npy`, encodeNpy(array));
  };
  const basis = given ?? (await fitBasis(knownIds.length, source, crops, options, seed));
  if (given === null) write('basis-', encodeContentBasis(basis));
  const whitening = await whitenBasis(basis, source, within, options, seed);
  write('', encodeContentWhitening(whitening));
  const dims = whitening.turnOffset.length || whitening.offset.length;
  const sets = {
    known: partOfRows(source, 0, knownIds.length),
    discovery: partOfRows(source, knownIds.length, source.rows),
  };
  for (const [name, part] of Object.entries(sets)) {
    const data = await applyContentWhitening(whitening, part);
    writer.write(`${name}-rows.npy`, encodeNpyParts({ shape: [part.rows, dims], data }));
  }
}

function fitBasis(
  knownCount: number,
  whole: RowSource,
  crops: Crops,
  options: WhiteningOptions,
  seed: number,
): Promise<ContentBasis> {
  const data = {
    dims: whole.dims,
    whole,
    knownRows: Int32Array.from({ length: knownCount }, (_, row) => row),
    crops: crops.source,
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
export function readWhitenedRows(
  output: StageOutput,
  { knownIds, discoveryIds, space }: StoredRows,
): SpaceRows {
  const read = (name: string) => readNpy(output.read(`${name}-rows.npy`));
  const first = read('known');
  const dims = first.shape[1] as number;
  const split = knownIds.length * dims;
  // One buffer for both, so that they can be joined without a copy.
  const data = new Float32Array(split + discoveryIds.length * dims);
  data.set(first.data);
  data.set(read('discovery').data, split);
  const whitened = { dims, space: { ...space, transform: 'content-whitened' } };
  return {
    known: { ...whitened, ids: knownIds, data: data.subarray(0, split) },
    discovery: { ...whitened, ids: discoveryIds, data: data.subarray(split) },
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
  return { source: rowsOf(data, dims), perImage: 2, compressedPairs: new Float32Array(0) };
}
