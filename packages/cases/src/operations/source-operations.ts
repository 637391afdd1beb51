import type { EntryBody } from '../case-entry.js';
import { type CaseSource, isLiving, isSourceId } from '../registry/registry.js';
import { findSource } from '../registry/registry-lookup.js';
import type { SourceEvent } from '../registry/source-events.js';
import type { Constraint } from './constraint.js';
import {
  activeSource,
  checkName,
  checkNote,
  demandFreeName,
  demandOtherActive,
  describeSource,
  hasLabelledImages,
  idsAt,
  type OperableState,
  OperationError,
  rowsOfSource,
} from './source-operations-checks.js';
import { type LiftedConstraints, liftImages } from './source-operations-constraints.js';

/** Images that change their source: k rows of the case, and the number of the source of each; 0 is the buffer. */
export interface Moves {
  readonly rows: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** What an entry for a person's operation is to hold. Nothing has happened until it is written. */
export interface OperationPlan {
  readonly kind: 'operation' | 'undone';
  readonly body: EntryBody & {
    /** Its name, as `merge`; of an undoing that of the operation undone. */
    readonly operation: string;
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly constraints: readonly Constraint[];
    /** Entries whose constraints fall. */
    readonly lifts: readonly number[];
  };
  readonly moved: Moves;
  /** Whether images are tested otherwise from here on, so that exemplars and test must be made anew. */
  readonly modelChanges: boolean;
}

/** What people say of an operation. */
export interface OperationSettings {
  /** Why, in their words. */
  readonly reason?: string;
}

const DEFAULT_REASON = 'a person said so';

/** The reason that events give. */
export function reasonOf({ reason }: OperationSettings): string {
  return reason === undefined ? DEFAULT_REASON : checkNote(reason);
}

/** No image changes its source. */
export function noMoves(): Moves {
  return { rows: new Int32Array(0), from: new Int32Array(0), to: new Int32Array(0) };
}

/** All of some rows go from one source to another. */
export function moveAll(rows: Int32Array, from: number, to: number): Moves {
  return { rows, from: new Int32Array(rows.length).fill(from), to: new Int32Array(rows.length).fill(to) };
}

/** A plan with what most operations leave out. */
export function planOf(
  operation: string,
  given: Readonly<Record<string, unknown>>,
  events: readonly SourceEvent[],
  more: {
    readonly moved?: Moves;
    readonly constraints?: readonly Constraint[];
    readonly lifted?: LiftedConstraints;
    readonly modelChanges?: boolean;
  } = {},
): OperationPlan {
  const { moved = noMoves(), constraints = [], lifted = { lifts: [], kept: [] }, modelChanges = true } = more;
  return {
    kind: 'operation',
    body: {
      operation,
      arguments: given,
      events,
      constraints: [...lifted.kept, ...constraints],
      lifts: lifted.lifts,
    },
    moved,
    modelChanges,
  };
}

/**
 * Gives a source another name.
 *
 * @throws {InputError} if there is no such source, or the name cannot be one. @throws {OperationError} if the name is
 *   another source's, or its own already.
 */
export function planRename({ registry }: OperableState, text: string, newName: string): OperationPlan {
  const source = findSource(registry, text);
  const name = checkName(newName);
  if (name === source.name)
    throw new OperationError(`${source.id} has the name ${JSON.stringify(name)} already`);
  demandFreeName(registry, name, source);
  const events: SourceEvent[] = [{ event: 'renamed', source: source.id, from: source.name, to: name }];
  return planOf('rename', { source: source.id, name }, events, { modelChanges: false });
}

/** Adds a note to a source. @throws {InputError} if there is no such source, or the note is empty. */
export function planNote({ registry }: OperableState, text: string, newNote: string): OperationPlan {
  const { id } = findSource(registry, text);
  const note = checkNote(newNote);
  return planOf('note', { source: id, note }, [{ event: 'noted', source: id, note }], {
    modelChanges: false,
  });
}

/**
 * Retires a source: its images keep it, no other is given to it, and rounds to come leave its images alone.
 *
 * @throws {InputError} if there is no such source. @throws {OperationError} if it is not active, or the last that is.
 */
export function planRetire(
  state: OperableState,
  text: string,
  settings: OperationSettings = {},
): OperationPlan {
  const source = activeSource(state.registry, text);
  demandOtherActive(state.registry, source);
  const images = idsAt(state, rowsOfSource(state, source));
  const constraints: Constraint[] = images.length === 0 ? [] : [{ kind: 'set-aside', images }];
  const events: SourceEvent[] = [{ event: 'retired', source: source.id, reason: reasonOf(settings) }];
  return planOf('retire', { source: source.id }, events, { constraints });
}

/**
 * Makes a retired source active again.
 *
 * @throws {InputError} if there is no such source. @throws {OperationError} if it is not retired, or another has its name.
 */
export function planRestore(
  state: OperableState,
  text: string,
  settings: OperationSettings = {},
): OperationPlan {
  const source = findSource(state.registry, text);
  if (source.state !== 'retired') {
    const advice = source.state === 'active' ? '' : '; undo the operation that made it so';
    throw new OperationError(
      `${describeSource(source)} must be retired to be restored, it is ${source.state}${advice}`,
    );
  }
  const lifted = liftImages(state.constraints, new Set(idsAt(state, rowsOfSource(state, source))), [
    'set-aside',
  ]);
  const events: SourceEvent[] = [{ event: 'restored', source: source.id, reason: reasonOf(settings) }];
  return planOf('restore', { source: source.id }, events, { lifted });
}

/**
 * Says that a discovered source is a known one, by a new name or that of a known source, which then takes its images.
 *
 * @param label a name that no source has, or the name or id of an active known source.
 * @throws {InputError} if there is no such source, or the name cannot be one.
 * @throws {OperationError} if the source is known by labelled images, or the label is another discovered source's.
 */
export function planLabel(
  state: OperableState,
  text: string,
  label: string,
  settings: OperationSettings = {},
): OperationPlan {
  const source = activeSource(state.registry, text);
  if (hasLabelledImages(source)) {
    throw new OperationError(`${describeSource(source)} is known by its labelled images; it can be renamed`);
  }
  const rows = rowsOfSource(state, source);
  const images = idsAt(state, rows);
  const lifted = liftImages(state.constraints, new Set(images), ['known']);
  const target = labelTarget(state, source, label);
  const name = target?.name ?? checkName(label);
  const constraints: Constraint[] = images.length === 0 ? [] : [{ kind: 'known', images, name }];
  const labelled: SourceEvent = { event: 'labelled', source: source.id, as: name };
  const given = { source: source.id, name };
  if (target === null) {
    const events = name === source.name ? [labelled] : [labelled, renamedTo(source, name)];
    return planOf('label', given, events, { constraints, lifted });
  }
  const reason = reasonOf(settings);
  const merged: SourceEvent = {
    event: 'merged',
    source: source.id,
    into: target.id,
    images: rows.length,
    reason,
  };
  const moved = moveAll(rows, source.number, target.number);
  return planOf('label', { ...given, known: target.id }, [labelled, merged], { constraints, lifted, moved });
}

function renamedTo({ id, name }: CaseSource, to: string): SourceEvent {
  return { event: 'renamed', source: id, from: name, to };
}

/** The known source that a label names, or null if it is a new name. */
function labelTarget({ registry }: OperableState, source: CaseSource, label: string): CaseSource | null {
  const isNamed = (other: CaseSource) => other.name === label.trim() && isLiving(other);
  if (!isSourceId(label) && !registry.sources.some(isNamed)) return null;
  const target = activeSource(registry, label.trim());
  if (target.id === source.id) {
    if (source.labelled === source.name)
      throw new OperationError(`${describeSource(source)} has that label already`);
    return null;
  }
  if (target.kind === 'known') return target;
  throw new OperationError(
    `${describeSource(target)} is a discovered source, not a known one; ` +
      `merge the two (sources merge ${target.id} ${source.id}) and label what comes of it`,
  );
}
