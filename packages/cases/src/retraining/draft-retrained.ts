import { type ImageId, rowsWhere } from '@ganscout/data-model';
import type { Rediscovery } from '@ganscout/pipeline';
import type { EntryDraft } from '../case-entry.js';
import { filesOfGeneration, moveFiles, npyBytes } from '../case-files.js';
import { bufferFiles, GENERATION_ROWS, openCaseModel, sourceModelFiles } from '../case-model.js';
import type { CaseState } from '../case-state.js';
import { entrySeed } from '../entry-seed.js';
import { chooseRepresentatives } from '../open-case.js';
import { remodelSources } from '../operations/remodel-sources.js';
import { CASE_REASON } from '../reasons.js';
import { matchSources, type SourceMatching } from '../registry/match-sources.js';
import {
  applyEvents,
  isRetired,
  nextDiscoveredName,
  type Registry,
  sourceId,
  sourceNumber,
} from '../registry/registry.js';
import type { SourceEvent } from '../registry/source-events.js';
import { readStoredRows } from '../stored-case-rows.js';
import type { KeptApart } from './kept-apart.js';

/** What a retraining found. */
export interface Retrained {
  readonly found: Rediscovery;
  /** Row of the case of each of its discovery images. */
  readonly rows: Int32Array;
  readonly generation: number;
  /** Labelled images that it was given. */
  readonly known: number;
  readonly reasons: readonly string[];
  /** Sources that were joined at first. */
  readonly keptApart: readonly KeptApart[];
}

/** The entry of a retraining: what was found has the identities that its images had. */
export async function draftRetrained(state: CaseState, retrained: Retrained): Promise<EntryDraft> {
  const { found, rows, generation, known, reasons, keptApart } = retrained;
  const { assignment } = found.labels;
  const given = new Map(found.knownSources.map((id, label) => [label, sourceNumber(id)]));
  const before = rows.map((row) => state.labels[row] as number);
  const matching = matchSources({
    before,
    after: assignment.labels,
    clusterCount: assignment.clusterCount,
    given,
  });
  const numbers = matching.sources.slice();
  matching.born.forEach(({ cluster }, i) => {
    numbers[cluster] = state.registry.nextNumber + i;
  });
  const labels = state.labels.slice();
  rows.forEach((row, i) => {
    const cluster = assignment.labels[i] as number;
    const number = cluster < 0 ? 0 : (numbers[cluster] as number);
    // A known source that was retired has its labelled images still, and is given no others.
    labels[row] = isRetired(state.registry, number) ? 0 : number;
  });
  const changed = rowsWhere(labels, (label, row) => label !== state.labels[row]);
  const moves = {
    rows: changed,
    from: changed.map((row) => state.labels[row] as number),
    to: changed.map((row) => labels[row] as number),
  };
  const active = withoutRetired(matching, state.registry);
  const events = eventsOf(state, active, numbers, labels, found.lastRound);
  const body = {
    events,
    generation,
    generationSources: Array.from(numbers),
    trainedOn: {
      known,
      discovery: rows.length,
      unassigned: rows.filter((row) => labels[row] === 0).length,
    },
    reasons,
    keptApart: keptApart.map(({ sources, distance, limit }) => ({ sources, distance, limit })),
    rounds: found.lastRound,
    endedBecause: found.endedBecause,
  };
  const unassigned = rows.filter((_, i) => (assignment.labels[i] as number) < 0);
  const files = new Map<string, Uint8Array | string>([
    [GENERATION_ROWS, npyBytes(rows)],
    ...moveFiles(moves, new Uint8Array(changed.length).fill(CASE_REASON.retrained)),
    ...(await filesBesides(state, labels, body, unassigned)),
  ]);
  return { kind: 'retrained', body, files, vouched: filesOfGeneration(state.directory, generation) };
}

/** Nothing becomes of a retired source, and what would have become part of it is no source any more. */
function withoutRetired(matching: SourceMatching, registry: Registry): SourceMatching {
  const swallowed = matching.merged.filter(({ into }) => isRetired(registry, into));
  return {
    ...matching,
    kept: matching.kept.filter(({ source }) => !isRetired(registry, source)),
    merged: matching.merged.filter((merged) => !swallowed.includes(merged)),
    dissolved: [...matching.dissolved, ...swallowed],
  };
}

/**
 * Files of what the generation itself does not hold. A retired source has no image in it: in the test it stays, so that it is
 * not found again; and images that wait although it would accept them took no part.
 *
 * @param unassigned rows of the case that the generation left without a source.
 */
async function filesBesides(
  state: CaseState,
  labels: Int32Array,
  body: { events: readonly SourceEvent[]; generation: number; generationSources: readonly number[] },
  unassigned: Int32Array,
): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const generationEntry = state.entries.length + 1;
  const registry = applyEvents(state.registry, body.events, generationEntry);
  const left = registry.sources.filter(
    ({ state: now, number }) => now === 'retired' && !body.generationSources.includes(number),
  );
  const waiting = rowsWhere(labels, (label) => label === 0);
  const isBuffered = waiting.length === unassigned.length;
  if (left.length === 0 && isBuffered) return new Map();
  const after = { ...state, ...body, labels, registry, generationEntry, testEntry: null, bufferEntry: null };
  const model = openCaseModel(after);
  try {
    const numbers = new Set(left.map(({ number }) => number));
    const rows = rowsWhere(labels, (label) => numbers.has(label));
    const seed = entrySeed(model.run.config.run.seed, generationEntry);
    return new Map([
      ...(left.length === 0 ? [] : sourceModelFiles(await remodelSources(after, model, rows, seed))),
      ...(isBuffered ? [] : bufferFiles({ rows: waiting, ...(await readStoredRows(after, model, waiting)) })),
    ]);
  } finally {
    await model.run.close();
  }
}

/** Births first, since what merged or split may name what was born. */
function eventsOf(
  { registry, ids }: CaseState,
  { born, kept, merged, dissolved, split }: SourceMatching,
  numbers: Int32Array,
  labels: Int32Array,
  round: number,
): SourceEvent[] {
  const idOf = (cluster: number) => sourceId(numbers[cluster] as number);
  const shown = chooseRepresentatives(ids as readonly ImageId[], labels);
  const reason = 'found by a retraining';
  let { discoveredCount } = registry;
  return [
    ...born.map(
      ({ cluster, from, now }): SourceEvent => ({
        event: 'born',
        source: idOf(cluster),
        name: nextDiscoveredName({ ...registry, discoveredCount: discoveredCount++ }),
        kind: 'discovered',
        round,
        images: now,
        ...(from === 0 ? {} : { from: sourceId(from) }),
        reason,
        representatives: shown.get(numbers[cluster] as number) ?? [],
      }),
    ),
    ...split.map(({ source, clusters }): SourceEvent => {
      const images = born.filter(({ from }) => from === source).reduce((sum, { shared }) => sum + shared, 0);
      return { event: 'split', source: sourceId(source), into: clusters.map(idOf), images, reason };
    }),
    ...merged.map(({ source, into, shared }): SourceEvent => {
      return { event: 'merged', source: sourceId(source), into: sourceId(into), images: shared, reason };
    }),
    ...dissolved.map(({ source }): SourceEvent => ({ event: 'dissolved', source: sourceId(source), reason })),
    ...kept
      .filter(({ before, now }) => now > before)
      .map(({ source, before, now }): SourceEvent => {
        return { event: 'grew', source: sourceId(source), images: now - before, reason };
      }),
  ];
}
