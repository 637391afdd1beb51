import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ImageRecord,
  type ImageSet,
  InputError,
  inspectImages,
  listKnownImages,
} from '@ganscout/images';
import { type GroupSplit, splitByGroup } from '@ganscout/numeric';
import type { ClassifierOptions } from './training-options.js';

/** Labelled images in three parts. */
export interface LabelledImages {
  /** Every input with its status. */
  readonly inspected: ImageSet;
  /** N images that can be used. */
  readonly records: readonly ImageRecord[];
  /** Names of the sources, ascending. */
  readonly sources: readonly string[];
  /** N, index into `sources`. */
  readonly sourceOf: Int32Array;
  /** Names of what is told apart: the sources, or real and fake. */
  readonly labels: readonly string[];
  /** One a source: index into `labels`. */
  readonly labelOfSource: Int32Array;
  /** Rows of each part. */
  readonly split: GroupSplit;
}

/** How labelled images are read. */
export interface ReadingSettings {
  /** What a relative folder is relative to. */
  readonly baseDirectory: string;
  readonly threads: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Real comes first, so that class 1, whose detection AUROC measures, is fake. */
const REAL_AND_FAKE = ['real', 'fake'];

/**
 * Lists, opens and splits labelled images. Those that are broken, smaller than a patch, or copies of others are left out.
 *
 * @param folder as `data.known` of a configuration: one sub-folder a source, or a table.
 * @throws {InputError} if there are not two sources, one has no image that can be used (it is named) or too few groups for the
 *   parts, or `binary` is asked for and no source, or every one, is real.
 */
export async function readLabelledImages(
  folder: string,
  options: Pick<ClassifierOptions, 'binary' | 'real' | 'patchSize' | 'heldBack' | 'test' | 'seed'>,
  { baseDirectory, threads, onProgress, signal }: ReadingSettings,
): Promise<LabelledImages> {
  const listing = await listKnownImages(folder, { baseDirectory });
  const empty =
    listing.labelSource === 'sub-folders'
      ? await emptyFolders(resolve(baseDirectory, folder), listing.entries)
      : [];
  const inspected = await inspectImages(listing, {
    minimumSide: options.patchSize,
    verify: true,
    threads,
    signal,
    onProgress: ({ done, total }) => onProgress(done, total),
  });
  const records = inspected.records.filter(({ status, source }) => status === 'ok' && source !== null);
  const sources = checkSources(inspected.records, empty);
  const codes = new Map(sources.map((source, code) => [source, code]));
  const sourceOf = Int32Array.from(records, ({ source }) => codes.get(source as string) as number);
  const { labels, labelOfSource } = labelSources(sources, options);
  return {
    inspected,
    records,
    sources,
    sourceOf,
    labels,
    labelOfSource,
    split: splitImages(records, sourceOf, sources, options),
  };
}

/** Label of each row. */
export function labelsOf({ sourceOf, labelOfSource }: LabelledImages): Int32Array {
  return sourceOf.map((source) => labelOfSource[source] as number);
}

/** Sub-folders that no entry is in. */
async function emptyFolders(
  folder: string,
  entries: readonly { readonly file: string }[],
): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const folders = found.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders
    .map(({ name }) => name)
    .filter((name) => !entries.some(({ file }) => file.startsWith(join(folder, name, '/'))))
    .sort();
}

/** The names of the sources. @throws {InputError} unless there are two, each with an image that can be used. */
function checkSources(records: readonly ImageRecord[], empty: readonly string[]): string[] {
  const problemOf = new Map(empty.map((name) => [name, 'no image is in its folder']));
  const usable = new Set<string>();
  for (const { source, status, path, reason } of records) {
    if (source === null) continue;
    if (status === 'ok') usable.add(source);
    else if (!problemOf.has(source)) problemOf.set(source, `${path}: ${reason}`);
  }
  const unusable = [...problemOf].filter(([source]) => !usable.has(source));
  if (unusable.length > 0) {
    const named = unusable.map(([source, problem]) => `"${source}" (${problem})`);
    throw new InputError(
      `Every source must have an image that can be used; none of ${named.join(', ')}. Give it images, or take it away`,
    );
  }
  if (usable.size < 2) {
    throw new InputError(
      `A classifier needs at least two sources to tell apart, found ${usable.size}: ${[...usable].join(', ')}`,
    );
  }
  return [...usable].sort();
}

function labelSources(
  sources: readonly string[],
  { binary, real }: Pick<ClassifierOptions, 'binary' | 'real'>,
): Pick<LabelledImages, 'labels' | 'labelOfSource'> {
  if (!binary) return { labels: sources, labelOfSource: Int32Array.from(sources.keys()) };
  const unknown = real.filter((name) => !sources.includes(name));
  if (unknown.length > 0 || real.length === 0) {
    throw new InputError(
      `To tell real from fake, say which sources are real (--real NAME, more than once for several): must be among ${sources.join(', ')}, got ${unknown.join(', ') || 'none'}`,
    );
  }
  const labelOfSource = Int32Array.from(sources, (source) => Number(!real.includes(source)));
  if (!labelOfSource.includes(1)) {
    throw new InputError(
      `To tell real from fake, at least one source must be fake; all ${sources.length} are real`,
    );
  }
  return { labels: REAL_AND_FAKE, labelOfSource };
}

function splitImages(
  records: readonly ImageRecord[],
  sourceOf: Int32Array,
  sources: readonly string[],
  { heldBack, test, seed }: Pick<ClassifierOptions, 'heldBack' | 'test' | 'seed'>,
): GroupSplit {
  const groups = records.map(({ group, id }) => group ?? id);
  try {
    return splitByGroup(sourceOf, sources, groups, { heldBack, test }, seed);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InputError(`Cannot split the images: ${cause.message.replace(/^splitByGroup: /, '')}`);
  }
}
