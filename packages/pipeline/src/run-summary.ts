import type { SourceTrust } from './trust.js';

/** A source as `sources.csv` lists it. */
export interface SourceRow extends Omit<SourceTrust, 'nearest'> {
  readonly source: string;
  readonly kind: 'known' | 'discovered';
  /** Images of the discovery set that have it. */
  readonly size: number;
  /** Round in which it was first found; 0 for a known source. */
  readonly firstRound: number;
  /** Source whose centroid is nearest, or `''`. */
  readonly nearest: string;
  /** True source of most of its images, where there is ground truth, else null. */
  readonly majority: string | null;
  /** Share of its images that have it; null without ground truth. */
  readonly purity: number | null;
  /** Property of files that explains it, as `jpegQuality 75 (97 % inside, 4 % outside)`; `''` if none is found. */
  readonly confounder: string;
  /** Correlation of having that property and being of the source; null without such a property. */
  readonly confounderStrength: number | null;
}

/** An image of the discovery set as `assignments.csv` lists it. */
export interface AssignmentRow {
  readonly imageId: string;
  /** As given on input. */
  readonly path: string;
  readonly kind: 'known' | 'discovered' | 'unassigned';
  /** `''` if unassigned. */
  readonly source: string;
  /** Larger is more out-of-distribution of the known sources. */
  readonly score: number;
  /** Lead of the best source over the second best; larger is surer. */
  readonly margin: number;
  readonly round: number;
  readonly reason: string;
}

/** Flat figures by name; null where a figure is not defined. */
export type Figures = Readonly<Record<string, number | null>>;

/** A stage of a round, as far as labels go. */
export interface StageSummary {
  readonly stage: string;
  readonly assigned: number;
  readonly clusters: number;
  /** Null without ground truth. */
  readonly figures: Figures | null;
}

/** What `summary.json` holds. The same inputs and seed give the same bytes: times are in `timings.json`. */
export interface RunSummary {
  readonly version: 1;
  readonly name: string;
  readonly preset: string;
  readonly seed: number;
  readonly software: Readonly<Record<string, string>>;
  readonly counts: {
    readonly known: number;
    readonly knownSources: number;
    readonly discovery: number;
    readonly assignedToKnown: number;
    readonly assignedToDiscovered: number;
    readonly unassigned: number;
    readonly discoveredSources: number;
    readonly failedInputs: number;
  };
  readonly sources: readonly SourceRow[];
  readonly rounds: readonly {
    readonly round: number;
    readonly changed: boolean;
    readonly stages: readonly StageSummary[];
  }[];
  /** Why no further round was made. */
  readonly endedBecause: string;
  /** Null without ground truth. */
  readonly final: {
    readonly figures: Figures;
    /** Bootstrap intervals, 95 %. */
    readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  } | null;
}
