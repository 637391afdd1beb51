import { type ImageRecord, inspectImages, listGivenImages } from '@ganscout/images';
import { sourcePValue } from '@ganscout/wta-ood';
import type { Listener } from './events.js';
import { demandsOf, threadCount } from './inputs.js';
import { readRun } from './run-directory.js';
import { madeFromFeatures, type NewRows, openRunModel, type RunModel } from './run-model.js';
import { joinSpaces } from './space-features.js';
import { applySourceTest, type SourceScores, type SourceTest } from './stages/source-test.js';

/** A source an image was compared with. */
export interface NearSource {
  readonly source: string;
  /** Mean Hamming distance to the source's images over the number of hashes, in [0, 1]. */
  readonly distance: number;
  /** Conformal p-value against the images of that source. */
  readonly pValue: number;
}

/** What a run says of an image that was not in it. */
export interface Identification {
  readonly path: string;
  readonly status: ImageRecord['status'];
  /** Why the image could not be used, or ''. */
  readonly reason: string;
  /** Null if no source accepts it. */
  readonly source: string | null;
  readonly kind: 'known' | 'discovered' | 'unassigned';
  /** Larger is more out-of-distribution of all sources of the run. */
  readonly score: number;
  readonly pValue: number;
  /** The three nearest sources, nearest first. */
  readonly nearest: readonly NearSource[];
}

/** Images described and scored at once. */
const BATCH = 256;
const NEAREST = 3;

/**
 * Attributes new images to the sources of a finished run, known and discovered.
 *
 * @param paths images or folders of images.
 * @returns one answer an image, in the order of the paths' listing.
 * @throws {InputError} if the directory holds no finished run, the run was made from features, or there is no image.
 */
export async function identifyImages(
  directory: string,
  paths: readonly string[],
  { listener, signal }: { listener: Listener; signal: AbortSignal },
): Promise<Identification[]> {
  readRun(directory);
  const model = openRunModel(directory);
  const { config, options } = model;
  if (config.data.known === null) throw madeFromFeatures(directory);
  const threads = threadCount(config.run.threads);
  const listing = await listGivenImages(paths, process.cwd());
  const { maximumPixels } = config.data;
  const { records } = await inspectImages(listing, { ...demandsOf(config), maximumPixels, threads, signal });
  const reading = { directory: null, cropIds: new Set<string>(), threads, signal, spaces: options.ood.space };
  const answers: Identification[] = [];
  const answered = new Map<string, Identification>();
  try {
    for (let start = 0; start < records.length; start += BATCH) {
      const batch = records.slice(start, start + BATCH);
      const onProgress = (done: number) =>
        listener({
          type: 'progress',
          stage: 'describe',
          done: start + done,
          total: records.length,
          unit: 'images',
        });
      const rows = await model.readNew(batch, { ...reading, onProgress });
      for (const fresh of answersOf(batch, rows, model)) {
        // A copy is answered as the first of its kind, which may have been in an earlier batch.
        const first = fresh.record.status === 'duplicate' ? answered.get(fresh.record.id) : undefined;
        answers.push(first === undefined ? fresh.answer : { ...first, path: fresh.record.path });
        answered.set(fresh.record.id, answers.at(-1) as Identification);
      }
      onProgress(batch.length);
    }
  } finally {
    await model.close();
  }
  return answers;
}

/** One answer a record, in their order. */
function answersOf(
  records: readonly ImageRecord[],
  { ids, features, failures }: NewRows,
  { test, options, sources, knownCount }: RunModel,
): { readonly record: ImageRecord; readonly answer: Identification }[] {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const scores = ids.length === 0 ? null : applySourceTest(test, joinSpaces(features, options.ood.space));
  return records.map((record) => {
    const row = rowOf.get(record.id);
    return {
      record,
      answer:
        row === undefined || scores === null
          ? unusable(record, failures.get(record.id))
          : answer(record, row, scores, test, sources, knownCount),
    };
  });
}

function answer(
  { path }: ImageRecord,
  row: number,
  scores: SourceScores,
  { wta }: SourceTest,
  sources: readonly string[],
  knownCount: number,
): Identification {
  const label = scores.source[row] as number;
  const distances = scores.hash.distances.subarray(row * sources.length, (row + 1) * sources.length);
  const order = [...distances.keys()].sort(
    (a, b) => (distances[a] as number) - (distances[b] as number) || a - b,
  );
  return {
    path,
    status: 'ok',
    reason: '',
    source: label < 0 ? null : (sources[label] as string),
    kind: label < 0 ? 'unassigned' : label < knownCount ? 'known' : 'discovered',
    score: scores.oodScore[row] as number,
    pValue: scores.pValue[row] as number,
    nearest: order.slice(0, NEAREST).map((source) => ({
      source: sources[source] as string,
      distance: (distances[source] as number) / wta.hash.hashCount,
      pValue: sourcePValue(wta, source, distances[source] as number),
    })),
  };
}

function unusable({ path, status, reason }: ImageRecord, failure: string | undefined): Identification {
  return {
    path,
    status: failure === undefined ? status : 'unreadable',
    reason: failure ?? reason,
    source: null,
    kind: 'unassigned',
    score: Number.NaN,
    pValue: Number.NaN,
    nearest: [],
  };
}
