import { join } from 'node:path';
import { createAssignment } from '@ganscout/data-model';
import { type FileFacts, NO_FACTS } from '@ganscout/images';
import { describe, expect, test, vi } from 'vitest';
import { describeConfounder, findConfounders, warnOfConfounders } from '../src/confounders.js';
import { plantSource } from './planted-images.js';
import { configIn, makeFolder, readRows, run } from './run-folder.js';

// Describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

type Kind = Partial<FileFacts> & { readonly format?: string };

/** Files of each label in turn: `[label, count, facts]`; label 0 is a known source. */
function plant(...parts: readonly (readonly [label: number, count: number, kind: Kind])[]) {
  const rows = parts.flatMap(([label, count, kind]) =>
    Array.from({ length: count }, () => ({ label, kind })),
  );
  const records = rows.map(({ kind: { format = 'jpeg', ...facts } }, i) => ({
    id: `file-${i}`,
    format,
    facts: { ...NO_FACTS, ...facts },
  }));
  const labels = Int32Array.from(rows, ({ label }) => label);
  return { records, assignment: createAssignment(labels, 1, Math.max(0, ...labels) + 1) };
}
const find = (...parts: Parameters<typeof plant>) => {
  const { records, assignment } = plant(...parts);
  return findConfounders(records, assignment);
};
const [Q75, Q90] = [{ jpegQuality: '75' }, { jpegQuality: '90' }];

describe('findConfounders()', () => {
  test('gives shares and correlation that can be computed by hand', () => {
    // Inside 9 of 10 have it, outside, known and unassigned, 1 of 10: (9 · 9 - 1 · 1) / √(10 · 10 · 10 · 10).
    const found = find([0, 7, Q90], [0, 1, Q75], [-1, 2, Q90], [1, 9, Q75], [1, 1, Q90]);
    expect(found).toEqual([
      null,
      { fact: 'jpegQuality', value: '75', inside: 0.9, outside: 0.1, strength: 0.8 },
    ]);
  });

  test('says nothing of known sources, of what all files share, and of what nobody knows', () => {
    expect(find([0, 20, Q75], [1, 20, {}])).toEqual([null, null]);
    expect(find([0, 20, Q75], [1, 20, Q75])).toEqual([null, null]);
    expect(find([1, 40, Q75])).toEqual([null, null]);
    const png = find([0, 20, Q75], [1, 20, { format: 'png' }]);
    expect(png[1]).toEqual({ fact: 'format', value: 'png', inside: 1, outside: 0, strength: 1 });
  });

  test('asks for four files in five', () => {
    // 7 of 10 against none: the correlation is 70 / √(10 · 10 · 7 · 13) = 0.73, but 7 are too few.
    expect(find([0, 10, {}], [1, 7, Q75], [1, 3, Q90])[1]).toBeNull();
    const found = find([0, 10, {}], [1, 8, Q75], [1, 2, Q90])[1];
    expect(found).toMatchObject({ value: '75', inside: 0.8, outside: 0 });
    expect(found?.strength).toBeCloseTo(80 / Math.sqrt(10 * 10 * 8 * 12), 12);
  });

  test('asks for a correlation of one half', () => {
    // All 10 inside; outside 20 of 40: 10 · 20 / √(10 · 40 · 30 · 20) = 0.41; 10 of 40: 10 · 30 / √(10 · 40 · 20 · 30) = 0.61.
    expect(find([0, 20, Q75], [0, 20, Q90], [1, 10, Q75])[1]).toBeNull();
    const found = find([0, 10, Q75], [0, 30, Q90], [1, 10, Q75])[1];
    expect(found?.strength).toBeCloseTo(300 / Math.sqrt(240_000), 12);
    expect(found).toMatchObject({ inside: 1, outside: 0.25 });
  });

  test('does not believe a few files, however clear', () => {
    expect(find([0, 100, Q90], [1, 4, Q75])[1]).toBeNull();
    // By chance, 5 of 5 and none of the others: 1 / C(12, 5) = 1 / 792 is too likely, 1 / C(13, 5) = 1 / 1287 is not.
    expect(find([0, 7, Q90], [1, 5, Q75])[1]).toBeNull();
    expect(find([0, 8, Q90], [1, 5, Q75])[1]).toMatchObject({ strength: 1 });
    // 8 of 8 inside and 1 of 8 outside: the test adds only what is as extreme, C(8, 8) · C(8, 1) / C(16, 9) = 8 / 11440.
    expect(find([0, 7, Q90], [0, 1, Q75], [1, 8, Q75])[1]).toMatchObject({ inside: 1, outside: 0.125 });
    // 6 of 6 and 1 of 6: C(6, 6) · C(6, 1) / C(12, 7) = 6 / 792.
    expect(find([0, 5, Q90], [0, 1, Q75], [1, 6, Q75])[1]).toBeNull();
  });

  test('reports the strongest fact, of equally strong ones the first, of several values the one inside', () => {
    const small = { jpegQuality: '75', size: '64x64' };
    const large = { jpegQuality: '75', size: '256x256' };
    const strongest = find([0, 15, { ...large, jpegQuality: '90' }], [0, 5, large], [1, 20, small]);
    expect(strongest[1]).toMatchObject({ fact: 'size', value: '64x64', strength: 1 });
    const equal = find([0, 20, { format: 'png', size: '64x64' }], [1, 20, small]);
    expect(equal[1]).toMatchObject({ fact: 'jpegQuality', value: '75' });
    // Label 2 has its value in common with 21 of 41 others: 20 · 20 / √(20 · 41 · 41 · 20) is just below one half.
    const two = find([1, 20, small], [2, 20, large], [0, 21, large]);
    expect(two.map((found) => found?.value)).toEqual([undefined, '64x64', undefined]);
  });

  test('counts the patches of one file once', () => {
    const { records, assignment } = plant([0, 20, Q90], [1, 20, Q75]);
    const patches = (perFile: number) =>
      records.map((record, i) => ({ ...record, id: `file-${Math.floor(i / perFile)}#${i},0,64,64` }));
    expect(findConfounders(patches(1), assignment)[1]).toMatchObject({ strength: 1 });
    // Ten patches of each of four files; outside and inside have two files each.
    expect(findConfounders(patches(10), assignment)[1]).toBeNull();
  });

  test('does not depend on the order of the rows, and leaves its inputs alone', () => {
    const { records, assignment } = plant([0, 9, Q90], [0, 1, Q75], [1, 10, Q75], [2, 12, { size: '8x8' }]);
    const before = structuredClone({ records, assignment });
    const found = findConfounders(records, assignment);
    expect({ records, assignment }).toEqual(before);
    const turned = { ...assignment, labels: assignment.labels.toReversed() };
    expect(findConfounders(records.toReversed(), turned)).toEqual(found);
    expect(found.map((entry) => entry?.fact)).toEqual([undefined, 'jpegQuality', 'size']);
  });

  test('takes no images, and refuses as many records as there are not labels', () => {
    expect(findConfounders([], createAssignment(new Int32Array(0), 1, 1))).toEqual([null]);
    expect(() => findConfounders([], createAssignment(Int32Array.of(0), 1, 1))).toThrow(
      new TypeError('findConfounders: there must be one record a label, got 0 and 1'),
    );
  });
});

test('describeConfounder() rounds to whole percents', () => {
  const confounder = {
    fact: 'jpegQuality',
    value: '75',
    inside: 0.967,
    outside: 0.04,
    strength: 0.9,
  } as const;
  expect(describeConfounder(confounder)).toBe('jpegQuality 75 (97 % inside, 4 % outside)');
});

describe('warnOfConfounders()', () => {
  const row = (source: string, confounder: string) => ({ source, confounder });

  test('says nothing where nothing is found', () => {
    expect(warnOfConfounders([])).toBeNull();
    expect(warnOfConfounders([row('new-001', '')])).toBeNull();
  });

  test('names three sources in one line, and counts the others', () => {
    expect(warnOfConfounders([row('new-001', ''), row('new-002', 'size 8x8')])).toBe(
      'new-002 may be a file property rather than a generator: size 8x8',
    );
    expect(warnOfConfounders(['1', '2', '3', '4', '5'].map((source) => row(source, `size ${source}`)))).toBe(
      '1 may be a file property rather than a generator: size 1; likewise 2: size 2; likewise 3: size 3; and 2 more, see sources.csv',
    );
  });
});

test('a run says so in its tables and warns where the discovered source has a size of its own', async () => {
  const folder = makeFolder();
  for (const filter of ['cross', 'box'] as const) {
    await plantSource(join(folder, `known/${filter}/`), filter, { count: 24, seed: 1, side: 32 });
  }
  await plantSource(join(folder, 'dump/good-'), 'cross', { count: 12, seed: 3, side: 32 });
  await plantSource(join(folder, 'dump/new-'), 'diagonal', { count: 12, seed: 4, side: 48 });
  const config = `
run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump }
ood: { hashCount: 128 }
kmeans: { clusterCount: 4 }
refine: { minimumSize: 3 }
`;
  const { events, summary } = await run(configIn(folder, config));
  const [discovered] = summary.sources.filter(({ kind }) => kind === 'discovered');
  expect(discovered?.confounder).toMatch(/^size 48x48 \(\d+ % inside, 0 % outside\)$/);
  const row = readRows(folder, 'run/sources.csv').find(({ kind }) => kind === 'discovered');
  expect(row).toMatchObject({
    confounder: discovered?.confounder,
    confounder_strength: String(Number(discovered?.confounderStrength?.toPrecision(6))),
  });
  expect(events).toContainEqual({
    type: 'warning',
    message: `${discovered?.source} may be a file property rather than a generator: ${discovered?.confounder}`,
  });
  const known = readRows(folder, 'run/sources.csv').filter(({ kind }) => kind === 'known');
  expect(known.map(({ confounder, confounder_strength }) => [confounder, confounder_strength])).toEqual([
    ['', ''],
    ['', ''],
  ]);
  expect(readRows(folder, 'run/inputs.csv').at(-1)).toMatchObject({
    size: '48x48',
    encoding: 'rgb8',
    jpeg_quality: '',
    chroma: '',
    color_profile: 'none',
    metadata: 'pHYs',
  });
});
