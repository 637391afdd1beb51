import type { ContactSheet } from '../report-data.js';
import { formatBytes } from './report-words.js';

/** How many pictures a report has: what is left out goes step by step, never by itself. */
export interface PictureLevel {
  /** Most images of each sheet. */
  readonly sheets: Readonly<Record<ContactSheet['kind'], number>>;
  /** Whether known sources have sheets. */
  readonly hasKnownSheets: boolean;
  readonly hasThumbs: boolean;
  /** Which sources have pictures of their residuals. */
  readonly fingerprints: 'all' | 'discovered' | 'none';
}

/** Where nothing has to be left out. */
export const WHOLE: PictureLevel = {
  sheets: { central: 12, random: 8, borderline: 8 },
  hasKnownSheets: true,
  hasThumbs: true,
  fingerprints: 'all',
};

const sizes = (central: number, random = 0, borderline = 0) => ({ central, random, borderline });

/** What is left out, one after the other, and how that is said. Central images of discovered sources stay, one at least. */
const STEPS: readonly { readonly change: Partial<PictureLevel>; readonly text: string }[] = [
  { change: { sheets: sizes(12, 0, 8) }, text: 'the contact sheets drawn at random' },
  { change: { sheets: sizes(12) }, text: 'the contact sheets of borderline images' },
  { change: { hasThumbs: false }, text: 'the thumbnails on the maps' },
  { change: { sheets: sizes(8) }, text: 'all but 8 of the central images of each source' },
  { change: { sheets: sizes(4) }, text: 'all but 4 of the central images of each source' },
  { change: { hasKnownSheets: false }, text: 'the contact sheets of known sources' },
  { change: { fingerprints: 'discovered' }, text: 'the residual spectra of known sources' },
  { change: { sheets: sizes(2) }, text: 'all but 2 of the central images of each source' },
  { change: { fingerprints: 'none' }, text: 'the residual spectra' },
  { change: { sheets: sizes(1) }, text: 'all but the most central image of each source' },
];

/** All levels, from nothing left out to as much as may be. */
export const LEVELS: readonly PictureLevel[] = Array.from({ length: STEPS.length + 1 }, (_, level) =>
  Object.assign({}, WHOLE, ...STEPS.slice(0, level).map(({ change }) => change)),
);

/** Says what a level leaves out, a sentence each; what a later step says again more strictly is said once. */
export function tellLeftOut(level: number, maximumBytes: number): string[] {
  const told = STEPS.slice(0, level).map(({ text }) => text);
  const last = (pattern: RegExp) => told.filter((text) => pattern.test(text)).at(-1);
  const [images, spectra] = [last(/of each source$/), last(/^the residual spectra/)];
  return told
    .filter(
      (text) => !/of each source$|^the residual spectra/.test(text) || text === images || text === spectra,
    )
    .map((text) => `Left out to keep the page within ${formatBytes(maximumBytes)}: ${text}.`);
}

/** The first level, from `from` on, whose page is not too large; the last one if all are. */
export function fitLevel(sizeAt: (level: PictureLevel) => number, maximumBytes: number, from = 0): number {
  for (let level = from; level < LEVELS.length - 1; level++) {
    if (sizeAt(LEVELS[level] as PictureLevel) <= maximumBytes) return level;
  }
  return LEVELS.length - 1;
}

/** Bytes that a picture takes up in a page, with what is written beside it. */
export function pageBytes(pngBytes: number): number {
  return 4 * Math.ceil(pngBytes / 3) + 400;
}

/** Bytes of styles, scripts, charts and frames, whatever is shown. */
const FIXED_BYTES = 200_000;

/** Bytes that the texts and numbers of a report take up in a page, about; its pictures are not counted. */
export function textBytes(value: unknown): number {
  return FIXED_BYTES + measure(value);
}

function measure(value: unknown): number {
  if (typeof value === 'string') return value.length + 16;
  if (typeof value === 'number') return 8;
  if (value instanceof Float32Array || value instanceof Int32Array) return 8 * value.length;
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + measure(part), 0);
}
