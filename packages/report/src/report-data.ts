/** A picture in a report: the bytes of a PNG. */
export interface ReportPicture {
  readonly png: Uint8Array;
  /** Pixels of the PNG. */
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who cannot see it. */
  readonly alt: string;
}

/** An image on a contact sheet: native pixels, cut and never resized. */
export interface SheetImage extends ReportPicture {
  /** Path as given on input. */
  readonly caption: string;
  /** e.g. `p 0.41, margin 2.3` */
  readonly detail: string;
}

/** Images of a source chosen in one way. */
export interface ContactSheet {
  readonly kind: 'central' | 'random' | 'borderline';
  readonly title: string;
  readonly images: readonly SheetImage[];
}

/** A figure with its name, as a sentence part: `persistence`, `0.97`, `share of its images …`. */
export interface NamedFigure {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** One source in a report. */
export interface ReportSource {
  /** Stable id, `S0007`. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'known' | 'discovered';
  readonly state: string;
  /** Images of the discovery set and of dumps that have it. */
  readonly size: number;
  /** Labelled images; null for a discovered source. */
  readonly labelled: number | null;
  readonly figures: readonly NamedFigure[];
  /** Id and name of the nearest other source, or null. */
  readonly nearest: string | null;
  /** One sentence each: mixed, tiny, confounded, near another. */
  readonly cautions: readonly string[];
  readonly lineage: readonly string[];
  readonly notes: readonly string[];
  readonly sheets: readonly ContactSheet[];
  /** Averaged residual spectrum and autocorrelation, beside those of the real images; empty without images. */
  readonly fingerprint: readonly { readonly title: string; readonly picture: ReportPicture }[];
  /** What is seen in them, in words. */
  readonly fingerprintNote: string;
}

/** Figures after one stage of one round. */
export interface ReportStage {
  readonly round: number;
  readonly stage: string;
  /** Share of the discovery set that has a source. */
  readonly assigned: number;
  /** Known and discovered. */
  readonly sources: number;
  /** Null without ground truth. */
  readonly purity: number | null;
  readonly nmi: number | null;
  readonly ari: number | null;
}

/** A figure at the end, with its interval where there is truth. */
export interface FinalFigure {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly meaning: string;
}

/** The discovery set on a plane. M points; the same rows for every map of a report. */
export interface ReportMap {
  readonly name: 'PCA' | 'UMAP';
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** How it was made, and what it does not show. */
  readonly note: string;
}

/** What the points of all maps are; M values each. */
export interface MapPoints {
  /** Of all images, if the maps show some of them only. */
  readonly total: number;
  /** Position in `sources`, -1 where unassigned. */
  readonly source: Int32Array;
  readonly path: readonly string[];
  /** Position in `thumbs`, -1 where the point has none. */
  readonly thumb: Int32Array;
  /** Cut from native pixels. */
  readonly thumbs: readonly ReportPicture[];
}

/** Counts of true sources (rows) by sources found (columns). */
export interface Confusion {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** rows × columns, row-major. */
  readonly counts: readonly number[];
  readonly note: string;
}

/** A histogram of a score; K bins. */
export interface ScoreHistogram {
  readonly title: string;
  readonly axis: string;
  /** K + 1 */
  readonly edges: readonly number[];
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
  readonly thresholds: readonly { readonly name: string; readonly value: number }[];
  readonly note: string;
}

/** A curve in the unit square. */
export interface RateCurve {
  readonly title: string;
  readonly xAxis: string;
  readonly yAxis: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** e.g. `AUROC 0.993`. */
  readonly area: string;
  readonly note: string;
}

/** Rows that a person should look at, and why. */
export interface IssueList {
  readonly title: string;
  /** What it means and what to do. */
  readonly reason: string;
  readonly columns: readonly string[];
  /** At most some hundreds; `total` counts all. */
  readonly rows: readonly (readonly string[])[];
  readonly total: number;
}

/** A titled table of facts. */
export interface FactTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All that a report shows; made by `gatherReport`, drawn by `renderReport`. Plain values only. */
export interface ReportData {
  readonly title: string;
  /** The result in words, a sentence each: how many, of what, what is left, how far to trust it. */
  readonly headline: readonly string[];
  readonly counts: {
    readonly images: number;
    readonly known: number;
    readonly discovered: number;
    readonly unassigned: number;
    readonly knownSources: number;
    readonly discoveredSources: number;
    readonly unusable: number;
  };
  readonly hasTruth: boolean;
  readonly finalFigures: readonly FinalFigure[];
  readonly rounds: readonly ReportStage[];
  /** Why no further round was made. */
  readonly endedBecause: string;
  /** The paper's figure: size and purity of each discovered source, largest first; purity null without truth. */
  readonly clusters: readonly {
    readonly name: string;
    readonly size: number;
    readonly purity: number | null;
  }[];
  readonly sources: readonly ReportSource[];
  readonly maps: readonly ReportMap[];
  readonly points: MapPoints | null;
  readonly confusion: Confusion | null;
  readonly histograms: readonly ScoreHistogram[];
  readonly curves: readonly RateCurve[];
  readonly issues: readonly IssueList[];
  readonly provenance: readonly FactTable[];
  /** What was left out to keep within the size limit, a sentence each. */
  readonly leftOut: readonly string[];
}
