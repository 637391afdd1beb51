import type { CaseView, ViewedSource } from '@ganscout/cases';
import { rowsByLabel } from '@ganscout/data-model';
import { createSpectrumCollector, MINIMUM_SIDE, type SpectrumCollector } from '@ganscout/extractor';
import { createRandom, permutation } from '@ganscout/numeric';
import type { ContactSheet, ReportSource, SheetImage } from '../report-data.js';
import type { ReadableImage } from './checked-file.js';
import type { ChosenSheet } from './choose-sheets.js';
import { drawFingerprints, type ShownFingerprint } from './fingerprints.js';
import { type PictureLevel, pageBytes } from './page-budget.js';
import { type ReadPictures, readPictures, type WantedImage } from './read-pictures.js';
import type { ReferenceSources } from './real-sources.js';
import { formatNumber } from './report-words.js';

/** Pixels of a picture on a contact sheet, each way: larger images are cut around their center. */
export const CELL = 128;
/** Images of a source whose residuals are averaged. */
const SPECTRUM_IMAGES = 40;
const PATCHES_PER_IMAGE = 4;
const PATCH_SIZE = 64;

/** All pictures of the sources of a report. */
export interface SourcePictures {
  /** Bytes of a page that the pictures of a level take up. */
  readonly bytesAt: (level: PictureLevel) => number;
  /** Sheets of a source at a level. */
  readonly sheetsOf: (source: ViewedSource, level: PictureLevel) => ContactSheet[];
  /** Residuals of a source at a level; null if there are none. */
  readonly fingerprintOf: (source: ViewedSource, level: PictureLevel) => ShownFingerprint | null;
  readonly problems: ReadPictures['problems'];
}

/** What the pictures are made of. */
export interface PictureChoice {
  readonly view: CaseView;
  readonly sources: readonly ViewedSource[];
  /** By the source's number. */
  readonly sheets: ReadonlyMap<number, readonly ChosenSheet[]>;
  readonly reference: ReferenceSources;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the images of contact sheets and of averaged residuals, each once. Residuals are averaged over at most 40 images of a source,
 * drawn by the seed: of the labelled ones of a known source, of all that were found of a discovered one.
 *
 * @param level of which the pictures are read; levels that leave out more can be asked for afterwards.
 */
export async function readSourcePictures(
  choice: PictureChoice,
  level: PictureLevel,
): Promise<SourcePictures> {
  const { sources, reference, signal } = choice;
  const wanted = new Map<string, WantedImage>();
  const want = (image: ReadableImage) => {
    const found = wanted.get(image.id) ?? { image, isShown: false, collectors: [] };
    wanted.set(image.id, found);
    return found;
  };
  for (const { image } of shownImages(choice, level)) want(image).isShown = true;
  const studied = level.fingerprints === 'none' ? new Map() : studiedImages(choice);
  const collected = collectorsOf(studied, reference.numbers);
  for (const [number, images] of studied) {
    for (const image of images) want(image).collectors.push(...collected.of(number));
  }
  const read = await readPictures(wanted.values(), CELL, signal);
  const fingerprints = await drawFingerprints({ ...collected, ...namesOf(reference) });
  const sheetsOf = (source: ViewedSource, at: PictureLevel) => sheetsAt(choice, read, source, at);
  const fingerprintOf = ({ kind, number }: ViewedSource, at: PictureLevel) => {
    const isShown = at.fingerprints === 'all' || (at.fingerprints === 'discovered' && kind === 'discovered');
    return isShown ? (fingerprints.get(number) ?? null) : null;
  };
  const bytesAt = (at: PictureLevel) =>
    sources.reduce(
      (sum, source) =>
        sum +
        bytesOf({ sheets: sheetsOf(source, at), fingerprint: fingerprintOf(source, at)?.fingerprint ?? [] }),
      0,
    );
  return { bytesAt, sheetsOf, fingerprintOf, problems: read.problems };
}

/** Bytes that sheets take up if every picture is a third of its pixels: hardly ever more than they take in fact. */
export function leastBytes(choice: PictureChoice, level: PictureLevel): number {
  let sum = 0;
  for (const { image } of shownImages(choice, level)) {
    const { width, height } = image.patch ?? image;
    sum += pageBytes(Math.min(width ?? 0, CELL) * Math.min(height ?? 0, CELL));
  }
  return sum;
}

function* shownImages(
  { view, sources, sheets }: PictureChoice,
  level: PictureLevel,
): Iterable<{ readonly image: ReadableImage }> {
  for (const { kind, number } of sources) {
    if (kind === 'known' && !level.hasKnownSheets) continue;
    for (const sheet of sheets.get(number) ?? []) {
      for (const row of sheet.rows.slice(0, level.sheets[sheet.kind])) {
        yield { image: view.images[row] as ReadableImage };
      }
    }
  }
}

function sheetsAt(
  { view, sheets }: PictureChoice,
  { pictures, cutFrom }: ReadPictures,
  { kind, number }: ViewedSource,
  level: PictureLevel,
): ContactSheet[] {
  if (kind === 'known' && !level.hasKnownSheets) return [];
  return (sheets.get(number) ?? []).flatMap((sheet) => {
    const images = sheet.rows.slice(0, level.sheets[sheet.kind]).flatMap((row): SheetImage[] => {
      const { id, path } = view.images[row] as ReadableImage;
      const picture = pictures.get(id);
      if (picture === undefined) return [];
      return [{ ...picture, caption: path, detail: detailOf(view, row, cutFrom.get(id)) }];
    });
    return images.length === 0 ? [] : [{ kind: sheet.kind, title: sheet.titleOf(images.length), images }];
  });
}

/** `p 0.41, margin 2.3, patch at 64, 0, center of 512 × 512` */
function detailOf({ provenance, images }: CaseView, row: number, cutFrom: string | undefined): string {
  const [p, margin] = [provenance.pValue[row] as number, provenance.margin[row] as number];
  const patch = images[row]?.patch;
  return [
    ...(Number.isFinite(p) ? [`p ${formatNumber(p)}`] : []),
    ...(Number.isFinite(margin) ? [`margin ${formatNumber(margin)}`] : []),
    ...(patch === undefined || patch === null ? [] : [`patch at ${patch.x}, ${patch.y}`]),
    ...(cutFrom === undefined ? [] : [`center of ${cutFrom}`]),
  ].join(', ');
}

function bytesOf({ sheets, fingerprint }: Pick<ReportSource, 'sheets' | 'fingerprint'>): number {
  const pictures = [...sheets.flatMap(({ images }) => images), ...fingerprint.map(({ picture }) => picture)];
  return pictures.reduce((sum, { png }) => sum + pageBytes(png.length), 0);
}

/** Images whose residuals are averaged, by source number. */
function studiedImages({ view, sources, seed }: PictureChoice): Map<number, readonly ReadableImage[]> {
  const found = rowsByLabel(view.labels);
  const labelled = rowsByLabel(view.known.labels);
  return new Map(
    sources.map(({ number }) => {
      const own = labelled.get(number)?.map((row) => view.known.images[row] as ReadableImage);
      const images = own ?? found.get(number)?.map((row) => view.images[row] as ReadableImage) ?? [];
      const order = permutation(createRandom(seed, `report/spectrum/${number}`), images.length);
      return [number, Array.from(order.subarray(0, SPECTRUM_IMAGES), (i) => images[i] as ReadableImage)];
    }),
  );
}

function collectorsOf(
  studied: ReadonlyMap<number, readonly ReadableImage[]>,
  referenceNumbers: ReadonlySet<number>,
) {
  const size = commonPatchSize([...studied.values()]);
  const create = () => createSpectrumCollector(size, PATCHES_PER_IMAGE);
  const bySource = new Map<number, SpectrumCollector>(
    [...studied.keys()].map((number) => [number, create()]),
  );
  const reference = [...studied.keys()].some((number) => referenceNumbers.has(number)) ? create() : null;
  const of = (number: number): SpectrumCollector[] => [
    bySource.get(number) as SpectrumCollector,
    ...(reference !== null && referenceNumbers.has(number) ? [reference] : []),
  ];
  return { bySource, reference, of };
}

/** The largest power of two, at most 64, that fits into an image of every source. */
function commonPatchSize(sources: readonly (readonly ReadableImage[])[]): number {
  const sides = sources
    .map((images) => Math.max(0, ...images.map(shortSide)))
    .filter((side) => side >= MINIMUM_SIDE);
  return Math.min(PATCH_SIZE, 2 ** Math.floor(Math.log2(Math.max(MINIMUM_SIDE, Math.min(...sides)))));
}

function shortSide({ width, height, patch }: ReadableImage): number {
  const size = patch ?? { width: width ?? 0, height: height ?? 0 };
  return Math.min(size.width, size.height);
}

function namesOf({ numbers, words, reason }: ReferenceSources) {
  return { referenceNumbers: numbers, words, reason };
}
