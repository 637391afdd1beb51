import type { AuditEntry } from '@ganscout/storage';
import { bodyOf, type EntryBody } from '../src/case-entry.js';
import type { StandingConstraint } from '../src/operations/constraint.js';
import type { OperationPlan } from '../src/operations/source-operations.js';
import { standingConstraints } from '../src/operations/undo-standing.js';
import { applyEvents, emptyRegistry, type Registry, sourceId } from '../src/registry/registry.js';
import type { SourceEvent } from '../src/registry/source-events.js';

/** A case in memory: entries are folded as they come. */
export interface FakeCase {
  readonly directory: string;
  entries: AuditEntry[];
  registry: Registry;
  ids: string[];
  labels: Int32Array;
  constraints: StandingConstraint[];
  readonly moves: Map<number, Int32Array>;
  readonly movesOf: (entry: Pick<AuditEntry, 'number'>) => Int32Array;
}

/** Id of the image at a row, as long as a digest. */
export function imageId(row: number): string {
  return row.toString(16).padStart(64, 'ab');
}

/** A case of the known sources `anna` and `bert` and two discovered ones; row i is of the source labels[i], 0 is the buffer. */
export function openFakeCase(labels: readonly number[]): FakeCase {
  const moves = new Map<number, Int32Array>();
  const fake: FakeCase = {
    directory: '/nowhere',
    entries: [],
    registry: emptyRegistry(),
    ids: labels.map((_, row) => imageId(row)),
    labels: Int32Array.from(labels),
    constraints: [],
    moves,
    movesOf: ({ number }) => moves.get(number) ?? new Int32Array(0),
  };
  const events = ['anna', 'bert', 'discovered-01', 'discovered-02'].map((name, i): SourceEvent => {
    const kind = i < 2 ? 'known' : 'discovered';
    const images = labels.filter((label) => label === i + 1).length;
    const round = i < 2 ? 0 : 1;
    return {
      event: 'born',
      source: sourceId(i + 1),
      name,
      kind,
      round,
      images,
      reason: 'the run',
      representatives: [],
    };
  });
  append(fake, 'opened', { events }, new Int32Array(0));
  return fake;
}

/** Writes the entry of a plan, and gives its number. */
export function apply(fake: FakeCase, { kind, body, moved }: OperationPlan): number {
  const rows = Array.from(moved.rows, (row, i) => [row, moved.from[i] as number, moved.to[i] as number]);
  for (const [row, from] of rows) {
    if (fake.labels[row as number] !== from) throw new Error(`row ${row} is not of source ${from}`);
  }
  return append(fake, kind, body, Int32Array.from(rows.flat()));
}

/** Adds images of some sources, as an add that moves nothing would. */
export function addImages(fake: FakeCase, labels: readonly number[]): number {
  fake.ids.push(...labels.map((_, i) => imageId(fake.labels.length + i)));
  fake.labels = Int32Array.of(...fake.labels, ...labels);
  const events = [...new Set(labels)]
    .filter((label) => label > 0)
    .map((label): SourceEvent => ({ event: 'grew', source: sourceId(label), images: 1, reason: 'an add' }));
  return append(fake, 'added', { events }, new Int32Array(0));
}

/** Appends an entry of any kind. */
export function append(fake: FakeCase, kind: string, body: EntryBody, moved: Int32Array): number {
  const number = fake.entries.length + 1;
  const entry: AuditEntry = {
    number,
    previous: '',
    time: '',
    kind,
    body: JSON.parse(JSON.stringify(body)),
    files: {},
    hash: '',
  };
  fake.entries = [...fake.entries, entry];
  fake.registry = applyEvents(fake.registry, bodyOf(entry).events, number);
  fake.labels = fake.labels.slice();
  for (let at = 0; at < moved.length; at += 3) fake.labels[moved[at] as number] = moved[at + 2] as number;
  fake.constraints = standingConstraints(fake.entries);
  fake.moves.set(number, moved);
  return number;
}

/** All that an undoing must bring back: names, states, labels of images, constraints without the entries they come from. */
export function outlook({ registry, labels, constraints }: FakeCase): unknown {
  return {
    sources: registry.sources.map(({ bornEntry, ...source }) => source),
    labels: [...labels],
    constraints: constraints.map(({ operation, ...constraint }) => JSON.stringify(constraint)).sort(),
  };
}
