import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the compiled kernels are what their sources give', () => {
  const script = join(import.meta.dirname, '../packages/kernels/bin/build-kernels.js');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
