import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodePng } from '@ganscout/images';
import { beforeAll, describe, expect, test } from 'vitest';
import { resumeAdd } from '../src/adding/add-images.js';
import { bodyOf } from '../src/case-entry.js';
import { openCaseModel } from '../src/case-model.js';
import { openCaseDescriptions, readCaseInputs } from '../src/case-records.js';
import { type CaseState, readCase } from '../src/case-state.js';
import {
  abortAt,
  add,
  contextOf,
  copyRun,
  countsOf,
  digestsOf,
  runOnImages,
  sourceOf,
} from './planted-case.js';
import { makeFolder } from './verify-folder.js';

let run: string;
beforeAll(async () => {
  run = await runOnImages();
});

/** Copies images of the later dump: 40 of box, 8 of cross, 8 of row, in the order of their names. */
function dumpOf(folder: string, kinds: RegExp, name = 'new'): string {
  const from = join(dirname(run), 'later');
  mkdirSync(join(folder, name));
  for (const file of readdirSync(from))
    if (kinds.test(file)) copyFileSync(join(from, file), join(folder, name, file));
  return join(folder, name);
}

/** Counts of new images by the kind in their names, then by source. */
function countsByKind(state: CaseState): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { entry, discovery } of readCaseInputs(state)) {
    for (const { id, path, status } of entry === 1 ? [] : discovery) {
      if (status !== 'ok') continue;
      const kind = /(cross|row|box)-\d/.exec(path)?.[1] ?? path;
      counts[kind] ??= {};
      const source = sourceOf(state, id);
      (counts[kind] as Record<string, number>)[source] = (counts[kind]?.[source] ?? 0) + 1;
    }
  }
  return counts;
}

test('new files are attributed, and a new source among them is discovered', async () => {
  const directory = copyRun(run);
  const row = Object.entries(countsOf(readCase(run))).find(([, count]) => count >= 36)?.[0] as string;
  const { state, added } = await add(directory, [dumpOf(makeFolder(), /./)]);
  expect(added).toMatchObject({ inputs: { total: 56, ok: 56 }, failed: [] });
  const counts = countsByKind(state);
  const born = state.registry.sources.at(-1)?.id as string;
  expect(born).not.toBe(row);
  expect(counts.box?.[born]).toBeGreaterThanOrEqual(36);
  expect(counts.row?.[row]).toBeGreaterThanOrEqual(6);
  expect(counts.cross?.S0001).toBeGreaterThanOrEqual(6);
});

test('broken, small and copied files are told of, and change nothing', async () => {
  const directory = copyRun(run);
  const plain = copyRun(run);
  const folder = makeFolder();
  const dump = dumpOf(folder, /^(cross|row)/);
  const { state: clean } = await add(plain, [dump]);
  const first = join(dump, 'cross-000.png');
  copyFileSync(first, join(dump, 'zz-copy.png'));
  copyFileSync(join(dirname(run), 'dump/row-000.png'), join(dump, 'zz-of-the-run.png'));
  copyFileSync(join(dirname(run), 'known/cross/cross-000.png'), join(dump, 'zz-labelled.png'));
  writeFileSync(join(dump, 'a-broken.png'), 'no image');
  writeFileSync(
    join(dump, 'a-small.png'),
    await encodePng({ width: 4, height: 4, data: new Uint8Array(48) }),
  );
  const { state, added } = await add(directory, [dump]);
  expect(added?.inputs).toMatchObject({ total: 21, ok: 16, unreadable: 1, tooSmall: 1, duplicate: 3 });
  expect(added?.failed.map(({ path, status }) => `${path.split('/').at(-1)} ${status}`).sort()).toEqual([
    'a-broken.png unreadable',
    'a-small.png too_small',
  ]);
  expect(state.ids).toEqual(clean.ids);
  expect(state.labels).toEqual(clean.labels);
});

test('a dump of which no file can be used is an add of nothing', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  writeFileSync(join(folder, 'broken.png'), 'no image');
  const { state, added } = await add(directory, [folder]);
  expect(added?.inputs).toMatchObject({ total: 1, ok: 0, unreadable: 1 });
  expect(state.ids).toEqual(readCase(run).ids);
  expect(state.labels).toEqual(readCase(run).labels);
  await add(directory, [dumpOf(folder, /^cross/)]);
});

test('the same files under other names are duplicates', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  const dump = dumpOf(folder, /^row/);
  await add(directory, [dump]);
  renameSync(dump, join(folder, 'moved'));
  const { added } = await add(directory, [join(folder, 'moved')]);
  expect(added?.inputs).toMatchObject({ total: 8, ok: 0, duplicate: 8 });
});

test('descriptors are kept, of crops too: files that are gone are not needed for a retraining', async () => {
  const directory = copyRun(run);
  const folder = makeFolder();
  const { state: before } = await add(directory, [dumpOf(folder, /./)]);
  const { run: opened } = openCaseModel(before);
  const inputs = readCaseInputs(before);
  const [, sets] = openCaseDescriptions(before, opened.config, inputs);
  expect(sets?.rowOf.size).toBe(56);
  // The sample of 100 is of all images that the case has now, so it takes in some of the new ones.
  expect(sets?.descriptions.crops.rows).toBeGreaterThan(0);
  await opened.close();
  rmSync(folder, { recursive: true });
  for (const name of ['dump', 'known']) rmSync(join(dirname(directory), name), { recursive: true });
  const { state, retraining } = await add(directory, [], { retrain: 'always' });
  expect(retraining?.entry).toBe(3);
  expect(state.registry.sources.filter((source) => source.state === 'active').map(({ id }) => id)).toEqual(
    before.registry.sources.map(({ id }) => id),
  );
  const born = before.registry.sources.at(-1)?.id as string;
  expect(countsByKind(state).box?.[born]).toBeGreaterThanOrEqual(36);
  const known = bodyOf(state.entries.at(-1) as never).trainedOn;
  expect(known).toMatchObject({ known: 40, discovery: 108 });
});

describe('an add that is stopped', () => {
  test('at any image is gone on with, to the bytes of one that was not', async () => {
    const dump = dumpOf(makeFolder(), /^(cross|row)/);
    const whole = copyRun(run);
    const never = abortAt(Number.POSITIVE_INFINITY);
    await add(whole, [dump], {}, never);
    const expected = digestsOf(whole);
    for (const event of [1, 12, 25]) {
      const directory = copyRun(run);
      const error = await add(directory, [dump], {}, abortAt(event)).then(
        () => `not at ${event} of ${never.heard()}`,
        ({ message }: Error) => message,
      );
      expect(error).toBe(`stopped at event ${event}`);
      expect(readCase(directory).entries).toHaveLength(1);
      const resumed = await resumeAdd(directory, contextOf(directory));
      expect(resumed?.added?.inputs.ok).toBe(16);
      expect(digestsOf(directory)).toEqual(expected);
    }
  });

  test('whose files are gone by then goes on with those that are left', async () => {
    const dump = dumpOf(makeFolder(), /^(cross|row)/);
    const directory = copyRun(run);
    await add(directory, [dump], {}, abortAt(3)).catch(() => undefined);
    rmSync(join(dump, 'row-003.png'));
    const resumed = await resumeAdd(directory, contextOf(directory));
    expect(resumed?.added?.inputs).toMatchObject({ total: 15, ok: 15 });
  });
});
