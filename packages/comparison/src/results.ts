import { join } from 'node:path';
import { formatCsvRow } from '@ganscout/images';
import type { StageOptions } from '@ganscout/pipeline';
import { writeDurably } from '@ganscout/storage';
import type { BenchImages } from './bench-images.js';
import type { ProtocolName } from './bench-settings.js';
import { FIGURE_NAMES } from './figures.js';
import { renderHtml } from './html-report.js';
import { formatMarkdown } from './markdown-report.js';
import type { ComparisonSection, Section, SizeSection } from './sections.js';

/** What `results.json` holds. */
export interface BenchResults {
  readonly version: 1;
  readonly images: {
    readonly labelled: number;
    readonly discovery: number;
    /** Of the discovery set, with a true source. */
    readonly scored: number;
    readonly knownSources: number;
    readonly unknownSources: number;
  };
  readonly seeds: readonly number[];
  readonly protocols: readonly ProtocolName[];
  readonly knownShare: number;
  readonly preset: string;
  /** Stage options of each round, as the configuration has them. */
  readonly rounds: readonly StageOptions[];
  readonly sections: readonly Section[];
}

/** Counts the images and sources of a configuration. */
export function describeImagesOf({ known, discovery }: BenchImages): Pick<BenchResults, 'images'> {
  const knownSources = new Set(known.map(({ source }) => source));
  const scored = discovery.filter(({ source }) => source !== null);
  const unknown = new Set(scored.map(({ source }) => source).filter((source) => !knownSources.has(source)));
  return {
    images: {
      labelled: known.length,
      discovery: discovery.length,
      scored: scored.length,
      knownSources: knownSources.size,
      unknownSources: unknown.size,
    },
  };
}

/** The files of a benchmark, by what they are. */
export const RESULT_FILES = {
  markdown: 'report.md',
  html: 'report.html',
  json: 'results.json',
  csv: 'results.csv',
} as const;

/** Writes the four files into a folder. */
export function writeResults(directory: string, results: BenchResults): void {
  const contents = {
    markdown: formatMarkdown(results),
    html: renderHtml(results),
    json: `${JSON.stringify(results, null, 2)}\n`,
    csv: formatCsv(results),
  };
  for (const [name, file] of Object.entries(RESULT_FILES)) {
    writeDurably(join(directory, file), contents[name as keyof typeof contents]);
  }
}

const COLUMNS = [
  'section',
  'row',
  'figure',
  'mean',
  'deviation',
  'low',
  'high',
  'values',
  'difference',
  'p',
  'p_holm',
  'best',
];

/** A row for each figure of each method, with its values of all seeds in `values`, separated by spaces. */
export function formatCsv({ sections }: BenchResults): string {
  const rows = sections.flatMap((section) =>
    section.kind === 'comparison' ? comparisonRows(section) : sizeRows(section),
  );
  return [COLUMNS, ...rows].map((row) => formatCsvRow(row)).join('');
}

type CsvCell = string | number | boolean | null;

function comparisonRows({ id, rows }: ComparisonSection): CsvCell[][] {
  return rows.flatMap(({ id: row, figures, seeds }) =>
    FIGURE_NAMES.flatMap((name) => {
      const figure = figures[name];
      if (figure === null) return [];
      const { mean, deviation, interval, difference, pValue, corrected, isBest } = figure;
      const values = seeds.map((values) => values[name] ?? '').join(' ');
      const [low, high] = interval ?? [null, null];
      return [[id, row, name, mean, deviation, low, high, values, difference, pValue, corrected, isBest]];
    }),
  );
}

function sizeRows({ id, rows }: SizeSection): CsvCell[][] {
  return rows.flatMap(({ size, tried, found, interval, held, purity }) => {
    const row = size === null ? 'all' : String(size);
    const line = (name: string, mean: number | null, low: number | null, high: number | null): CsvCell[] => {
      return [id, row, name, mean, null, low, high, '', null, null, null, ''];
    };
    return [
      line('tried', tried, null, null),
      line('found', found / tried, ...interval),
      line('held', held, null, null),
      line('purity', purity, null, null),
    ];
  });
}
