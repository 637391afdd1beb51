import { type ImageId, rowsWhere } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import type { CaseState } from '../case-state.js';
import { type CaseSource, isLiving, isSourceId, type Registry } from '../registry/registry.js';
import { findSource } from '../registry/registry-lookup.js';

/** A source of images; its operations need no more of a case. */
export type OperableState = Pick<CaseState, 'registry' | 'ids' | 'labels' | 'constraints'>;

/** An operation that the case does not allow; the message says why and what would be. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
}

const LONGEST_NAME = 100;
const LONGEST_NOTE = 2000;
/** Control characters, and marks that turn the direction of text. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]/u;

/**
 * Finds an active source by id or name.
 *
 * @throws {InputError} if there is none of that name. @throws {OperationError} if it is not active, with what to do.
 */
export function activeSource(registry: Registry, text: string): CaseSource {
  const source = findSource(registry, text);
  if (source.state === 'active') return source;
  throw new OperationError(`${describeSource(source)} ${describeState(source)}`);
}

function describeState({ id, state, into }: CaseSource): string {
  if (state === 'merged') return `was merged into ${into}; name that one, or undo the merge`;
  if (state === 'retired') return `is retired; restore it first (sources restore ${id})`;
  return 'was dissolved; its images are in the buffer';
}

/** `S0007 (discovered-03)`, or the id alone if it is the name. */
export function describeSource({ id, name }: CaseSource): string {
  return `${id} (${name})`;
}

/** Whether a source has labelled images of the known set, which no operation can move. */
export function hasLabelledImages({ kind, labelled }: CaseSource): boolean {
  return kind === 'known' && labelled === null;
}

/** Rows of a source's images, ascending. */
export function rowsOfSource({ labels }: Pick<OperableState, 'labels'>, { number }: CaseSource): Int32Array {
  return rowsWhere(labels, (label) => label === number);
}

/** Ids of the images at some rows. */
export function idsAt({ ids }: Pick<OperableState, 'ids'>, rows: Iterable<number>): ImageId[] {
  return Array.from(rows, (row) => ids[row] as ImageId);
}

/**
 * Checks a name that a person gives, and returns it without space at its ends.
 *
 * @throws {InputError} if it is empty, longer than 100 characters, holds control characters or looks like an id.
 */
export function checkName(text: string): string {
  const name = text.trim();
  const shown = JSON.stringify(name);
  if (name === '') throw new InputError('a name must have at least one character that is no space');
  if (name.length > LONGEST_NAME) {
    throw new InputError(`a name must have at most ${LONGEST_NAME} characters, got ${name.length}`);
  }
  if (UNSAFE.test(name)) throw new InputError(`a name must have no control characters, got ${shown}`);
  if (isSourceId(name)) {
    throw new InputError(`a name must not look like an id (S and digits), got ${shown}`);
  }
  return name;
}

/** @throws {OperationError} if no source but an active one is active. */
export function demandOtherActive({ sources }: Registry, own: CaseSource): void {
  if (sources.some(({ id, state }) => state === 'active' && id !== own.id)) return;
  throw new OperationError(`${describeSource(own)} is the only active source; a case needs one at least`);
}

/** @throws {OperationError} if another source that is active or retired has the name. */
export function demandFreeName({ sources }: Registry, name: string, own: CaseSource): void {
  const owner = sources.find((source) => source.name === name && source.id !== own.id && isLiving(source));
  if (owner === undefined) return;
  throw new OperationError(
    `${owner.id} has the name ${JSON.stringify(name)} already; choose another, or merge the two (sources merge ${owner.id} ${own.id})`,
  );
}

/** @throws {InputError} if a note is empty, longer than 2000 characters or holds control characters but line ends. */
export function checkNote(text: string): string {
  const note = text.trim();
  if (note === '') throw new InputError('a note must have at least one character that is no space');
  if (note.length > LONGEST_NOTE) {
    throw new InputError(`a note must have at most ${LONGEST_NOTE} characters, got ${note.length}`);
  }
  if (UNSAFE.test(note.replaceAll('\n', ' '))) {
    throw new InputError(`a note must have no control characters but line ends, got ${JSON.stringify(note)}`);
  }
  return note;
}
