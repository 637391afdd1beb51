import { resolve } from 'node:path';
import { encodeNpy } from '@ganscout/data-model';
import {
  contrastSources,
  createDescriber,
  createSpectrumCollector,
  DESCRIPTOR_DIMS,
  descriptorOptionsSchema,
  findSpectrumPeaks,
  MINIMUM_SIDE,
  type SourceContrast,
  type SpectrumCollector,
  type SpectrumPeak,
} from '@ganscout/extractor';
import { type ColorScale, encodePng, type ImageRecord, InputError } from '@ganscout/images';
import { describeEach } from '../describe-each.js';
import { threadCount } from '../inputs.js';
import { orderSources, thinOut } from './explained-images.js';
import { fileNameOf, openExplanationFolder } from './explanation-folder.js';
import { recordsOfFolder, recordsOfRun } from './labelled-records.js';
import { formatPeaks, formatStatistics } from './source-tables.js';
import { drawSpectra, type SourceSpectrum } from './spectrum-pictures.js';

/** Whose sources are to be explained, and how. */
export interface SourceExplanationSettings {
  /** A folder or table of labelled images, or the directory of a finished run. */
  readonly from: { readonly folder: string } | { readonly run: string };
  readonly output: string;
  readonly baseDirectory: string;
  readonly imagesPerSource: number;
  readonly colors: ColorScale;
  /** Of the split of the images in two. */
  readonly seed: number;
  readonly threads: number | 'auto';
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** What the residuals of a source have in common. */
export interface ExplainedSpectrum {
  readonly source: string;
  readonly images: number;
  readonly patches: number;
  /** Mean over all frequencies, in decibels of squared gray levels. */
  readonly level: number;
  readonly peaks: readonly SpectrumPeak[];
}

/** Everything that was found; the tables hold it too. */
export interface SourceExplanation {
  /** P, side of the patches of the spectra. */
  readonly patchSize: number;
  readonly spectra: readonly ExplainedSpectrum[];
  /** Empty if there are not two sources that can be split. */
  readonly contrasts: readonly SourceContrast[];
  /** What a person should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Side of the patches of spectra, where the images allow. */
const PATCH_SIZE = 64;
const PATCHES_PER_IMAGE = 8;
const RUN_NOTE =
  'the discovered sources were put together by these statistics, so that they separate is no evidence that they are right';

/**
 * Explains what tells sources apart: the averaged residual spectrum of each, and the statistics of the descriptor that decide.
 *
 * Writes `spectra.png`, `spectra/NAME.npy` (decibels, frequency 0 in the middle), `peaks.csv`, `statistics.csv` and
 * `explanation.json`.
 *
 * @throws {InputError} if there is no usable labelled image. @throws {RangeError} if an output would replace an input.
 */
export async function explainSources(settings: SourceExplanationSettings): Promise<SourceExplanation> {
  const { from, baseDirectory, imagesPerSource, signal } = settings;
  const threads = threadCount(settings.threads);
  const records =
    'folder' in from
      ? await recordsOfFolder(from.folder, { baseDirectory, threads, signal })
      : await recordsOfRun(resolve(baseDirectory, from.run), signal);
  const usable = records.filter(({ status, source }) => status === 'ok' && source !== null);
  const chosen = thinOut(usable, imagesPerSource);
  if (chosen.length === 0) throw new InputError('there must be labelled images, found none that can be used');
  const folder = openExplanationFolder(
    resolve(baseDirectory, settings.output),
    chosen.map(({ file }) => file),
  );
  const measured = await measureImages(chosen, { ...settings, threads });
  const spectra = spectraOf(measured.collectors);
  const { contrasts, notes } = await contrast(measured, settings.seed);
  const found = {
    patchSize: measured.patchSize,
    spectra: spectra.map(({ source, spectrum, level, peaks }) => {
      return { source, images: spectrum.images, patches: spectrum.patches, level, peaks };
    }),
    contrasts,
    notes: [...('run' in from ? [RUN_NOTE] : []), ...notes, ...failureNotes(measured.failed)],
  };
  folder.write('spectra.png', await encodePng(drawSpectra(spectra, settings.colors)));
  for (const { source, spectrum } of spectra) {
    const data = Float32Array.from(spectrum.decibels);
    folder.write(
      `spectra/${fileNameOf(source)}.npy`,
      encodeNpy({ shape: [spectrum.size, spectrum.size], data }),
    );
  }
  folder.write('peaks.csv', formatPeaks(found));
  folder.write('statistics.csv', formatStatistics(found));
  folder.write('explanation.json', `${JSON.stringify({ version: 1, ...found }, null, 2)}\n`);
  return found;
}

interface MeasuredImages {
  readonly patchSize: number;
  /** Those that could be read, in their order. */
  readonly records: readonly ImageRecord[];
  readonly descriptors: readonly Float32Array[];
  readonly collectors: ReadonlyMap<string, SpectrumCollector>;
  /** Paths and reasons. */
  readonly failed: readonly string[];
}

async function measureImages(
  records: readonly ImageRecord[],
  {
    threads,
    signal,
    onProgress,
  }: Pick<SourceExplanationSettings, 'signal' | 'onProgress'> & { readonly threads: number },
): Promise<MeasuredImages> {
  const patchSize = commonPatchSize(records);
  const sources = orderSources(records.map(({ source }) => source as string));
  const collectors = new Map(
    sources.map((source) => [source, createSpectrumCollector(patchSize, PATCHES_PER_IMAGE)]),
  );
  const describer = createDescriber(descriptorOptionsSchema.parse({}), { threads });
  try {
    const progress = (done: number) => onProgress(done, records.length);
    const outcomes = await describeEach(
      records,
      { threads, signal, onProgress: progress },
      async (image, record) => {
        collectors.get(record.source as string)?.add(image);
        return (await describer.describe(record.id, image)).whole;
      },
    );
    return {
      patchSize,
      records: outcomes.filter(({ value }) => value !== null).map(({ record }) => record),
      descriptors: outcomes.flatMap(({ value }) => (value === null ? [] : [value])),
      collectors,
      failed: outcomes
        .filter(({ value }) => value === null)
        .map(({ record, reason }) => `${record.path}: ${reason}`),
    };
  } finally {
    await describer.close();
  }
}

/** The largest power of two, at most 64, that fits into an image of every source. */
function commonPatchSize(records: readonly ImageRecord[]): number {
  const sides = new Map<string, number>();
  for (const { source, width, height, patch } of records) {
    const side = Math.min(patch?.width ?? width, patch?.height ?? height);
    sides.set(source as string, Math.max(sides.get(source as string) ?? 0, side));
  }
  return Math.min(
    PATCH_SIZE,
    2 ** Math.floor(Math.log2(Math.max(MINIMUM_SIDE, Math.min(...sides.values())))),
  );
}

function spectraOf(collectors: ReadonlyMap<string, SpectrumCollector>): SourceSpectrum[] {
  return [...collectors].flatMap(([source, collector]) => {
    const spectrum = collector.result();
    if (spectrum === null) return [];
    const level = spectrum.decibels.reduce((sum, value) => sum + value, 0) / spectrum.decibels.length;
    return [{ source, spectrum, level, peaks: findSpectrumPeaks(spectrum) }];
  });
}

/** Of the sources that have images of two groups at least, which can be split in two. */
async function contrast(
  { records, descriptors }: MeasuredImages,
  seed: number,
): Promise<{ contrasts: SourceContrast[]; notes: string[] }> {
  const groupsOf = new Map<string, Set<string>>();
  for (const { source, group, id } of records) {
    const groups = groupsOf.get(source as string) ?? new Set();
    groupsOf.set(source as string, groups.add(group ?? id));
  }
  const sources = orderSources(groupsOf.keys()).filter((source) => (groupsOf.get(source)?.size ?? 0) >= 2);
  const left = [...groupsOf.keys()].filter((source) => !sources.includes(source));
  const notes =
    left.length === 0
      ? []
      : [`no statistics of ${left.join(', ')}: images of two groups at least are needed`];
  if (sources.length < 2)
    return { contrasts: [], notes: [...notes, 'no statistics: two sources at least are needed'] };
  const rows = [...records.keys()].filter((i) => sources.includes(records[i]?.source as string));
  const values = new Float32Array(rows.length * DESCRIPTOR_DIMS);
  rows.forEach((row, i) => {
    values.set(descriptors[row] as Float32Array, i * DESCRIPTOR_DIMS);
  });
  const data = {
    descriptors: values,
    labels: Int32Array.from(rows, (row) => sources.indexOf(records[row]?.source as string)),
    sources,
    groups: rows.map((row) => records[row]?.group ?? (records[row]?.id as string)),
  };
  return { contrasts: await contrastSources(data, seed), notes };
}

function failureNotes(failed: readonly string[]): string[] {
  return failed.map((text) => `not read: ${text}`);
}
