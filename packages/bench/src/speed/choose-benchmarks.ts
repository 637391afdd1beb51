import { UsageError } from '../command-line.js';

/** So many names are offered in place of an unknown one. */
const OFFERED = 3;

/**
 * Returns the benchmarks of the given names, in their own order; all of them if no name is given.
 *
 * @throws {UsageError} if there is none of a name; it offers the nearest ones.
 */
export function chooseBenchmarks<Named extends { readonly name: string }>(
  all: readonly Named[],
  names: readonly string[],
): readonly Named[] {
  const known = all.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const nearest = nearestNames(unknown, known).join(', ');
    throw new UsageError(`there is no benchmark "${unknown}"; the nearest names are ${nearest}, all: --list`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** Names that share most pairs of neighboring letters with the word (Dice's coefficient); ties in their order. */
function nearestNames(word: string, names: readonly string[]): string[] {
  const own = letterPairs(word);
  const similarity = (name: string) => {
    const pairs = letterPairs(name);
    const common = [...pairs].filter((pair) => own.has(pair)).length;
    return (2 * common) / (own.size + pairs.size);
  };
  const ranked = names.map((name) => ({ name, similarity: similarity(name) }));
  ranked.sort((a, b) => b.similarity - a.similarity);
  return ranked.slice(0, OFFERED).map(({ name }) => name);
}

function letterPairs(word: string): Set<string> {
  const bounded = ` ${word} `;
  return new Set(Array.from({ length: bounded.length - 1 }, (_, i) => bounded.slice(i, i + 2)));
}
