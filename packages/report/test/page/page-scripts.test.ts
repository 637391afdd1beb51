import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const TYPESCRIPT = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));
const SCRIPTS = ['map-points.js', 'point-map.js', 'report.js'].map((name) =>
  fileURLToPath(new URL(`../../src/page/${name}`, import.meta.url)),
);

test('the scripts of the page have the types that they say', () => {
  const options =
    '--ignoreConfig --noEmit --allowJs --checkJs --strict --target es2022 --lib es2023,dom,dom.iterable --types ';
  const args = [TYPESCRIPT, ...options.split(' '), '', ...SCRIPTS].filter(
    (word, i, all) => word !== '' || all[i - 1] === '--types',
  );
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});
