import { describe, expect, it } from 'vitest';
import { confusionOf } from '../../src/figures/confusion.js';
import { viewedCase, viewedSource } from '../gather/viewed-case.js';

/** A case by how many images of each true source have each source number; 0 is unassigned. */
function caseOf(
  counts: Readonly<Record<string, Readonly<Record<number, number>>>>,
  kinds: readonly ('known' | 'discovered')[],
) {
  const truth: (string | null)[] = [];
  const labels: number[] = [];
  for (const [source, numbers] of Object.entries(counts)) {
    for (const [number, count] of Object.entries(numbers)) {
      for (let i = 0; i < count; i++) {
        truth.push(source === 'not known' ? null : source);
        labels.push(Number(number));
      }
    }
  }
  const sources = kinds.map((kind, i) => viewedSource(i + 1, { kind, name: `${kind}-${i + 1}` }));
  return viewedCase({ truth, labels: Int32Array.from(labels), sources });
}

describe('confusionOf()', () => {
  it('puts the best pairing on the diagonal, known sources first, then the largest', () => {
    const view = caseOf(
      {
        camera: { 1: 9, 0: 1 },
        // Most of gan-a is in the fourth source; two are taken for the camera.
        'gan-a': { 4: 20, 3: 1, 1: 2 },
        'gan-b': { 3: 30 },
        // Its own source is a fragment of gan-b's.
        'gan-c': { 3: 5 },
        'not known': { 3: 7, 0: 1 },
      },
      ['known', 'discovered', 'discovered', 'discovered'],
    );
    const confusion = confusionOf(view);
    expect(confusion).toMatchObject({
      rows: ['camera', 'gan-b', 'gan-a', 'gan-c'],
      columns: ['known-1', 'discovered-3', 'discovered-4', 'unassigned'],
      counts: [9, 0, 0, 1, 0, 30, 0, 0, 2, 1, 20, 0, 0, 5, 0, 0],
    });
    expect(confusion?.note).toContain('The first 3 of both are paired');
    expect(confusion?.note).toContain('those that follow have no partner');
    expect(confusion?.note).toContain('8 images of which the true source is not known: left out.');
  });

  it('pairs so that most images are on the diagonal, not source by source', () => {
    // a has most in source 1 (6), but b has 5 there and nothing elsewhere; a with 2 and b with 1 make 10 of 11 + 5.
    const { rows, columns, counts } = confusionOf(
      caseOf({ a: { 1: 6, 2: 5 }, b: { 1: 5 } }, ['discovered', 'discovered']),
    ) as NonNullable<ReturnType<typeof confusionOf>>;
    expect(rows).toStrictEqual(['a', 'b']);
    expect(columns).toStrictEqual(['discovered-2', 'discovered-1', 'unassigned']);
    expect(counts).toStrictEqual([5, 6, 0, 0, 5, 0]);
  });

  it('joins the smallest rows and columns beyond 60, and counts every image', () => {
    const counts = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`source-${String(i).padStart(2, '0')}`, { [i + 1]: 100 - i }]),
    );
    const confusion = confusionOf(
      caseOf({ ...counts, 'source-69': { 70: 31, 0: 4 } }, new Array(75).fill('discovered')),
    ) as NonNullable<ReturnType<typeof confusionOf>>;
    expect(confusion.rows).toHaveLength(60);
    expect(confusion.columns).toHaveLength(60);
    expect(confusion.rows.at(-1)).toBe('11 other true sources');
    expect(confusion.columns.slice(-2)).toStrictEqual(['12 other sources found', 'unassigned']);
    expect(confusion.note).toContain('11 smallest true sources are joined in one row');
    expect(confusion.note).toContain('12 found sources');
    // All of 100 + 99 + … + 31, and the four unassigned.
    expect(confusion.counts.reduce((sum, count) => sum + count, 0)).toBe((70 * 131) / 2 + 4);
    for (let i = 0; i < 58; i++) expect(confusion.counts[i * 61]).toBe(100 - i);
  });

  it('is nothing without truth, and has rows without columns where nothing was found', () => {
    expect(confusionOf(viewedCase({ truth: null }))).toBeNull();
    expect(confusionOf(caseOf({ a: { 0: 3 }, b: { 0: 1 } }, ['discovered']))).toMatchObject({
      rows: ['a', 'b'],
      columns: ['unassigned'],
      counts: [3, 1],
    });
  });
});
