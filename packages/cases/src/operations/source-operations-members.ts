import type { ImageId } from '@ganscout/data-model';
import { REPRESENTATIVES } from '../open-case.js';
import { type CaseSource, nextDiscoveredName, sourceId } from '../registry/registry.js';
import type { SourceEvent } from '../registry/source-events.js';
import type { Constraint } from './constraint.js';
import {
  type Moves,
  moveAll,
  type OperationPlan,
  type OperationSettings,
  planOf,
  reasonOf,
} from './source-operations.js';
import {
  activeSource,
  checkName,
  demandFreeName,
  demandOtherActive,
  describeSource,
  hasLabelledImages,
  idsAt,
  type OperableState,
  OperationError,
  rowsOfSource,
} from './source-operations-checks.js';
import { apart, liftForMerge, liftForSplit, liftImages, together } from './source-operations-constraints.js';

/**
 * Merges sources into the first: it takes their images, and rounds to come keep all these images together. What goes into a
 * known source is of that source from then on, as if it were labelled.
 *
 * @param texts ids or names; at least two, each once. Only the first may be a known source.
 * @throws {InputError} if there is no such source. @throws {OperationError} if one is not active, or they cannot be merged.
 */
export function planMerge(
  state: OperableState,
  texts: readonly string[],
  settings: OperationSettings = {},
): OperationPlan {
  const [target, ...others] = texts.map((text) => activeSource(state.registry, text));
  if (target === undefined || others.length === 0) {
    throw new OperationError(`a merge needs two sources at least, got ${texts.length}`);
  }
  const all = [target, ...others];
  const twice = all.find((source, i) => all.findIndex(({ id }) => id === source.id) !== i);
  if (twice !== undefined) throw new OperationError(`${describeSource(twice)} is named twice`);
  for (const other of others) demandMergeable(target, other);
  const reason = reasonOf(settings);
  const moves = others.map((other) => moveAll(rowsOfSource(state, other), other.number, target.number));
  const events = others.map(({ id }, i): SourceEvent => {
    return { event: 'merged', source: id, into: target.id, images: moves[i]?.rows.length ?? 0, reason };
  });
  const joining = moves.flatMap(({ rows }) => idsAt(state, rows));
  const images = [...idsAt(state, rowsOfSource(state, target)), ...joining];
  return planOf('merge', { into: target.id, sources: others.map(({ id }) => id) }, events, {
    moved: joinMoves(moves),
    constraints: target.kind === 'known' ? ofKnown(joining, target.name) : together(images),
    lifted: liftForMerge(state.constraints, new Set(images)),
  });
}

function ofKnown(images: readonly ImageId[], name: string): Constraint[] {
  return images.length === 0 ? [] : [{ kind: 'known', images, name }];
}

function demandMergeable(target: CaseSource, other: CaseSource): void {
  if (other.kind !== 'known') return;
  if (target.kind !== 'known') {
    throw new OperationError(
      `${describeSource(other)} is a known source and cannot be merged into a discovered one; ` +
        `name it first (sources merge ${other.id} ${target.id})`,
    );
  }
  const why = hasLabelledImages(other)
    ? 'by its labelled images'
    : `as "${other.labelled}", as a person said`;
  throw new OperationError(
    `${describeSource(other)} and ${describeSource(target)} are two known sources, and ${other.id} is known ${why}; ` +
      'known sources cannot be merged',
  );
}

function joinMoves(moves: readonly Moves[]): Moves {
  const join = (part: keyof Moves) => Int32Array.from(moves.flatMap((move) => [...move[part]]));
  return { rows: join('rows'), from: join('from'), to: join('to') };
}

/**
 * Splits images off a source: they become a new source, and rounds to come keep the two apart.
 *
 * @param rows of the images that leave; each of the source, not all of them. Their order and repetitions do not matter.
 * @param settings name of the new source; by default the next `discovered-NN`.
 * @throws {InputError} if there is no such source. @throws {OperationError} if a row is not of it, or none would stay.
 */
export function planSplit(
  state: OperableState,
  text: string,
  rows: readonly number[],
  settings: OperationSettings & { readonly name?: string | undefined } = {},
): OperationPlan {
  const source = activeSource(state.registry, text);
  const leaving = Int32Array.from(new Set(rows)).sort();
  const foreign = leaving.find((row) => state.labels[row] !== source.number);
  if (leaving.length === 0) throw new OperationError('a split needs one image at least');
  if (foreign !== undefined) throw new OperationError(describeForeign(state, source, foreign));
  const gone = new Set(leaving);
  const staying = rowsOfSource(state, source).filter((row) => !gone.has(row));
  // A known source keeps its labelled images whatever leaves it.
  if (staying.length === 0 && !hasLabelledImages(source)) {
    throw new OperationError(
      `${describeSource(source)} has ${leaving.length} images, and all of them would leave it; rename it instead`,
    );
  }
  const name = settings.name === undefined ? nextDiscoveredName(state.registry) : checkName(settings.name);
  demandFreeName(state.registry, name, source);
  if (name === source.name)
    throw new OperationError(`${source.id} has the name ${JSON.stringify(name)} itself`);
  const images = idsAt(state, leaving);
  const rest = idsAt(state, staying);
  const born = bornBySplit(state, source, { name, images, reason: reasonOf(settings) });
  const moved = moveAll(leaving, source.number, state.registry.nextNumber);
  return planOf('split', { source: source.id, into: born.source, images: images.length }, splitEvents(born), {
    moved,
    constraints: apart(images, rest),
    lifted: liftForSplit(state.constraints, new Set(images), new Set(rest)),
  });
}

type BornEvent = Extract<SourceEvent, { event: 'born' }>;

function bornBySplit(
  { registry }: OperableState,
  source: CaseSource,
  {
    name,
    images,
    reason,
  }: { readonly name: string; readonly images: readonly ImageId[]; readonly reason: string },
): BornEvent & { readonly from: string } {
  return {
    event: 'born',
    source: sourceId(registry.nextNumber),
    name,
    kind: 'discovered',
    round: source.bornRound,
    images: images.length,
    from: source.id,
    reason,
    representatives: images.slice(0, REPRESENTATIVES),
  };
}

function splitEvents(born: BornEvent & { readonly from: string }): SourceEvent[] {
  const { source, from, images, reason } = born;
  return [born, { event: 'split', source: from, into: [source], images, reason }];
}

function describeForeign({ ids, labels, registry }: OperableState, source: CaseSource, row: number): string {
  const number = labels[row] as number;
  const owner = registry.sources[number - 1];
  const place = owner === undefined ? 'waits in the buffer' : `is of ${describeSource(owner)}`;
  return `image ${ids[row]} must be of ${describeSource(source)} to leave it, it ${place}`;
}

/**
 * Dissolves a discovered source: its images go to the buffer, where discovery may find them again.
 *
 * @throws {InputError} if there is no such source. @throws {OperationError} if it is not active, the last that is, or has
 *   labelled images.
 */
export function planDissolve(
  state: OperableState,
  text: string,
  settings: OperationSettings = {},
): OperationPlan {
  const source = activeSource(state.registry, text);
  if (hasLabelledImages(source)) {
    throw new OperationError(
      `${describeSource(source)} has labelled images, so it cannot be dissolved; it can be retired`,
    );
  }
  demandOtherActive(state.registry, source);
  const rows = rowsOfSource(state, source);
  const events: SourceEvent[] = [{ event: 'dissolved', source: source.id, reason: reasonOf(settings) }];
  return planOf('dissolve', { source: source.id, images: rows.length }, events, {
    moved: moveAll(rows, source.number, 0),
    lifted: liftImages(state.constraints, new Set(idsAt(state, rows)), ['must-link', 'known']),
  });
}
