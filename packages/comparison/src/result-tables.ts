import { type ComparedFigure, FEWEST_SEEDS } from './compare-outcomes.js';
import { FIGURE_TABLES, FIGURES } from './figures.js';
import type { BenchResults } from './results.js';
import type { ComparisonSection, Section, SizeSection } from './sections.js';

/** A figure as tables show it. */
export interface ResultCell {
  /** Mean, or `—` where the figure is not defined. */
  readonly text: string;
  /** Deviation and interval, e.g. ` ± 0.002 [0.981, 0.990]`, or ``. */
  readonly spread: string;
  readonly isBest: boolean;
  /** Whether it differs from the reference's, as far as the test goes. */
  readonly isDifferent: boolean;
}

/** A table of results, in no format. */
export interface ResultTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly title: string; readonly cells: readonly ResultCell[] }[];
}

/** Level of the test after correction. */
const LEVEL = 0.05;

/** The tables of a section. */
export function tablesOf(section: Section): ResultTable[] {
  return section.kind === 'comparison' ? comparisonTables(section) : [sizeTable(section)];
}

/** What the rows of a section are, a sentence each. */
export function rowNotes(section: Section): string[] {
  if (section.kind === 'sizes') return [];
  return section.rows.flatMap(({ title, note }) => (note === '' ? [] : [`${title}: ${note}.`]));
}

/** What holds for all tables, a sentence each. */
export function describeResults({ images, seeds, preset }: BenchResults): string[] {
  const { labelled, discovery, scored, knownSources, unknownSources } = images;
  const unscored =
    scored === discovery ? '' : `, ${discovery - scored} of them without a true source and not scored`;
  return [
    `${labelled} labelled images of ${knownSources} known sources; ${discovery} images in the discovery set${unscored}, of ${unknownSources} unknown sources.`,
    `${seeds.length === 1 ? 'Seed' : 'Seeds'} ${seeds.join(', ')}. The configuration asks for preset ${preset}; what it sets itself holds for every preset here.`,
    describeTest(seeds.length),
  ];
}

function describeTest(seeds: number): string {
  if (seeds === 1) {
    return 'In brackets the 95 % bootstrap interval over groups of images. With one seed nothing is said of chance inside the methods, and no difference is tested. Bold: the best mean of a column, as shown.';
  }
  const spread =
    'Mean ± standard deviation over the seeds; in brackets the 95 % bootstrap interval of the mean, seeds and groups of images drawn with replacement. Bold: the best mean of a column, as shown.';
  if (seeds < FEWEST_SEEDS) {
    return `${spread} ${seeds} seeds are too few to test differences; ${FEWEST_SEEDS} are needed.`;
  }
  return `${spread} †: differs from the first row at the level ${LEVEL}: two-sided paired bootstrap over seeds and images (A. Owen, D. Eckles, 2012; B. Efron, R. Tibshirani, 1993), corrected over the rows of a column (S. Holm, 1979). It says whether another draw of such images and seeds would differ likewise, and nothing of other generators. Clusters per unknown source are not tested.`;
}

function comparisonTables({ rows }: ComparisonSection): ResultTable[] {
  return FIGURE_TABLES.map(({ title, names }) => ({
    title,
    head: ['method', ...names.map((name) => FIGURES[name].title)],
    rows: rows.map(({ title: method, figures }) => ({
      title: method,
      cells: names.map((name) => cellOf(figures[name])),
    })),
  }));
}

function cellOf(figure: ComparedFigure | null): ResultCell {
  if (figure === null) return plainCell('—');
  const { mean, deviation, interval, isBest, corrected } = figure;
  const spread = deviation === null ? '' : ` ± ${deviation.toFixed(3)}`;
  const range = interval === null ? '' : ` ${formatInterval(interval)}`;
  const isDifferent = corrected !== null && corrected < LEVEL;
  return { text: mean.toFixed(3), spread: `${spread}${range}`, isBest, isDifferent };
}

function sizeTable({ title, rows }: SizeSection): ResultTable {
  return {
    title,
    head: [
      'images of the source',
      'found',
      'share found',
      'held by the largest cluster',
      'purity of that cluster',
    ],
    rows: rows.map(({ size, tried, found, interval, held, purity }) => ({
      title: size === null ? 'all' : String(size),
      cells: [
        plainCell(`${found} of ${tried}`),
        { ...plainCell((found / tried).toFixed(3)), spread: ` ${formatInterval(interval)}` },
        plainCell(held.toFixed(3)),
        plainCell(purity === null ? '—' : purity.toFixed(3)),
      ],
    })),
  };
}

function plainCell(text: string): ResultCell {
  return { text, spread: '', isBest: false, isDifferent: false };
}

function formatInterval([low, high]: readonly [number, number]): string {
  return `[${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
