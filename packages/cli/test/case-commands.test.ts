import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffCommand } from '../src/commands/diff.js';
import { exportCommand } from '../src/commands/export.js';
import { formatHistoryLines, historyCommand } from '../src/commands/history.js';
import { formatListing, sourcesCommand } from '../src/commands/sources.js';
import { formatStory, whyCommand } from '../src/commands/why.js';
import { formatError } from '../src/error-text.js';
import { exitCodeOf } from '../src/exit-codes.js';
import { parseArguments } from '../src/parse-arguments.js';
import { createFakeShell, ganscout } from './fake-shell.js';
import { writeSampleFeatures } from './sample-features.js';

const COMMANDS = [sourcesCommand, historyCommand, whyCommand, diffCommand, exportCommand];

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ganscout-cli-case-'));
  writeSampleFeatures(folder);
  for (const name of ['first', 'second']) {
    const { code, err } = await ganscout(['run', join(folder, 'pipeline.yaml'), '--name', name]);
    if (code !== 0) throw new Error(err);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command as the program does. */
async function run(...args: string[]) {
  const shell = createFakeShell({ workingDirectory: join(folder, 'runs') });
  try {
    const request = await parseArguments(args, { commands: COMMANDS, version: '1', width: 80 });
    if (request.kind === 'text') return { code: 0, out: request.text, err: '' };
    const code = await request.command.run(request.values, shell);
    return { code, out: shell.out(), err: shell.err() };
  } catch (error) {
    return { code: exitCodeOf(error), out: shell.out(), err: formatError(error, false) };
  }
}

describe('before anything was changed', () => {
  test('sources list shows the sources of a run, with sizes, and that it is no case yet', async () => {
    const { code, out } = await run('sources', 'list', 'first');
    expect(code).toBe(0);
    const [head, first] = out.split('\n');
    expect(head).toMatch(/^source +name +kind +state +images +born +last entry$/);
    expect(first?.split(/ {2,}/)).toEqual(['S0001', 'a', 'known', 'active', '20', 'entry 1', '-']);
    expect(out).toMatch(/80 images: 40 of known sources, 40 of discovered ones, 0 without a source\./);
    expect(out).toContain('The run was not opened as a case yet');
  });

  test('history says that nothing has happened', async () => {
    expect((await run('history', 'first')).out).toContain('nothing has happened to it');
    expect((await run('history', 'first', '--json')).out).toBe('');
  });

  test('why tells of the run', async () => {
    const { code, out } = await run('why', 'first', 'y45');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^image y45\n {2}y45 \(discovery set\)\nIt is of S0003 \(discovered-01\), a discovered source/,
    );
    expect(out).toMatch(/1 +ood +none +- +[\d.]+ +0\.0\d\d <= 0\.05 +no source accepted it \(round 1\)/);
    expect(out).toMatch(/Nearest images that stand for sources, in whitened/);
  });

  test('two equal runs do not differ', async () => {
    const { code, out } = await run('diff', 'first', 'second');
    expect(code).toBe(0);
    expect(out).toContain('All options are the same.');
    expect(out).toContain('80 images in both, 0 only in A, 0 only in B. 0 images with another source.\n');
    expect(out).toMatch(/Figures of the runs:\nfigure +A +B/);
  });
});

describe('sources of a case', () => {
  test('are split, named, retired and restored, each with the way back', async () => {
    writeFileSync(
      join(folder, 'runs', 'other.txt'),
      Array.from({ length: 20 }, (_, i) => `y${60 + i}\n`).join(''),
    );
    const split = await run(
      'sources',
      'split',
      'first',
      'S0003',
      '--images-from',
      'other.txt',
      '--reason',
      'two seeds',
    );
    expect(split).toMatchObject({ code: 0, err: '' });
    expect(split.out).toBe(
      'S0004 (discovered-02) was born from S0003 (discovered-01) with 20 images: two seeds\n' +
        '20 images left S0003 (discovered-01) for S0004 (discovered-02): two seeds\n' +
        'Entry 2; to take it back: ganscout sources undo first 2\n',
    );
    expect((await run('sources', 'rename', 'first', 'S0004', 'dora')).out).toContain('to "dora"');
    expect((await run('sources', 'retire', 'first', 'dora')).code).toBe(0);
    expect((await run('sources', 'list', 'first')).out).toMatch(/S0004 +dora +discovered +retired +20 /);
    expect((await run('sources', 'restore', 'first', 'dora')).code).toBe(0);
    expect((await run('sources', 'note', 'first', 'dora', 'seen in March')).code).toBe(0);
    const shown = await run('sources', 'show', 'first', 's4');
    expect(shown.out).toMatch(/^S0004\n {2}name {4}dora\n/);
    expect(shown.out).toContain('  note    seen in March\n');
    expect(shown.out).toMatch(/\n6 {2}\S+ {2}note of S0004 \(dora\)\n/);
  });

  test('are merged and that is undone, by number or as the last', async () => {
    expect((await run('sources', 'merge', 'first', 'S0003', 'dora')).code).toBe(0);
    expect((await run('sources', 'list', 'first')).out).toContain(
      '1 source more, merged or dissolved: --all',
    );
    expect((await run('sources', 'list', 'first', '--all')).out).toMatch(
      /S0004 +dora +discovered +merged into S0003/,
    );
    const refused = await run('sources', 'undo', 'first', '2');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toMatch(
      /entry 2 cannot be undone: entry 3 \(rename\) touched S0004 since; undo entry 3 first/,
    );
    const undone = await run('sources', 'undo', 'first', '--json');
    expect(JSON.parse(undone.out)).toMatchObject({ entry: 8, operation: 'undo', moved: 20 });
    expect((await run('history', 'first', 'dora')).out).toContain('(undone by entry 8)');
  });

  test('are told in the history, in words and as JSON', async () => {
    const { out } = await run('history', 'first');
    expect(out).toMatch(
      /^1 {2}\d{4}-\S+Z {2}opened as a case of 3 sources\n {3}S0001 \(a\) was born with 20 images/,
    );
    const lines = (await run('history', 'first', '--json')).out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).entry)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('are labelled and dissolved', async () => {
    expect((await run('sources', 'label', 'second', 'discovered-01', 'stylegan')).out).toContain(
      'labelled "stylegan"',
    );
    expect((await run('sources', 'list', 'second')).out).toMatch(
      /S0003 +stylegan +known +active, labelled +40/,
    );
    expect((await run('sources', 'dissolve', 'second', 'stylegan')).code).toBe(0);
    expect((await run('sources', 'list', 'second')).out).toContain('40 without a source');
  });

  test('differ from those of another case', async () => {
    const { out } = await run('diff', 'first', 'second', '--all');
    expect(out).toMatch(/S0003 \(discovered-01\) +- +0 +20 +- +vanished/);
    expect(out).toContain('40 images with another source.\n');
    expect(out).toMatch(/y79 +S0004 \(dora\) +-\n/);
    expect(JSON.parse((await run('diff', 'first', 'second', '--json')).out).changed).toHaveLength(40);
  });

  test('and what was done to an image are explained', async () => {
    const { out } = await run('why', 'first', 'y75');
    expect(out).toContain('It is of S0004 (dora)');
    expect(out).toContain(
      '    it went from S0003 (discovered-01) to S0004 (discovered-02): placed by a person\n',
    );
    expect(out).toContain('  it must be in another source than 20 images (entry 2)\n');
    expect(JSON.parse((await run('why', 'first', 'y75', '--json')).out)).toMatchObject({
      source: { id: 'S0004' },
    });
  });

  test('are exported', async () => {
    const done = await run('export', 'first', '--output', 'tables');
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toBe(
      'assignments.csv (80 rows), sources.csv (4 rows), history.csv (8 rows) and export.json are in tables\n',
    );
    expect(readdirSync(join(folder, 'runs', 'tables'))).toHaveLength(4);
    const again = await run('export', 'first', '--output', 'tables');
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('is not empty') });
    expect((await run('export', 'first', '--output', 'tables', '--force', '--format', 'jsonl')).code).toBe(0);
  });

  test('are exported for other tools, with what was left out', async () => {
    const done = await run(
      'export',
      'first',
      '--output',
      'points',
      '--format',
      'projector',
      '--points',
      '30',
    );
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toBe(
      'tensors.tsv (30 rows), metadata.tsv (30 rows) and export.json are in points\n' +
        'Left out: 50 of 80 images: 30 were drawn at random with seed 0.\n',
    );
    const arrays = await run('export', 'first', '--output', 'arrays', '--format', 'npy');
    expect(arrays.out).toContain('features.npy (80 rows)');
    const typed = await run('export', 'first', '--output', 'typed', '--format', 'parquet', '--features');
    expect(typed.out).toContain('features.parquet (80 rows)');
  });
});

describe('what cannot be is refused with what would be right', () => {
  test.each([
    [['sources', 'rename', 'first', 'S0099', 'x'], 3, 'no source S0099; the case has S0001 to S0004'],
    [['sources', 'show', 'first', 'dorra'], 3, 'did you mean dora (S0004)?'],
    [['sources', 'rename', 'first', 'dora', 'a\nb'], 3, 'no control characters'],
    [['sources', 'split', 'first', 'dora'], 2, 'name the images that leave'],
    [
      ['sources', 'split', 'first', 'dora', '--images', 'nothing.png'],
      3,
      'the case has no image "nothing.png"',
    ],
    [['sources', 'undo', 'first', '0'], 2, 'must be a number from 1 on, got 0'],
    [['sources', 'mrge', 'first', 'a', 'b'], 2, 'did you mean merge?'],
    [['why', 'first', 'y45', '--nearest', '-1'], 2, '--nearest must be an integer from 0 on, got -1'],
    [['history', 'first', 'S0017'], 3, 'no source S0017'],
    [['sources', 'list', 'nowhere'], 3, 'holds no run'],
    [['diff', 'first', 'nowhere'], 3, 'holds no run'],
    [['export', 'first', '--output', 'first'], 2, 'holds a run; export into a folder of its own'],
    [['export', 'nowhere', '--output', 'new'], 3, 'holds no run'],
    [['export', 'first', '--output', 'new', '--format', 'excel'], 2, 'excel'],
    [
      ['export', 'first', '--output', 'new', '--format', 'imagefolder'],
      3,
      'has no image files, which imagefolder needs',
    ],
    [
      ['export', 'first', '--output', 'new', '--link', 'copy'],
      2,
      '--link is for --format imagefolder, the format is csv',
    ],
    [
      ['export', 'first', '--output', 'new', '--format', 'projector', '--points', '0'],
      2,
      '--points must be an integer from 1 on, got 0',
    ],
  ])('%j', async (args, code, text) => {
    const found = await run(...args);
    expect(found.err).toContain(text);
    expect([found.code, found.out]).toEqual([code, '']);
  });
});

describe('text of others cannot steer the terminal', () => {
  const NASTY = 'a\x1b[2J\u202eb\nc';
  const SHOWN = 'a\\x1b[2J\\u{202e}b\\nc';

  test('in a history', () => {
    const line = { entry: 1, time: 't', kind: 'x', what: NASTY, details: [NASTY], undoneBy: null };
    expect(formatHistoryLines([line])).toBe(`1  t  ${SHOWN}\n   ${SHOWN}\n`);
  });

  test('in a list of sources', () => {
    const source = {
      ...{
        id: 'S0001',
        number: 1,
        name: NASTY,
        kind: 'known',
        state: 'active',
        into: null,
        from: null,
        notes: [],
      },
      ...{
        bornEntry: 1,
        bornRound: 0,
        labelled: null,
        representatives: [],
        images: 1,
        last: { entry: 1, text: NASTY },
      },
    } as const;
    const counts = {
      ...{
        images: 1,
        ofKnown: 1,
        ofDiscovered: 0,
        waiting: 0,
        knownSources: 1,
        discoveredSources: 0,
        entries: 1,
      },
    };
    const text = formatListing({ counts, sources: [source] }, { isAll: false });
    expect(text.split(SHOWN)).toHaveLength(3);
    expect(text).not.toContain('\x1b');
  });

  test('in the story of an image', () => {
    const text = formatStory({
      id: NASTY,
      inputs: [{ path: NASTY, set: 'discovery', entry: 2, status: 'ok', reason: '' }],
      labelledAs: null,
      source: { id: 'S0001', name: NASTY, kind: 'known', state: 'active' },
      trainings: [],
      entries: [{ entry: 2, time: 't', kind: 'added', what: NASTY, lines: [NASTY], undoneBy: null }],
      constraints: [{ operation: 2, text: NASTY }],
      nearest: {
        how: NASTY,
        spaces: ['whitened'],
        images: [{ id: 'x', path: NASTY, source: 'S0001', name: NASTY, isLabelled: true, distance: 1 }],
      },
    });
    expect(text.split(SHOWN)).toHaveLength(10);
    expect(text).not.toContain('\x1b');
    expect(text).not.toContain('\u202e');
  });
});
