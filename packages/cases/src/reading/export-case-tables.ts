import type { ImageId } from '@ganscout/data-model';
import { type CaseInputs, readCaseInputs } from '../case-records.js';
import type { CaseState } from '../case-state.js';
import { knownNumbers } from '../registry/known-numbers.js';
import type { CaseSource } from '../registry/registry.js';
import { sizesOf } from '../registry/registry-counts.js';
import type { CaseTable, Cell, ColumnType } from './case-table.js';
import { lastEvents, tellHistory } from './history.js';
import { type Provenance, provenanceOf } from './provenance.js';

/** What is told of an image and of how it got its source. */
export const ASSIGNMENT_COLUMNS: Readonly<Record<string, ColumnType>> = {
  image_id: 'text',
  path: 'text',
  kind: 'text',
  source: 'text',
  name: 'text',
  score: 'number',
  margin: 'number',
  p_value: 'number',
  entry: 'integer',
  round: 'integer',
  reason: 'text',
};

/** One row an input that is of the discovery set or was added, copies too; those that could not be used are left out. */
export function assignmentTable(state: CaseState): CaseTable {
  const inputs = readCaseInputs(state);
  const provenance = provenanceOf(state);
  return { columns: ASSIGNMENT_COLUMNS, rows: assignmentRows(state, inputs, provenance) };
}

function* assignmentRows(
  state: CaseState,
  inputs: readonly CaseInputs[],
  provenance: Provenance,
): Iterable<Cell[]> {
  const { ids, labels, registry } = state;
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const labelled = labelledNumbers(state, inputs);
  const seen = new Set<ImageId>();
  for (const { discovery, entry } of inputs) {
    for (const { id, path, status, reason } of discovery) {
      const row = rowOf.get(id);
      if (row === undefined) {
        const number = status === 'duplicate' ? labelled.get(id) : undefined;
        if (number === undefined) continue;
        const own = registry.sources[number - 1];
        yield [id, path, 'known', own?.id ?? '', own?.name ?? '', null, null, null, entry, 0, reason];
        continue;
      }
      const source = registry.sources[(labels[row] as number) - 1];
      const why = seen.has(id) && reason !== '' ? reason : (provenance.reason[row] as string);
      seen.add(id);
      const cells = assignmentCells({ id, path, row, source }, provenance);
      yield [...cells.slice(0, -1), why];
    }
  }
}

/** Number of the source of each labelled image now; 0 where there is none any more. */
function labelledNumbers(state: CaseState, inputs: readonly CaseInputs[]): ReadonlyMap<ImageId, number> {
  const numberOf = knownNumbers(state);
  const labelled = new Map<ImageId, number>();
  for (const { known } of inputs) {
    for (const { id, source, status } of known) {
      if (status === 'ok') labelled.set(id, numberOf.get(source ?? '') ?? 0);
    }
  }
  return labelled;
}

/** An image, its row in the case, and its source if it has one. */
export interface AssignedImage {
  readonly id: ImageId;
  readonly path: string;
  readonly row: number;
  readonly source: Pick<CaseSource, 'id' | 'name' | 'kind'> | undefined;
}

/** The values of {@link ASSIGNMENT_COLUMNS} for one image. */
export function assignmentCells(
  { id, path, row, source }: AssignedImage,
  { score, margin, pValue, entry, round, reason }: Provenance,
): Cell[] {
  return [
    id,
    path,
    source?.kind ?? 'unassigned',
    source?.id ?? '',
    source?.name ?? '',
    rounded(score[row] as number),
    rounded(margin[row] as number),
    rounded(pValue[row] as number),
    entry[row] as number,
    round[row] as number,
    reason[row] as string,
  ];
}

/** Six significant digits; null where nothing is known. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

/** One row a source, also those that are no more. */
export function sourceTable({ registry, labels, entries }: CaseState): CaseTable {
  const sizes = sizesOf(labels, registry.sources.length);
  const last = lastEvents(entries);
  return {
    columns: {
      source: 'text',
      name: 'text',
      kind: 'text',
      state: 'text',
      into: 'text',
      from: 'text',
      images: 'integer',
      labelled: 'integer',
      born_entry: 'integer',
      born_round: 'integer',
      last_entry: 'integer',
      last_event: 'text',
      notes: 'list',
    },
    rows: registry.sources.map((source) => [
      source.id,
      source.name,
      source.kind,
      source.state,
      source.into ?? '',
      source.from ?? '',
      sizes[source.number] as number,
      source.labelled ?? '',
      source.bornEntry,
      source.bornRound,
      last.get(source.id)?.entry ?? null,
      last.get(source.id)?.text ?? '',
      source.notes,
    ]),
  };
}

/** One row an entry. */
export function historyTable({ entries }: CaseState): CaseTable {
  const hashes = new Map(entries.map(({ number, hash }) => [number, hash]));
  return {
    columns: {
      entry: 'integer',
      time: 'text',
      kind: 'text',
      what: 'text',
      details: 'list',
      undone_by: 'integer',
      hash: 'text',
    },
    rows: tellHistory(entries).map(({ entry, time, kind, what, details, undoneBy }) => [
      ...[entry, time, kind, what, details, undoneBy, hashes.get(entry) ?? ''],
    ]),
  };
}
