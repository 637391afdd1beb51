/** Where the images of a source went. */
export interface SourceFinding {
  /**
   * Whether a discovered cluster stands for it: it holds at least half of the source's images, and they are at least half
   * of it.
   */
  readonly isFound: boolean;
  /** Share of its images in the discovered cluster that holds most of them; 0 where none does. */
  readonly held: number;
  /** Share of that cluster that they are; null where none holds one. */
  readonly purity: number | null;
}

/**
 * Looks for a source among discovered clusters.
 *
 * @param labels N, -1 or in [0, clusterCount); those from knownCount on are discovered.
 * @param isOwn whether a row is of the source.
 * @returns null if it has no image.
 */
export function findSource(
  {
    labels,
    knownCount,
    clusterCount,
  }: {
    readonly labels: Int32Array;
    readonly knownCount: number;
    readonly clusterCount: number;
  },
  isOwn: (row: number) => boolean,
): SourceFinding | null {
  const sizes = new Int32Array(clusterCount);
  const own = new Int32Array(clusterCount);
  let total = 0;
  labels.forEach((label, row) => {
    const isMember = isOwn(row);
    if (isMember) total += 1;
    if (label < 0) return;
    sizes[label]! += 1;
    if (isMember) own[label]! += 1;
  });
  if (total === 0) return null;
  const stands = (count: number, label: number) =>
    label >= knownCount && 2 * count >= total && 2 * count >= (sizes[label] as number);
  const discovered = own.subarray(knownCount);
  const most = Math.max(0, ...discovered);
  const cluster = knownCount + discovered.indexOf(most);
  return {
    isFound: own.some(stands),
    held: most / total,
    purity: most === 0 ? null : most / (sizes[cluster] as number),
  };
}
