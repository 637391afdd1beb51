import type { Assignment } from '@ganscout/data-model';

/**
 * Names the sources of an assignment by label: the known ones, then `discovered-01` and so on, the largest first
 * (ties: the lower label). Numbers that would repeat the name of a known source are passed over.
 */
export function nameSources(
  knownSources: readonly string[],
  { labels, knownCount, clusterCount }: Assignment,
): string[] {
  const sizes = new Int32Array(clusterCount);
  for (const label of labels) if (label >= 0) sizes[label]! += 1;
  const discovered = Array.from({ length: clusterCount - knownCount }, (_, i) => knownCount + i);
  discovered.sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
  const digits = Math.max(2, String(discovered.length).length);
  const names = [...knownSources];
  let number = 0;
  for (const label of discovered) {
    do {
      number += 1;
      names[label] = `discovered-${String(number).padStart(digits, '0')}`;
    } while (knownSources.includes(names[label] as string));
  }
  return names;
}
