import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@ganscout/storage';
import { beforeAll, expect, test } from 'vitest';
import { runOnImages } from '../../cases/test/planted-case.js';
import { makeFolder } from '../../cases/test/verify-folder.js';
import { exportCase } from '../src/export-case.js';
import { EXPORT_FORMATS, type ExportFormat } from '../src/export-settings.js';

let run = '';
beforeAll(async () => {
  run = await runOnImages();
});

/** Every file by its path: a digest, or where a link leads. */
function contentsOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const content = entry.isSymbolicLink() ? readlinkSync(path) : digestOf(readFileSync(path));
        return [path.slice(folder.length + 1), content] as const;
      })
      .sort(),
  );
}

test.each(
  EXPORT_FORMATS,
)('a case of images becomes %s, twice with the same bytes, and says what it is', async (format: ExportFormat) => {
  const before = contentsOf(join(run, '..'));
  const settings = { format, force: false, features: true };
  const [first, second] = [makeFolder(), makeFolder()];
  const { files, leftOut, failed } = await exportCase(run, { ...settings, output: first });
  await exportCase(run, { ...settings, output: second });
  const contents = contentsOf(first);
  expect(contentsOf(second)).toEqual(contents);
  expect(contentsOf(join(run, '..'))).toEqual(before);
  expect([leftOut, failed]).toEqual([[], 0]);
  const about = JSON.parse(readFileSync(join(first, 'export.json'), 'utf8'));
  expect(about).toMatchObject({ version: 1, case: run, entry: 0, hash: '', format, rows: files, leftOut });
  for (const name of Object.keys(files)) expect(contents).toHaveProperty([name]);
  expect(Object.values(files)).toContain(52);
});
