import { expect, test } from 'vitest';
import { formatFigures } from '../src/figure-table.js';
import { formatCounts, formatDiscoveredSources, formatSummary } from '../src/summary-text.js';
import { DISCOVERED, FIGURES, SUMMARY, SUMMARY_WITHOUT_TRUTH } from './sample-summary.js';

test('formatCounts() says what became of every image', () => {
  // 50 + 50 + 20 = 120
  expect(formatCounts(SUMMARY)).toBe(
    'Run sample, preset default, seed 1: 2 rounds; round 2 changed nothing.\n' +
      'Discovery set of 120 images: 50 (41.7 %) from 1 known source, 50 (41.7 %) in 2 discovered sources, ' +
      '20 (16.7 %) unassigned.\n',
  );
});

test('formatFigures() puts runs side by side and leaves out what no run has', () => {
  const first = { title: 'one', figures: FIGURES, intervals: { wholeNmi: [0.75, 0.85] as const } };
  const second = { title: 'two', figures: { wholeNmi: 0.5, discoveredNmi: null }, intervals: {} };
  expect(formatFigures([first, second]).split('\n')).toEqual([
    'figure                                 one                    two',
    'average purity, whole discovery set  0.912                      -',
    'NMI, whole discovery set             0.800  [0.750, 0.850]  0.500',
    'ARI, whole discovery set             0.700                      -',
    'average purity, discovered images    0.950                      -',
    'unknown images accepted as known     0.050                      -',
    'unknown sources that were not found      2                      -',
    '',
  ]);
});

test('formatDiscoveredSources() lists the largest first, with the majority where there is ground truth', () => {
  expect(formatDiscoveredSources(DISCOVERED).split('\n')).toEqual([
    'discovered  images  round  trust  cohesion  stability  nearest  purity  mostly',
    'new-002         30      2  0.250     0.500          -  new-001   1.000  real',
    'new-001         20      1  0.360     0.500      0.900  new-001   0.900  gan-a',
    '',
  ]);
  const [header] = formatDiscoveredSources(SUMMARY_WITHOUT_TRUTH.sources).split('\n');
  expect(header).toBe('discovered  images  round  trust  cohesion  stability  nearest');
});

test('formatDiscoveredSources() stops after 40 and says how many are left', () => {
  const [row] = DISCOVERED;
  const many = Array.from({ length: 43 }, (_, i) => ({ ...row, source: `s${i}` }) as (typeof DISCOVERED)[0]);
  const lines = formatDiscoveredSources(many).split('\n');
  expect(lines).toHaveLength(1 + 40 + 1 + 1);
  expect(lines.at(-2)).toBe('and 3 more in sources.csv');
  expect(formatDiscoveredSources([])).toBe('No source was discovered.\n');
});

test('formatSummary() says that there is no ground truth, and where the files are', () => {
  const text = formatSummary(SUMMARY_WITHOUT_TRUTH, '/runs/sample');
  expect(text).toContain('There is no ground truth');
  expect(text).not.toContain('purity');
  expect(text).toContain('/runs/sample/assignments.csv');
  expect(formatSummary(SUMMARY, '/runs/sample')).toContain('bootstrap');
});
