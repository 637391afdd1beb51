import { type FeatureSet, type ImageId, rowsByLabel } from '@ganscout/data-model';
import type { ImageRecord } from '@ganscout/images';
import { formatInputs, type InputCounts, type RowBuffer } from '@ganscout/pipeline';
import type { EntryDraft } from '../case-entry.js';
import { moveFiles, npyBytes } from '../case-files.js';
import { bufferFiles, type CaseModel, sourceModelFiles } from '../case-model.js';
import type { CaseState } from '../case-state.js';
import { IMPORTED_FEATURES } from '../imported-features.js';
import { REPRESENTATIVES } from '../open-case.js';
import { nextDiscoveredName, sourceId } from '../registry/registry.js';
import type { SourceEvent } from '../registry/source-events.js';
import type { Arrivals, Intake } from './intake.js';
import { selectSpaceRows } from './row-sets.js';

/** What was taken in, and where it came from. */
export interface Addition {
  readonly locations: readonly string[];
  readonly inputs: InputCounts;
  /** Every input, whatever its status. */
  readonly records: readonly ImageRecord[];
  /** Those of the buffer first, then the new ones. */
  readonly arrivals: Arrivals;
  readonly intake: Intake;
  /** Folder of the new images' descriptions inside the case; null where none are kept. */
  readonly described: string | null;
  /** Of the new images, where they were computed elsewhere. */
  readonly imported: FeatureSet | null;
}

/** The entry of images that were taken in. */
export function draftAdded(state: CaseState, model: CaseModel, addition: Addition): EntryDraft {
  const { locations, inputs, records, arrivals, intake, described, imported } = addition;
  const waited = model.buffer.rows.length;
  const added = arrivals.ids.slice(waited);
  const rowOf = (arrival: number) =>
    arrival < waited ? (model.buffer.rows[arrival] as number) : state.labels.length + arrival - waited;
  const numbers = intake.labels.map((label) => (label < 0 ? 0 : (intake.model.sources[label] as number)));
  const files = new Map<string, Uint8Array | string>([
    ['images.csv', [...formatInputs({ known: [], discovery: records })].join('')],
    ['ids.json', JSON.stringify(added)],
    ['labels.npy', npyBytes(numbers.slice(waited))],
    ...scoreFiles(intake, model, waited),
    ...movedFiles(numbers, intake.reasons, model.buffer.rows),
    ...bufferFiles(bufferAfter(arrivals, intake.labels, rowOf)),
  ]);
  if (imported !== null) files.set(IMPORTED_FEATURES, npyBytes(imported.data, imported.dims));
  if (intake.model !== model.sources)
    for (const [name, content] of sourceModelFiles(intake.model)) files.set(name, content);
  const candidates = intake.candidates.map(({ number, rows, reason }) => {
    return { source: number === null ? null : sourceId(number), images: rows.length, reason };
  });
  const body = {
    events: eventsOf(state, model, addition, numbers),
    locations,
    inputs,
    candidates,
    described,
    waiting: { before: waited, after: numbers.filter((number) => number === 0).length },
    falseRejectRate: model.run.options.ood.falseRejectRate,
  };
  const vouched = described === null ? [] : [`${described}/round-01/describe/stage.json`];
  return { kind: 'added', body, files, vouched };
}

/** What the test said of the new images. */
function* scoreFiles(
  { scores, nearest, reasons }: Intake,
  { sources }: CaseModel,
  waited: number,
): Iterable<[string, Uint8Array]> {
  yield ['score.npy', npyBytes(scores.score.slice(waited))];
  yield ['p-value.npy', npyBytes(scores.pValue.slice(waited))];
  // With a single source there is no second one to lead before.
  yield [
    'margin.npy',
    npyBytes(scores.margin.slice(waited).map((margin) => (Number.isFinite(margin) ? margin : 0))),
  ];
  yield ['nearest.npy', npyBytes(nearest.slice(waited).map((label) => sources.sources[label] ?? 0))];
  yield ['reasons.npy', npyBytes(reasons.slice(waited))];
}

/** Images that waited and got a source. */
function* movedFiles(
  numbers: Int32Array,
  reasons: Uint8Array,
  waiting: Int32Array,
): Iterable<[string, Uint8Array]> {
  const gone = [...waiting.keys()].filter((i) => numbers[i] !== 0);
  if (gone.length === 0) return;
  const moves = {
    rows: gone.map((i) => waiting[i] as number),
    from: gone.map(() => 0),
    to: gone.map((i) => numbers[i] as number),
  };
  yield* moveFiles(
    moves,
    Uint8Array.from(gone, (i) => reasons[i] as number),
  );
}

function bufferAfter(
  { ids, features }: Arrivals,
  labels: Int32Array,
  rowOf: (arrival: number) => number,
): RowBuffer {
  const left = [...labels.keys()].filter((arrival) => (labels[arrival] as number) < 0);
  return {
    ids: left.map((arrival) => ids[arrival] as ImageId),
    rows: Int32Array.from(left, rowOf),
    features: selectSpaceRows(features, left),
  };
}

/** Births first, in the order of their numbers, then growth, then what was refused. */
function eventsOf(
  { registry }: CaseState,
  { run, buffer }: CaseModel,
  { arrivals, intake }: Addition,
  numbers: Int32Array,
): SourceEvent[] {
  const waited = buffer.rows.length;
  const members = rowsByLabel(numbers);
  members.delete(0);
  const events: SourceEvent[] = [];
  let { discoveredCount } = registry;
  for (const { number, rows, reason } of intake.candidates) {
    if (number === null) continue;
    const own = members.get(number) ?? [];
    events.push({
      event: 'born',
      source: sourceId(number),
      name: nextDiscoveredName({ ...registry, discoveredCount: discoveredCount++ }),
      kind: 'discovered',
      round: run.round,
      images: own.length,
      reason: `discovered among images that waited: ${reason}`,
      representatives: Array.from(rows.slice(0, REPRESENTATIVES), (row) => arrivals.ids[row] as ImageId),
    });
  }
  const born = new Set(intake.candidates.map(({ number }) => number));
  for (const [number, own] of [...members].sort(([a], [b]) => a - b)) {
    if (born.has(number)) continue;
    const reason = growthReason(own.filter((arrival) => arrival < waited).length, own.length);
    events.push({ event: 'grew', source: sourceId(number), images: own.length, reason });
  }
  for (const { number, rows, reason } of intake.candidates) {
    if (number === null) events.push({ event: 'refused', images: rows.length, reason });
  }
  return events;
}

function growthReason(waited: number, all: number): string {
  if (waited === 0) return 'images were added';
  return waited === all ? 'images that waited' : `images were added, and ${waited} had waited`;
}
