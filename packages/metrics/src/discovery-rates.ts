import { columnMajorities, contingencyTable } from './contingency.js';
import * as detection from './detection.js';
import { matchedCount } from './matching.js';
import { ariOfTable, nmiOfTable, purityOfTable } from './partition.js';

/**
 * The images over which average purity, NMI and ARI are taken, and their labels.
 *
 * - `discovered`: the images in discovered clusters, as in the paper.
 * - `unknownAssigned`: the images of unknown sources that have a label.
 * - `unknown`: all images of unknown sources; the unassigned ones are pooled as one more cluster.
 * - `assigned`: all images that have a label, known or discovered.
 * - `whole`: the whole discovery set; the unassigned images are pooled as one more cluster.
 * - `completed`: the whole discovery set with the completed labels (in the paper each unassigned image goes to the
 *   nearest cluster); null without them.
 */
export type DiscoveryPart = 'discovered' | 'unknownAssigned' | 'unknown' | 'assigned' | 'whole' | 'completed';

/** Average purity, NMI (over the arithmetic mean of the entropies) and ARI of each part; null if it has no image. */
export type PartFigures = {
  readonly [Name in `${DiscoveryPart}${'AveragePurity' | 'Nmi' | 'Ari'}`]: number | null;
};

/** Figures in [0, 1] (ARI: [-1, 1]); null where there is no image to take them over, or no input for them. */
export interface DiscoveryRates extends PartFigures {
  /** Share of the images of known sources that were given their source. */
  readonly accuracyKnown: number | null;
  /** Share of the images of unknown sources right under the best one-to-one matching of discovered clusters to unknown
   * sources; the unassigned, and those given a known source, are wrong. */
  readonly accuracyUnknown: number | null;
  /** Share of all images right under the best matching of all labels, known and discovered, to all sources; the
   * unassigned are wrong. */
  readonly accuracyAll: number | null;
  /** The same with the completed labels; null without them. */
  readonly accuracyCompleted: number | null;
  /** Share of the images of known sources not given any known source. */
  readonly knownRejectedRate: number | null;
  /** Share of the images of unknown sources given a known source. */
  readonly unknownAcceptedRate: number | null;
  /** Share of all images with a label. */
  readonly assignedShare: number | null;
  /** Detection of unknown sources by the OOD score, as the functions of these names; null without a score, or with
   * images of known sources only, or of unknown ones only. Positive is out-of-distribution. */
  readonly auroc: number | null;
  readonly averagePrecision: number | null;
  /** Share of known images rejected at the threshold that rejects 95 % of the unknown ones. */
  readonly fprAtTpr95: number | null;
  /** Share of unknown images accepted at the threshold that rejects 5 % of the known ones, at most. */
  readonly unknownAcceptedAtKnownRejected5: number | null;
  readonly oscr: number | null;
  readonly ccrAtFpr5: number | null;
}

/** What the figures are computed from; arrays of N scored images unless said otherwise. */
export interface ScoredCase {
  readonly sources: Int32Array;
  readonly labels: Int32Array;
  readonly completed: Int32Array | null;
  readonly knownCount: number;
  /** True source of each known label, `knownCount` values. */
  readonly knownSourceOfLabel: ArrayLike<number>;
  /** One per source. */
  readonly isKnown: Uint8Array;
  /** For detection, null without a score. */
  readonly scored: {
    readonly ranks: detection.ScoreRanks;
    readonly isOod: Uint8Array;
    readonly isCorrect: Uint8Array;
  } | null;
}

/** Images that agree in source, label and completed label, counted together. */
export interface JointCells {
  readonly sources: Int32Array;
  readonly labels: Int32Array;
  readonly completed: Int32Array;
  /** N, the cell of each image. */
  readonly cellOf: Int32Array;
}

/** Groups the images by source, label and completed label. Cost: O(N). */
export function joinCells({ sources, labels, completed }: ScoredCase): JointCells {
  const first: number[] = [];
  const cells = new Map<number, number>();
  const span = labels.reduce((largest, label) => Math.max(largest, label), 0) + 2;
  const spanCompleted = (completed ?? labels).reduce((largest, label) => Math.max(largest, label), 0) + 2;
  const cellOf = sources.map((source, row) => {
    const key = (source * span + labels[row] + 1) * spanCompleted + (completed?.[row] ?? -1) + 1;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = first.push(row) - 1;
      cells.set(key, cell);
    }
    return cell;
  });
  const pick = (values: Int32Array) => Int32Array.from(first, (row) => values[row]);
  return { sources: pick(sources), labels: pick(labels), completed: pick(completed ?? labels), cellOf };
}

/** Every figure over the given rows, some repeated or left out. Cost: O(rows + cells), and the matching. */
export function discoveryRates(given: ScoredCase, cells: JointCells, rows: Int32Array): DiscoveryRates {
  const counts = new Float64Array(cells.labels.length);
  for (let i = 0; i < rows.length; i++) counts[cells.cellOf[rows[i]]]++;
  return {
    ...partFigures(given, cells, counts),
    ...accuracies(given, cells, counts),
    ...assignmentRates(given, cells, counts),
    ...detectionRates(given, rows),
  };
}

/** Unknown sources, of those with an image, that are not the largest source of any discovered cluster. */
export function sourcesWithoutCluster(given: ScoredCase): number[] {
  const { sources, labels, knownCount, isKnown } = given;
  const discovered = (_: number, row: number) => labels[row] >= knownCount;
  const table = contingencyTable(sources.filter(discovered), labels.filter(discovered));
  const found = new Set(Array.from(columnMajorities(table).rows, (row) => table.rowLabels[row]));
  const occurring = [...new Set(sources)].sort((a, b) => a - b);
  return occurring.filter((source) => isKnown[source] === 0 && !found.has(source));
}

function partFigures(
  { knownCount, isKnown, completed }: ScoredCase,
  cells: JointCells,
  counts: Float64Array,
) {
  const { sources, labels } = cells;
  const isAssigned = (cell: number) => labels[cell] !== -1;
  const isUnknown = (cell: number) => isKnown[sources[cell]] === 0;
  const take = (labelsTaken: Int32Array, belongs: (cell: number) => boolean) =>
    tableOf(cells, labelsTaken, counts, belongs);
  const tables = {
    discovered: take(labels, (cell) => labels[cell] >= knownCount),
    unknownAssigned: take(labels, (cell) => isUnknown(cell) && isAssigned(cell)),
    unknown: take(labels, isUnknown),
    assigned: take(labels, isAssigned),
    whole: take(labels, () => true),
    completed: take(cells.completed, () => completed !== null),
  };
  const figures: Record<string, number | null> = {};
  for (const [part, table] of Object.entries(tables)) {
    const isEmpty = table.total === 0;
    figures[`${part}AveragePurity`] = isEmpty ? null : purityOfTable(table);
    figures[`${part}Nmi`] = isEmpty ? null : nmiOfTable(table);
    figures[`${part}Ari`] = isEmpty ? null : ariOfTable(table);
  }
  return figures as PartFigures;
}

function accuracies(given: ScoredCase, cells: JointCells, counts: Float64Array) {
  const { knownCount, isKnown, knownSourceOfLabel, completed } = given;
  const { sources, labels } = cells;
  const isRight = (cell: number) =>
    isKnownLabel(given, labels[cell]) && knownSourceOfLabel[labels[cell]] === sources[cell];
  const isKnownCell = (cell: number) => isKnown[sources[cell]] === 1;
  const matched = (labelsTaken: Int32Array, smallest: number, belongs: (cell: number) => boolean) => {
    const table = tableOf(cells, labelsTaken, counts, belongs);
    return table.total === 0 ? null : matchedCount(table, (label) => label >= smallest) / table.total;
  };
  return {
    accuracyKnown: share(counts, isKnownCell, isRight),
    accuracyUnknown: matched(labels, knownCount, (cell) => !isKnownCell(cell)),
    accuracyAll: matched(labels, 0, () => true),
    accuracyCompleted: matched(cells.completed, 0, () => completed !== null),
  };
}

function assignmentRates(given: ScoredCase, { sources, labels }: JointCells, counts: Float64Array) {
  const isKnownCell = (cell: number) => given.isKnown[sources[cell]] === 1;
  const isAccepted = (cell: number) => isKnownLabel(given, labels[cell]);
  return {
    knownRejectedRate: share(counts, isKnownCell, (cell) => !isAccepted(cell)),
    unknownAcceptedRate: share(counts, (cell) => !isKnownCell(cell), isAccepted),
    assignedShare: share(
      counts,
      () => true,
      (cell) => labels[cell] !== -1,
    ),
  };
}

function detectionRates({ scored }: ScoredCase, rows: Int32Array) {
  const none = {
    auroc: null,
    averagePrecision: null,
    fprAtTpr95: null,
    unknownAcceptedAtKnownRejected5: null,
    oscr: null,
    ccrAtFpr5: null,
  };
  if (scored === null) return none;
  const counts = detection.countByRank(scored.ranks, scored.isOod, scored.isCorrect, rows);
  const { positive, negative } = detection.classTotals(counts);
  if (positive === 0 || negative === 0) return none;
  return {
    auroc: detection.aurocOfCounts(counts),
    averagePrecision: detection.averagePrecisionOfCounts(counts),
    fprAtTpr95: detection.fprOfCounts(counts, 0.95),
    unknownAcceptedAtKnownRejected5: detection.fprOfCounts(detection.swapClasses(counts), 0.95),
    oscr: detection.oscrOfCounts(counts),
    ccrAtFpr5: detection.ccrOfCounts(counts, 0.05),
  };
}

function isKnownLabel({ knownCount }: ScoredCase, label: number): boolean {
  return label >= 0 && label < knownCount;
}

function tableOf(
  cells: JointCells,
  labels: Int32Array,
  counts: Float64Array,
  belongs: (cell: number) => boolean,
) {
  const taken = new Int32Array(counts.length);
  let size = 0;
  for (let cell = 0; cell < counts.length; cell++)
    if (counts[cell] > 0 && belongs(cell)) taken[size++] = cell;
  const sourcesTaken = new Int32Array(size);
  const labelsTaken = new Int32Array(size);
  const countsTaken = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    sourcesTaken[i] = cells.sources[taken[i]];
    labelsTaken[i] = labels[taken[i]];
    countsTaken[i] = counts[taken[i]];
  }
  return contingencyTable(sourcesTaken, labelsTaken, countsTaken);
}

/** Share of the counts in `whole` that are also in `part`; null if there are none. */
function share(
  counts: Float64Array,
  whole: (cell: number) => boolean,
  part: (cell: number) => boolean,
): number | null {
  let total = 0;
  let inside = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    if (!whole(cell)) continue;
    total += counts[cell];
    if (part(cell)) inside += counts[cell];
  }
  return total === 0 ? null : inside / total;
}
