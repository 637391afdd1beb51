/**
 * Returns the candidate that a misspelled word is likely meant to be, or null.
 *
 * That is one it is the beginning of, else the one with the smallest edit distance, if that is at most 2 and less
 * than the length of the word; ties go to the earlier candidate.
 */
export function nearestWord(word: string, candidates: readonly string[]): string | null {
  const whole = candidates.find((candidate) => word.length > 0 && candidate.startsWith(word));
  if (whole !== undefined) return whole;
  let nearest: string | null = null;
  let smallest = Math.min(3, word.length);
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Insertions, deletions and substitutions that turn one word into the other (Levenshtein). */
function editDistance(a: string, b: string): number {
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
