import { InputError } from '@ganscout/images';
import { type CaseSource, isLiving, isSourceId, type Registry, sourceId } from './registry.js';

/** Names that an error offers. */
const MOST_OFFERED = 3;

/**
 * Finds a source by its id or its name; an id may be in lower case and without leading zeros.
 *
 * Of several sources with one name the one that is active or retired is meant.
 *
 * @throws {InputError} if there is none, with those that the text may mean, or if there are several.
 */
export function findSource({ sources }: Registry, text: string): CaseSource {
  const byId = isSourceId(text) ? sources[Number(text.slice(1)) - 1] : undefined;
  if (byId !== undefined) return byId;
  const named = sources.filter(({ name }) => name === text);
  const living = named.filter(isLiving);
  const [found, ...others] = living.length > 0 ? living : named;
  if (found === undefined) throw new InputError(describeMiss(text, sources));
  if (others.length === 0) return found;
  const ids = [found, ...others].map(({ id }) => id);
  throw new InputError(`${ids.join(' and ')} have the name ${JSON.stringify(text)}; give the id`);
}

function describeMiss(text: string, sources: readonly CaseSource[]): string {
  const count = sources.length;
  const range = count === 0 ? 'no source yet' : count === 1 ? 'S0001 only' : `S0001 to ${sourceId(count)}`;
  const near = isSourceId(text) ? [] : nearestNames(text, sources);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return `no source ${isSourceId(text) ? text : JSON.stringify(text)}; the case has ${range}${hint}`;
}

/** Names and ids of the sources whose name is alike, nearest first. */
function nearestNames(text: string, sources: readonly CaseSource[]): string[] {
  const wanted = text.toLowerCase();
  const limit = Math.max(2, Math.floor(text.length / 3));
  return sources
    .map(({ id, name, number }) => {
      const known = name.toLowerCase();
      const distance = wanted !== '' && known.startsWith(wanted) ? 0 : editDistance(wanted, known, limit);
      return { id, name, number, distance };
    })
    .filter(({ distance }) => distance <= limit && distance < wanted.length)
    .sort((a, b) => a.distance - b.distance || a.number - b.number)
    .slice(0, MOST_OFFERED)
    .map(({ id, name }) => `${name} (${id})`);
}

/** Insertions, deletions and substitutions that turn one word into the other, or more than `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
