import type { Assignment } from '@ganscout/data-model';

/**
 * Names the sources of an assignment by label: the known ones, then `discovered-01` and so on, the largest first
 * (ties: the lower label).
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
  discovered.forEach((label, i) => {
    names[label] = `discovered-${String(i + 1).padStart(digits, '0')}`;
  });
  return names;
}
