import type { ViewedSource } from '@ganscout/cases';
import { InputError } from '@ganscout/images';
import { listOf } from './report-words.js';

/** The known sources that others are laid beside. */
export interface ReferenceSources {
  /** Numbers of the sources; none if no source is known. */
  readonly numbers: ReadonlySet<number>;
  /** What to call their images, as `the real images`. */
  readonly words: string;
  /** Why these, as a sentence; empty if there are none. */
  readonly reason: string;
}

/** Words of a name that say that its images are real. */
const REAL = /(?:^|[^a-z])(?:real|camera|photo(?:graph)?s?)(?:[^a-z]|$)/i;
const MOST_NAMED = 5;

/**
 * Decides which known sources are real images: those that a person named, else those whose names say so (`real`, `camera`,
 * `photo`). If none does, all known sources together take their place.
 *
 * @param named ids or names of known sources.
 * @throws {InputError} if a name is that of no known source.
 */
export function findReference(
  sources: readonly ViewedSource[],
  named?: readonly string[] | undefined,
): ReferenceSources {
  const known = sources.filter(({ kind, labelled }) => kind === 'known' && (labelled ?? 0) > 0);
  const chosen = named === undefined ? known.filter(({ name }) => REAL.test(name)) : pick(known, named);
  const numbersOf = (own: readonly ViewedSource[]) => new Set(own.map(({ number }) => number));
  const names = (own: readonly ViewedSource[]) =>
    listOf(
      own.map(({ name }) => name),
      MOST_NAMED,
    );
  if (chosen.length > 0) {
    const say = chosen.length === 1 ? 'its name says' : 'their names say';
    const why = named === undefined ? `as ${say}` : 'as was said when this report was made';
    const reason = `Taken for real images: the known source${chosen.length === 1 ? '' : 's'} ${names(chosen)}, ${why}.`;
    return { numbers: numbersOf(chosen), words: 'the real images', reason };
  }
  if (known.length === 0) return { numbers: new Set(), words: '', reason: '' };
  const what =
    known.length === 1
      ? `the only known source, ${names(known)},`
      : `all ${known.length} known sources together`;
  const reason = `No known source is said to be real images, so ${what} stand${known.length === 1 ? 's' : ''} in their place.`;
  const words =
    known.length === 1 ? 'the images of the known source' : 'the images of all known sources together';
  return { numbers: numbersOf(known), words, reason };
}

function pick(known: readonly ViewedSource[], named: readonly string[]): ViewedSource[] {
  return named.map((text) => {
    const found = known.find(({ id, name }) => name === text || id === text.toUpperCase());
    if (found !== undefined) return found;
    const names = known.map(({ name }) => name);
    const have = names.length === 0 ? 'there is none with labelled images' : `there are ${listOf(names, 20)}`;
    throw new InputError(`the real sources must be known ones; ${have}, got ${JSON.stringify(text)}`);
  });
}
