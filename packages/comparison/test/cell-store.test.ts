import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CellStore } from '../src/cell-store.js';

const folder = mkdtempSync(join(tmpdir(), 'cells-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OUTCOME = {
  labels: Int32Array.of(0, -1, 1),
  completed: Int32Array.of(0, 1, 1),
  knownCount: 1,
  clusterCount: 2,
  namesKnown: true,
};

describe('CellStore', () => {
  it('gives back what it keeps, to another one on the same folder too', () => {
    new CellStore(folder).write({ method: 'a', seed: 1 }, OUTCOME, 2.5);
    const store = new CellStore(folder);
    expect(store.read({ method: 'a', seed: 1 })).toEqual(OUTCOME);
    expect(store.secondsOf({ method: 'a', seed: 1 })).toBe(2.5);
    expect(store.read({ method: 'a', seed: 2 })).toBeNull();
    expect(store.secondsOf({ method: 'a', seed: 2 })).toBeNull();
  });

  it('takes a broken file for none', () => {
    const store = new CellStore(folder);
    store.write({ method: 'b' }, OUTCOME, 1);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"version":1,');
    expect(store.read({ method: 'b' })).toBeNull();
    expect(new CellStore(folder).secondsOf({ method: 'b' })).toBeNull();
  });
});
