import { type ImageId, rowsWhere } from '@ganscout/data-model';
import {
  byDigest,
  EXEMPLARS_PER_SOURCE,
  measureApartness,
  openRunModel,
  type Rediscovery,
  type RunModel,
  type SpaceFeatures,
} from '@ganscout/pipeline';
import { selectSpaceRows } from '../adding/row-sets.js';
import type { CaseState } from '../case-state.js';
import { sourceId } from '../registry/registry.js';
import type { SourceId } from '../registry/source-events.js';
import { readStoredRows } from '../stored-case-rows.js';

/** Two sources that a retraining put into one cluster although they are too different for one. */
export interface KeptApart {
  readonly sources: readonly [SourceId, SourceId];
  /** Squared distance between their means, and what it exceeds. */
  readonly distance: number;
  readonly limit: number;
  /** Their images: rounds are to keep them apart. */
  readonly left: readonly ImageId[];
  readonly right: readonly ImageId[];
}

/**
 * Finds discovered sources that a retraining joined although they are too different for one source.
 *
 * What was told apart stays apart unless there is hardly a difference: rounds that have joined two sources even out what
 * differs between them, and so confirm themselves.
 *
 * @param directory of the retraining. @param rows of the case, of the images that it found sources for.
 *
 * Cost: that of reading some images of each source that was joined with another.
 */
export async function findKeptApart(
  state: CaseState,
  directory: string,
  found: Rediscovery,
  rows: Int32Array,
): Promise<KeptApart[]> {
  const run = openRunModel(directory);
  const kept: KeptApart[] = [];
  try {
    const groups = joinedSources(state, found, rows, run.options.refine.minimumSize);
    if (groups.length === 0) return [];
    const featuresOf = await readSomeOfEach(state, run, groups.flat());
    for (const joined of groups) {
      for (const [a, b] of pairsOf(joined)) {
        const { isApart, distance, limit } = measureApartness([featuresOf(a), featuresOf(b)], run.options);
        if (!isApart) continue;
        const [left, right] = [imagesOf(state, a), imagesOf(state, b)];
        kept.push({ sources: [sourceId(a), sourceId(b)], distance, limit, left, right });
      }
    }
  } finally {
    await run.close();
  }
  return kept;
}

/** Features of images that stand for each of some sources, by its number; all are read at once. */
async function readSomeOfEach(
  state: CaseState,
  run: RunModel,
  numbers: readonly number[],
): Promise<(number: number) => SpaceFeatures> {
  const chosen = new Map(
    numbers.map((number) => {
      const own = [...rowsWhere(state.labels, (label) => label === number)];
      return [number, byDigest(state.ids, own).slice(0, EXEMPLARS_PER_SOURCE)];
    }),
  );
  const all = [...chosen.values()].flat();
  const { features } = await readStoredRows(state, { run }, Int32Array.from(all));
  const placeOf = new Map(all.map((row, place) => [row, place]));
  return (number) =>
    selectSpaceRows(
      features,
      (chosen.get(number) as number[]).map((row) => placeOf.get(row) as number),
    );
}

/** Numbers of the sources of which each cluster has at least half of the images, where there are several. */
function joinedSources(
  { labels, registry }: CaseState,
  { labels: { assignment } }: Rediscovery,
  rows: Int32Array,
  fewest: number,
): number[][] {
  const sizes = new Map<number, number>();
  const shared = new Map<number, Map<number, number>>();
  rows.forEach((row, i) => {
    const number = labels[row] as number;
    const cluster = assignment.labels[i] as number;
    sizes.set(number, (sizes.get(number) ?? 0) + 1);
    if (cluster < assignment.knownCount) return;
    const counts = shared.get(cluster) ?? new Map<number, number>();
    counts.set(number, (counts.get(number) ?? 0) + 1);
    shared.set(cluster, counts);
  });
  const isEstablished = (number: number) => {
    const source = registry.sources[number - 1];
    return source?.kind === 'discovered' && source.state === 'active' && (sizes.get(number) ?? 0) >= fewest;
  };
  return [...shared.values()].flatMap((counts) => {
    const joined = [...counts].filter(
      ([number, count]) => isEstablished(number) && 2 * count >= (sizes.get(number) as number),
    );
    return joined.length < 2 ? [] : [joined.map(([number]) => number).sort((a, b) => a - b)];
  });
}

function pairsOf(numbers: readonly number[]): (readonly [number, number])[] {
  return numbers.flatMap((a, i) => numbers.slice(i + 1).map((b) => [a, b] as const));
}

function imagesOf({ ids, labels }: CaseState, number: number): ImageId[] {
  return Array.from(
    rowsWhere(labels, (label) => label === number),
    (row) => ids[row] as ImageId,
  );
}
