import type { FeatureSet, ImageId } from '@ganscout/data-model';
import type { ImageRecord, Patch } from '@ganscout/images';
import type { ResolvedConfig, RunSummary, RunTimings, SourceRow } from '@ganscout/pipeline';
import type { CaseState } from '../case-state.js';
import type { CaseSource } from '../registry/registry.js';
import type { Provenance } from './provenance.js';

/** An image of a case as it is shown. */
export interface ViewedImage {
  readonly id: ImageId;
  /** As given on input; of equal files that of the first. */
  readonly path: string;
  /** Absolute path of the file; it may be gone by now. Null if the case was made from features. */
  readonly file: string | null;
  /** Pixels of the whole image, also for a patch; null if unknown. */
  readonly width: number | null;
  readonly height: number | null;
  /** As `png`; `''` if unknown. */
  readonly format: string;
  readonly bytes: number | null;
  /** The part that was studied; null for the whole image. */
  readonly patch: Patch | null;
  /** Entry that brought it; 1 for the run. */
  readonly entry: number;
  /** Images of one group show the same content; null if nothing is known. */
  readonly group: string | null;
}

/** A source of a case as it is shown, also one that is no more. */
export interface ViewedSource {
  /** From 1. */
  readonly number: number;
  /** `S0007` */
  readonly id: string;
  readonly name: string;
  readonly kind: 'known' | 'discovered';
  readonly state: CaseSource['state'];
  /** Images of the discovery set and of dumps that have it. */
  readonly size: number;
  /** Labelled images of the known set that are of it; null for a discovered source. */
  readonly labelled: number | null;
  readonly notes: readonly string[];
  /** What happened to it, one sentence an event. */
  readonly lineage: readonly string[];
  /**
   * What the run said of it: size, trust and figures are those of the run's end. `source` and `nearest` are names of now;
   * `nearest` is `''` where that source is no more. Null for a source that came later.
   */
  readonly row: SourceRow | null;
  /** Images that show best what is in it. */
  readonly representatives: readonly ImageId[];
}

/** An input that could not be used. */
export interface UnusableInput {
  readonly path: string;
  readonly set: 'known' | 'discovery';
  readonly status: Extract<ImageRecord['status'], 'unreadable' | 'too_small'>;
  readonly reason: string;
  readonly entry: number;
}

/** An input with the same bytes as an earlier one. */
export interface CopiedInput {
  readonly path: string;
  readonly set: 'known' | 'discovery';
  readonly id: ImageId;
  /** Path of the input that is used in its place; `''` if none is. */
  readonly of: string;
  readonly entry: number;
}

/** All that is known of a case, for those who show it. N images of the discovery set and of dumps, in the order of `state.ids`. */
export interface CaseView {
  /** Absolute. */
  readonly directory: string;
  readonly state: CaseState;
  /** Of the run itself. */
  readonly config: ResolvedConfig;
  readonly summary: RunSummary;
  /** Null if the file is not there or cannot be read. */
  readonly timings: RunTimings | null;
  /** N */
  readonly images: readonly ViewedImage[];
  /** N, number of each image's source; 0 for one that waits. */
  readonly labels: Int32Array;
  /** N values each. */
  readonly provenance: Provenance;
  /** N, true source of each image, null where it is not known; null if no image has one. */
  readonly truth: readonly (string | null)[] | null;
  /** By number, those that are no more too. */
  readonly sources: readonly ViewedSource[];
  /** Labelled images of the known set, and the number of each one's source; 0 where that is no more. */
  readonly known: { readonly images: readonly ViewedImage[]; readonly labels: Int32Array };
  readonly unusable: readonly UnusableInput[];
  readonly copies: readonly CopiedInput[];
  /** What a person should know of what was read, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * Reads features of images in the spaces of the last out-of-distribution test, side by side.
   *
   * Those of images that came later are made anew; which images are asked for together bears on how their sums are rounded.
   *
   * @param rows of `images`, in any order; null for all.
   * @throws {InputError} if what they are made from is not there any more. @throws {RangeError} if there is no such row.
   */
  readRows(rows: Int32Array | null): Promise<FeatureSet>;
  /** As {@link readRows}, of the labelled images. @param rows of `known.images`. */
  readKnownRows(rows: Int32Array | null): Promise<FeatureSet>;
}

/** How a case is viewed. */
export interface CaseViewSettings {
  /** Table of true sources, in place of what the case knows of them; relative to the working directory. */
  readonly truthFile?: string | null;
}
