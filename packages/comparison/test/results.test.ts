import { parseCsv } from '@ganscout/images';
import { describe, expect, it } from 'vitest';
import { FIGURE_NAMES } from '../src/figures.js';
import { renderHtml } from '../src/html-report.js';
import { formatMarkdown } from '../src/markdown-report.js';
import { formatMarkdownTable } from '../src/markdown-table.js';
import type { ScoringTruth } from '../src/outcome.js';
import { type BenchResults, formatCsv } from '../src/results.js';
import { compareSection, type SizeSection } from '../src/sections.js';

const LABELS = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 20));
const TRUTH: ScoringTruth = {
  truth: { sources: ['a', 'b', 'c'], labels: LABELS, isKnown: Uint8Array.of(1, 0, 0) },
  knownSourceOfLabel: Int32Array.of(0),
  groups: Array.from(LABELS, (_, row) => `image ${row}`),
};

function method(id: string, labels: Int32Array, seeds: number) {
  const outcome = { labels, completed: labels, knownCount: 1, clusterCount: 3, namesKnown: true };
  const outcomes = Array.from({ length: seeds }, () => outcome);
  return { id, title: `method ${id}`, note: 'as <b>told</b>', outcomes, truths: outcomes.map(() => TRUTH) };
}

const MIXED = LABELS.map((label, row) => (label === 2 && row % 2 === 0 ? 1 : label));
const SIZES: SizeSection = {
  kind: 'sizes',
  id: 'minimum-size',
  title: 'Sizes',
  notes: [],
  rows: [{ size: 5, tried: 4, found: 1, interval: [0.05, 0.7], held: 0.5, purity: null }],
};

function resultsOf(seeds: number): BenchResults {
  const heading = { id: 'own-methods', title: 'Methods', notes: ['Unknown: evil|<script>, *x*\u202e.'] };
  const methods = [method('right', LABELS, seeds), method('mixed', MIXED, seeds)];
  return {
    version: 1,
    images: { labelled: 10, discovery: 60, scored: 60, knownSources: 1, unknownSources: 2 },
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    protocols: ['own'],
    knownShare: 0.5,
    preset: 'default',
    rounds: [],
    sections: [compareSection(heading, methods, 1), SIZES],
  };
}

const row = (text: string, start: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(start))
    ?.split(' | ') ?? [];

describe('formatMarkdown()', () => {
  it('has the best in bold and marks what differs from the first row', () => {
    const text = formatMarkdown(resultsOf(5));
    expect(row(text, '| method right')[4]).toBe('**1.000** ± 0.000 [1.000, 1.000]');
    // Cluster 1 has 20 of b and 10 of c, cluster 2 10 of c: 30 of 40.
    expect(row(text, '| method mixed')[4]).toMatch(/^0\.750† ± 0\.000 \[0\.\d{3}, 0\.\d{3}\]$/);
    // Both reject no known image.
    expect(row(text, '| method mixed')[6]).toBe('**0.000** ± 0.000 [0.000, 0.000]');
  });

  it('says that few seeds are too few, and marks nothing then', () => {
    for (const [seeds, words] of [
      [1, 'With one seed nothing is said of chance'],
      [3, '3 seeds are too few to test differences; 5 are needed'],
    ] as const) {
      const text = formatMarkdown(resultsOf(seeds));
      expect(text).toContain(words);
      expect(text).not.toContain('†');
    }
  });

  it('lets no text from outside become markup, or steer what shows it', () => {
    const text = formatMarkdown(resultsOf(5));
    expect(text).toContain('evil|\\<script\\>, \\*x\\*\ufffd.');
    expect(text).not.toContain('\u202e');
  });

  it('shows how many sources of a size were found', () => {
    expect(formatMarkdown(resultsOf(1))).toContain('| 5 | 1 of 4 | 0.250 [0.050, 0.700] | 0.500 | — |');
  });
});

describe('renderHtml()', () => {
  const page = renderHtml(resultsOf(5));

  it('shows the same figures, the best strong', () => {
    expect(page).toContain('<strong>1.000</strong><span class="spread">± 0.000 [1.000, 1.000]</span>');
    expect(page).toContain('0.750†<span');
  });

  it('escapes text from outside and asks for nothing outside', () => {
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<b>told');
    expect(page).not.toMatch(/https?:/);
  });
});

it('formatCsv() has a row for each figure of each method, with the value of every seed', () => {
  const { columns, rows } = parseCsv(formatCsv(resultsOf(5)));
  const of = (method_: string, figure: string) => {
    const values = rows.find((line) => line[1] === method_ && line[2] === figure) as readonly string[];
    return Object.fromEntries(columns.map((name, i) => [name, values[i]]));
  };
  expect(of('mixed', 'accuracyUnknown')).toMatchObject({
    mean: '0.75',
    deviation: '0',
    values: '0.75 0.75 0.75 0.75 0.75',
    difference: '-0.25',
    best: 'false',
  });
  expect(Number(of('mixed', 'accuracyUnknown').p)).toBeCloseTo(2 / 1001, 12);
  expect(of('right', 'accuracyUnknown')).toMatchObject({ difference: '', p: '', best: 'true' });
  expect(rows.filter(([section]) => section === 'own-methods')).toHaveLength(2 * FIGURE_NAMES.length);
  expect(of('5', 'found')).toMatchObject({ mean: '0.25', low: '0.05', high: '0.7' });
});

it('formatMarkdownTable() keeps a cell a cell', () => {
  expect(formatMarkdownTable(['a', 'b'], [['x|y', 'z\nw']])).toEqual([
    '| a | b |',
    '| --- | --- |',
    '| x\\|y | z w |',
  ]);
});
