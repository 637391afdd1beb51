import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readCase } from '../src/case-state.js';
import { changeSources } from '../src/operations/source-operations-request.js';
import { assignmentTable } from '../src/reading/export-case-tables.js';
import { add, contextOf, runOnImages } from './planted-case.js';

// Describing threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test('assignmentTable() gives a copy of a labelled image the source of that image, also once it has another name', async () => {
  const directory = await runOnImages();
  const dump = join(dirname(directory), 'copies');
  mkdirSync(dump);
  const copy = join(dump, 'copy.png');
  copyFileSync(join(dirname(directory), 'known/cross/cross-003.png'), copy);
  await add(directory, [dump]);
  const lineOf = () => {
    const { columns, rows } = assignmentTable(readCase(directory));
    const line = [...rows].find((cells) => cells.includes(copy)) ?? [];
    return Object.fromEntries(Object.keys(columns).map((column, i) => [column, line[i]]));
  };
  expect(lineOf()).toMatchObject({ kind: 'known', source: 'S0001', name: 'cross', entry: 2, score: null });
  const request = { operation: 'rename', source: 'S0001', name: 'plus' } as const;
  await changeSources(directory, request, contextOf(directory));
  expect(lineOf()).toMatchObject({ kind: 'known', source: 'S0001', name: 'plus', entry: 2, score: null });
});
