import { join } from 'node:path';
import { type ImageRecord, InputError, inspectImages, listGivenImages } from '@ganscout/images';
import { sourcePValue } from '@ganscout/wta-ood';
import { loadConfig } from './config/load.js';
import { resolveConfig } from './config/resolve.js';
import type { StageOptions } from './config/schema.js';
import type { Listener } from './events.js';
import { demandsOf } from './inputs.js';
import { readingOf, readNewImages } from './new-images.js';
import { readProjection, stageFiles } from './project-features.js';
import { RUN_FILES, readRun } from './run-directory.js';
import { readSourceTest } from './source-test-files.js';
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
  const { config, test, projection, reading, sources, knownCount } = openIdentifier(directory);
  const { threads } = reading;
  const listing = await listGivenImages(paths, process.cwd());
  const { maximumPixels } = config.data;
  const { records } = await inspectImages(listing, { ...demandsOf(config), maximumPixels, threads, signal });
  const answers: Identification[] = [];
  const answered = new Map<string, Identification>();
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    const described = await readNewImages(batch, reading, signal);
    const rowOf = new Map(described.ids.map((id, row) => [id, row]));
    const features = described.ids.length === 0 ? null : await projection(described.images);
    const scores = features === null ? null : applySourceTest(test, { ...features, space: test.wta.space });
    for (const record of batch) {
      const row = rowOf.get(record.id);
      const fresh =
        row === undefined || scores === null
          ? unusable(record, described.failures.get(record.id))
          : answer(record, row, scores, test, sources, knownCount);
      // A copy is answered as the first of its kind, which may have been in an earlier batch.
      const first = record.status === 'duplicate' ? answered.get(record.id) : undefined;
      answers.push(first === undefined ? fresh : { ...first, path: record.path });
      answered.set(record.id, answers.at(-1) as Identification);
    }
    listener({
      type: 'progress',
      stage: 'describe',
      done: answers.length,
      total: records.length,
      unit: 'images',
    });
  }
  return answers;
}

function openIdentifier(directory: string) {
  const run = readRun(directory);
  const config = resolveConfig(loadConfig(join(directory, RUN_FILES.config)), {
    workingDirectory: directory,
  });
  if (config.data.known === null) {
    throw new InputError(
      `${directory} was made from features computed elsewhere, so images cannot be compared with it`,
    );
  }
  const round = run.summary.rounds.length;
  const options = config.rounds[round - 1] as StageOptions;
  const { read } = stageFiles(directory, round, 'attribute');
  return {
    config,
    test: readSourceTest(read),
    reading: readingOf(directory, config, options.ood.space, round),
    projection: readProjection(directory, options.ood.space, config.rounds, round),
    sources: JSON.parse(new TextDecoder().decode(read('sources.json'))) as string[],
    knownCount: run.summary.counts.knownSources,
  };
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
