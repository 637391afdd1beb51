import type { CaseView, ViewedSource } from '@ganscout/cases';
import { type FeatureSet, rowsByLabel } from '@ganscout/data-model';
import { createRandom, permutation, squaredDistance } from '@ganscout/numeric';
import type { ContactSheet } from '../report-data.js';
import { countOf, formatCount } from './report-words.js';

/** A contact sheet before its images are read. */
export interface ChosenSheet {
  readonly kind: ContactSheet['kind'];
  /** Rows of the case's images, in the order in which they are shown. */
  readonly rows: readonly number[];
  /** Of the sheet with the first so many of them. */
  readonly titleOf: (count: number) => string;
}

/** Most images of each sheet; 0 for none. */
export type SheetSizes = Readonly<Record<ContactSheet['kind'], number>>;

/** What sheets are chosen by. */
export interface SheetBasis {
  readonly view: Pick<CaseView, 'labels' | 'provenance' | 'images'>;
  /** Of all images of the case; null if they are not to be had. */
  readonly features: FeatureSet | null;
  readonly seed: number;
}

/**
 * Chooses the images of each source that people look at: central ones, nearest to the mean of its images; some at random, the
 * same for a seed; and borderline ones, with the smallest lead over another source, or where that is not known the lowest p-value.
 *
 * A source all of whose images fit on the first sheet has no other. Without features the images with the largest lead take
 * the place of the central ones. Ties go to the image that came first.
 *
 * @returns sheets by the source's number; none for a source without images.
 *
 * Cost: O(N · (D + log N)).
 */
export function chooseSheets(
  sources: readonly ViewedSource[],
  sizes: SheetSizes,
  basis: SheetBasis,
): Map<number, ChosenSheet[]> {
  const rowsOf = rowsByLabel(basis.view.labels);
  return new Map(
    sources.map(({ number }) => {
      const rows = rowsOf.get(number) ?? [];
      return [number, sheetsOf([...rows], number, sizes, basis)];
    }),
  );
}

function sheetsOf(
  rows: readonly number[],
  number: number,
  sizes: SheetSizes,
  basis: SheetBasis,
): ChosenSheet[] {
  if (rows.length === 0) return [];
  const central = byCentrality(rows, basis);
  const total = rows.length;
  const sheet = (kind: ChosenSheet['kind'], { rows, words }: OrderedRows): ChosenSheet => ({
    kind,
    rows: rows.slice(0, sizes[kind]),
    titleOf: (count) => titleOf(kind, words, count, total),
  });
  const sheets = [sheet('central', central)];
  if (total > sizes.central) {
    const order = permutation(createRandom(basis.seed, `report/sheet/${number}`), total);
    const drawn = Array.from(order, (i) => rows[i] as number);
    sheets.push(sheet('random', { rows: drawn, words: `drawn by seed ${basis.seed}` }));
    sheets.push(sheet('borderline', byDoubt(rows, basis)));
  }
  return sheets.filter((chosen) => chosen.rows.length > 0);
}

function titleOf(kind: ChosenSheet['kind'], words: string, count: number, total: number): string {
  if (total === 1) return 'Its only image';
  if (kind === 'central' && count === total) return `All ${formatCount(total)} images: ${words} first`;
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return `${name}: ${formatCount(count)} of ${countOf(total, 'image')}, ${words}`;
}

interface OrderedRows {
  readonly rows: readonly number[];
  /** What comes first. */
  readonly words: string;
}

function byCentrality(rows: readonly number[], { features, view }: SheetBasis): OrderedRows {
  if (features === null) {
    const { margin } = view.provenance;
    return { rows: ordered(rows, (row) => -(margin[row] as number)), words: 'the largest margin' };
  }
  const { data, dims } = features;
  const mean = new Float32Array(dims);
  for (let j = 0; j < dims; j++) {
    let sum = 0;
    for (const row of rows) sum += data[row * dims + j] as number;
    mean[j] = sum / rows.length;
  }
  const distances = new Map(rows.map((row) => [row, squaredDistance(data, row, mean, 0, dims)]));
  return {
    rows: ordered(rows, (row) => distances.get(row) as number),
    words: 'nearest to the mean of the source',
  };
}

function byDoubt(rows: readonly number[], { view: { provenance } }: SheetBasis): OrderedRows {
  const { margin, pValue } = provenance;
  const withMargin = rows.filter((row) => Number.isFinite(margin[row]) && margin[row] !== 0).length;
  if (2 * withMargin >= rows.length) {
    return {
      rows: ordered(rows, (row) => margin[row] as number),
      words: 'the smallest margin over another source',
    };
  }
  return { rows: ordered(rows, (row) => pValue[row] as number), words: 'the lowest p-value' };
}

/** Smallest first; what is not known comes last. */
function ordered(rows: readonly number[], value: (row: number) => number): number[] {
  const known = (row: number) => (Number.isNaN(value(row)) ? Number.POSITIVE_INFINITY : value(row));
  return [...rows].sort((a, b) => {
    const [first, second] = [known(a), known(b)];
    return first === second ? a - b : first < second ? -1 : 1;
  });
}
