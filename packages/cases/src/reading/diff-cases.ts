import type { ImageId } from '@ganscout/data-model';
import { type ResolvedConfig, type RunSummary, readRun } from '@ganscout/pipeline';
import { readCaseInputs } from '../case-records.js';
import { type CaseState, readCase } from '../case-state.js';
import { type CaseSource, isLiving } from '../registry/registry.js';
import { type CaseCounts, countCase, sizesOf } from '../registry/registry-counts.js';
import { differingOptions, type OptionDifference } from './diff-cases-options.js';
import { matchByImages, type SourceMatches } from './diff-cases-sources.js';
import { readConfig } from './stage-files.js';
import { pathsById } from './why-find.js';

/** A source as a comparison names it. */
export interface ComparedSource extends Pick<CaseSource, 'id' | 'name' | 'kind' | 'state'> {
  /** Images of the discovery set and of dumps that have it. */
  readonly images: number;
}

/** A side of a comparison. */
export interface ComparedCase {
  readonly directory: string;
  readonly counts: CaseCounts;
}

/** An image that both have, with another source. */
export interface ChangedImage {
  readonly id: ImageId;
  readonly path: string;
  /** Its source on each side; null if it waits. */
  readonly left: Pick<CaseSource, 'id' | 'name'> | null;
  readonly right: Pick<CaseSource, 'id' | 'name'> | null;
}

/** Figures of a run with ground truth, and the intervals they lie in. */
export type RunFigures = NonNullable<RunSummary['final']>;

/** What is different between two cases, or runs. */
export interface CaseComparison {
  readonly left: ComparedCase;
  readonly right: ComparedCase;
  readonly options: readonly OptionDifference[];
  /** Images that both have, and that only one has. */
  readonly images: { readonly shared: number; readonly onlyLeft: number; readonly onlyRight: number };
  readonly matched: readonly {
    readonly left: ComparedSource;
    readonly right: ComparedSource;
    /** Images that both sources have. */
    readonly shared: number;
    readonly isRenamed: boolean;
  }[];
  /** Sources of the left side that match none of the right, and the other way. */
  readonly vanished: readonly ComparedSource[];
  readonly appeared: readonly ComparedSource[];
  /** Shared images whose source is not the match of the one they had. */
  readonly changed: readonly ChangedImage[];
  /** Figures of the two runs; null unless both had ground truth. */
  readonly figures: { readonly left: RunFigures; readonly right: RunFigures } | null;
}

/**
 * Compares two cases, or runs that were never opened as cases, by the images that they share.
 *
 * Sources match one to one, the pair with most shared images first; known sources without images match by their name.
 *
 * @throws {InputError} if one directory holds no finished run.
 *
 * Cost: O(images of both), and reading their tables.
 */
export function compareCases(leftDirectory: string, rightDirectory: string): CaseComparison {
  const [left, right] = [readSide(leftDirectory), readSide(rightDirectory)];
  const compared = compareStates(left.state, right.state, pathsOf(left.state, right.state));
  return {
    left: { directory: leftDirectory, counts: countCase(left.state) },
    right: { directory: rightDirectory, counts: countCase(right.state) },
    options: differingOptions(left.config, right.config),
    ...compared,
    figures:
      left.figures === null || right.figures === null ? null : { left: left.figures, right: right.figures },
  };
}

interface Side {
  readonly state: CaseState;
  readonly config: ResolvedConfig;
  readonly figures: RunFigures | null;
}

function readSide(directory: string): Side {
  const state = readCase(directory);
  return { state, config: readConfig(directory), figures: readRun(directory).summary.final };
}

/** Paths of all images by id, those of the first case before those of the second. */
function pathsOf(...states: readonly CaseState[]): ReadonlyMap<ImageId, string> {
  return pathsById(states.flatMap(readCaseInputs).flatMap(({ discovery }) => discovery));
}

type Comparable = Pick<CaseState, 'registry' | 'ids' | 'labels'>;

/** What images and sources have to say. @param paths of the images, as far as they are known. */
export function compareStates(
  left: Comparable,
  right: Comparable,
  paths: ReadonlyMap<ImageId, string>,
): Pick<CaseComparison, 'images' | 'matched' | 'vanished' | 'appeared' | 'changed'> {
  const rowOf = new Map(right.ids.map((id, row) => [id, row]));
  const shared = left.ids.flatMap((id, row) => {
    const other = rowOf.get(id);
    return other === undefined
      ? []
      : [{ id, left: left.labels[row] as number, right: right.labels[other] as number }];
  });
  const [ofLeft, ofRight] = [livingSources(left), livingSources(right)];
  const matches = matchByImages(shared, ofLeft, ofRight);
  return {
    images: {
      shared: shared.length,
      onlyLeft: left.ids.length - shared.length,
      onlyRight: right.ids.length - shared.length,
    },
    ...describeMatches(matches, ofLeft, ofRight),
    changed: shared
      .filter(
        (image) => (matches.rightOf.get(image.left) ?? 0) !== image.right || isUnmatched(image, matches),
      )
      .map((image) => ({
        id: image.id,
        path: paths.get(image.id) ?? '',
        left: namedSource(left, image.left),
        right: namedSource(right, image.right),
      })),
  };
}

function namedSource({ registry }: Comparable, number: number): ChangedImage['left'] {
  const source = registry.sources[number - 1];
  return source === undefined ? null : { id: source.id, name: source.name };
}

/** An image of a source without a match has changed even if it waits on the other side. */
function isUnmatched({ left }: { readonly left: number }, { rightOf }: SourceMatches): boolean {
  return left !== 0 && !rightOf.has(left);
}

function describeMatches(
  { pairs, rightOf }: SourceMatches,
  left: ReadonlyMap<number, ComparedSource>,
  right: ReadonlyMap<number, ComparedSource>,
): Pick<CaseComparison, 'matched' | 'vanished' | 'appeared'> {
  const taken = new Set(rightOf.values());
  return {
    matched: pairs.map(({ left: a, right: b, shared }) => {
      const [one, other] = [left.get(a) as ComparedSource, right.get(b) as ComparedSource];
      return { left: one, right: other, shared, isRenamed: one.name !== other.name };
    }),
    vanished: [...left].filter(([number]) => !rightOf.has(number)).map(([, source]) => source),
    appeared: [...right].filter(([number]) => !taken.has(number)).map(([, source]) => source),
  };
}

/** Active and retired sources by their number. */
function livingSources({ registry, labels }: Comparable): ReadonlyMap<number, ComparedSource> {
  const sizes = sizesOf(labels, registry.sources.length);
  return new Map(
    registry.sources
      .filter(isLiving)
      .map(({ id, number, name, kind, state }) => [
        number,
        { id, name, kind, state, images: sizes[number] as number },
      ]),
  );
}
