/** Formats of an export, each named for the tool or the kind of file that it is for. */
export const EXPORT_FORMATS = [
  'csv',
  'jsonl',
  'parquet',
  'npy',
  'imagefolder',
  'projector',
  'fiftyone',
  'label-studio',
  'spotlight',
] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * How an image folder gets its images.
 *
 *   symlink   a link by name: takes no space, and breaks when the input is moved
 *   hardlink  a second name of the input itself: who changes the one changes the other
 *   copy      bytes of its own, whose SHA-256 is that of the case
 */
export const LINK_KINDS = ['symlink', 'hardlink', 'copy'] as const;

export type LinkKind = (typeof LINK_KINDS)[number];

/** Points that the embedding projector is given unless more are asked for: it gets slow above. */
export const MOST_POINTS = 10_000;

/** Where and how a case is exported. */
export interface ExportSettings {
  readonly output: string;
  readonly format: ExportFormat;
  /** Whether files of an earlier export may be replaced. */
  readonly force: boolean;
  /** Of `parquet`: whether features are written too. Default false. */
  readonly features?: boolean;
  /** Of `imagefolder`. Default `symlink`: inputs are evidence, and nothing of them changes, not even their count of names. */
  readonly link?: LinkKind;
  /** Of `projector`: most points; of more images that many are drawn. Default {@link MOST_POINTS}. */
  readonly points?: number;
  /** Of `projector`: seed of that draw. Default 0. */
  readonly seed?: number;
  /** Of `label-studio`: absolute folder that it serves files from; null for the one above all images. */
  readonly documentRoot?: string | null;
  readonly signal?: AbortSignal;
}

/** What an export wrote. */
export interface CaseExport {
  /** Rows of each file by its name. */
  readonly files: Readonly<Record<string, number>>;
  /** What is not in it, one sentence each. */
  readonly leftOut: readonly string[];
  /** What those who use it should know, one sentence each; how its tool opens it comes last. */
  readonly notes: readonly string[];
  /** Images whose file is gone or has changed. */
  readonly failed: number;
}
