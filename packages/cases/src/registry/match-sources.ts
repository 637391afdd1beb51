/** What is matched; N images. */
export interface MatchingInput {
  /** N, number of each image's source before; 0 for none. */
  readonly before: Int32Array;
  /** N, cluster of each image now, in [0, clusterCount); -1 for none. */
  readonly after: Int32Array;
  readonly clusterCount: number;
  /** Source of each cluster whose source is known beforehand, as that of a known source is by its name. */
  readonly given: ReadonlyMap<number, number>;
}

/** A source that lives on in a cluster. */
export interface KeptSource {
  readonly source: number;
  readonly cluster: number;
  /** Its images before, in the cluster now, and those that it had and has. */
  readonly before: number;
  readonly now: number;
  readonly shared: number;
}

/** A source that is no more: most of its images are in the cluster of another. */
export interface MergedSource {
  readonly source: number;
  /** The source that took them. */
  readonly into: number;
  readonly before: number;
  readonly shared: number;
}

/** A source that is no more: no cluster took half of its images. */
export interface DissolvedSource {
  readonly source: number;
  readonly before: number;
}

/** A cluster that is no source's: a new one. */
export interface BornCluster {
  readonly cluster: number;
  /** The source that at least half of its images were of before; 0 if there is none. */
  readonly from: number;
  readonly now: number;
  /** Its images that were of that source. */
  readonly shared: number;
}

/** What became of the sources; each list in the order of its sources or clusters. */
export interface SourceMatching {
  /** k, source of each cluster; 0 for a new one. */
  readonly sources: Int32Array;
  readonly kept: readonly KeptSource[];
  readonly merged: readonly MergedSource[];
  readonly dissolved: readonly DissolvedSource[];
  readonly born: readonly BornCluster[];
  /** Sources of which new clusters split off, with these. */
  readonly split: readonly { readonly source: number; readonly clusters: readonly number[] }[];
}

/**
 * Says which new cluster is which old source, by their images.
 *
 * Each source asks for the cluster that holds most of its images, if these are at least half of the smaller of the two;
 * a cluster goes to the source that brings most images. So two that are each other's best are always matched. A source
 * that did not get its cluster was merged into the one that did, if it brought at least half of its images, and else
 * dissolved. Clusters that no source got are born.
 *
 * Ties: a source asks for the smaller cluster, then for that whose first image comes first; a cluster goes to the source
 * of the lower number. Numbers of clusters decide nothing.
 *
 * @param input arrays are not modified. Sources without an image are not spoken of, unless they are given.
 * @throws {RangeError} if the two arrays are not of one length, a label is out of its range, or a source is given twice.
 *
 * Cost: O(N + pairs of a source and a cluster that share images).
 */
export function matchSources(input: MatchingInput): SourceMatching {
  checkInput(input);
  const overlap = countOverlap(input);
  const sources = new Int32Array(input.clusterCount);
  for (const [cluster, source] of input.given) sources[cluster] = source;
  const given = new Set(input.given.values());
  const taken = new Map<number, Claim>();
  for (const source of overlap.sources.keys()) {
    const claim = given.has(source) ? null : claimOf(source, overlap);
    if (claim === null || sources[claim.cluster] !== 0) continue;
    const present = taken.get(claim.cluster);
    if (present === undefined || claim.shared > present.shared) taken.set(claim.cluster, claim);
  }
  for (const { cluster, source } of taken.values()) sources[cluster] = source;
  const kept = new Set(sources);
  const lost = [...overlap.sources.keys()].filter((source) => !kept.has(source));
  return {
    sources,
    kept: keptSources(sources, overlap),
    ...lostSources(lost, sources, overlap),
    ...bornClusters(sources, overlap),
  };
}

interface Claim {
  readonly source: number;
  readonly cluster: number;
  readonly shared: number;
}

interface Overlap {
  /** Images of each source by its number, in ascending order of the numbers. */
  readonly sources: ReadonlyMap<number, number>;
  readonly clusterSizes: Int32Array;
  /** Row of each cluster's first image; N for an empty one. */
  readonly firstRows: Int32Array;
  /** Images that a source and a cluster share, where there are any: by source, then by cluster. */
  readonly shared: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

function checkInput({ before, after, clusterCount, given }: MatchingInput): void {
  if (before.length !== after.length) {
    throw new RangeError(
      `matchSources: before and after must be of one length, got ${before.length} and ${after.length}`,
    );
  }
  for (const [row, cluster] of after.entries()) {
    if (cluster < -1 || cluster >= clusterCount)
      throw new RangeError(`matchSources: after[${row}] must be in [-1, ${clusterCount}), got ${cluster}`);
    if ((before[row] as number) < 0)
      throw new RangeError(`matchSources: before[${row}] must be 0 or more, got ${before[row]}`);
  }
  const seen = new Set<number>();
  for (const [cluster, source] of given) {
    if (!(cluster >= 0 && cluster < clusterCount && source > 0) || seen.has(source)) {
      throw new RangeError(
        `matchSources: each source given must be positive and of one cluster in [0, ${clusterCount}), got source ${source} for cluster ${cluster}`,
      );
    }
    seen.add(source);
  }
}

function countOverlap({ before, after, clusterCount }: MatchingInput): Overlap {
  const sizes = new Map<number, number>();
  const clusterSizes = new Int32Array(clusterCount);
  const firstRows = new Int32Array(clusterCount).fill(before.length);
  const shared = new Map<number, Map<number, number>>();
  for (const [row, cluster] of after.entries()) {
    const source = before[row] as number;
    if (source !== 0) sizes.set(source, (sizes.get(source) ?? 0) + 1);
    if (cluster === -1) continue;
    clusterSizes[cluster]! += 1;
    firstRows[cluster] = Math.min(firstRows[cluster] as number, row);
    if (source === 0) continue;
    const counts = shared.get(source) ?? new Map<number, number>();
    counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
    shared.set(source, counts);
  }
  const sources = new Map([...sizes].sort(([a], [b]) => a - b));
  return { sources, clusterSizes, firstRows, shared };
}

/** The cluster that a source asks for, or null. */
function claimOf(source: number, overlap: Overlap): Claim | null {
  const best = bestCluster(source, overlap);
  if (best === null) return null;
  const [cluster, shared] = best;
  const smaller = Math.min(overlap.sources.get(source) as number, overlap.clusterSizes[cluster] as number);
  return 2 * shared >= smaller ? { source, cluster, shared } : null;
}

/** The cluster with most of a source's images, and their number. */
function bestCluster(
  source: number,
  { shared, clusterSizes, firstRows }: Overlap,
): readonly [number, number] | null {
  const size = (cluster: number) => clusterSizes[cluster] as number;
  const first = (cluster: number) => firstRows[cluster] as number;
  const counts = [...(shared.get(source) ?? [])];
  counts.sort(([a, ofA], [b, ofB]) => ofB - ofA || size(a) - size(b) || first(a) - first(b));
  return counts[0] ?? null;
}

function keptSources(sources: Int32Array, overlap: Overlap): KeptSource[] {
  const kept = [...sources.entries()].filter(([, source]) => source !== 0);
  kept.sort(([, a], [, b]) => a - b);
  return kept.map(([cluster, source]) => ({
    source,
    cluster,
    before: overlap.sources.get(source) ?? 0,
    now: overlap.clusterSizes[cluster] as number,
    shared: overlap.shared.get(source)?.get(cluster) ?? 0,
  }));
}

function lostSources(
  lost: readonly number[],
  sources: Int32Array,
  overlap: Overlap,
): Pick<SourceMatching, 'merged' | 'dissolved'> {
  const merged: MergedSource[] = [];
  const dissolved: DissolvedSource[] = [];
  for (const source of lost) {
    const before = overlap.sources.get(source) as number;
    const [cluster, shared] = bestCluster(source, overlap) ?? [-1, 0];
    // A cluster with half of a source's images is some source's: this one would have got it otherwise.
    if (2 * shared >= before) merged.push({ source, into: sources[cluster] as number, before, shared });
    else dissolved.push({ source, before });
  }
  return { merged, dissolved };
}

function bornClusters(sources: Int32Array, overlap: Overlap): Pick<SourceMatching, 'born' | 'split'> {
  const born: BornCluster[] = [];
  const parts = new Map<number, number[]>();
  for (const [cluster, source] of sources.entries()) {
    const now = overlap.clusterSizes[cluster] as number;
    if (source !== 0 || now === 0) continue;
    const { from, shared } = originOf(cluster, overlap);
    const isFrom = from !== 0 && 2 * shared >= now;
    born.push({ cluster, from: isFrom ? from : 0, now, shared: isFrom ? shared : 0 });
    if (isFrom) parts.set(from, [...(parts.get(from) ?? []), cluster]);
  }
  const split = [...parts].sort(([a], [b]) => a - b).map(([source, clusters]) => ({ source, clusters }));
  return { born, split };
}

/** The source that most of a cluster's images were of, the lower number at a tie; 0 if none was of any. */
function originOf(cluster: number, { sources, shared }: Overlap): { from: number; shared: number } {
  let best = { from: 0, shared: 0 };
  for (const source of sources.keys()) {
    const count = shared.get(source)?.get(cluster) ?? 0;
    if (count > best.shared) best = { from: source, shared: count };
  }
  return best;
}
