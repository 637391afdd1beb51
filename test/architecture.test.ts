import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findBreaches } from './boundaries.js';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** A workspace in a temporary folder, from paths and contents. */
function workspace(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const manifest = (...dependencies: string[]) =>
  JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, '0.1.0'])) });

test('the packages keep the boundaries', () => {
  expect(findBreaches(join(import.meta.dirname, '..'))).toEqual([]);
});

test('findBreaches() names an import of a sibling, an undeclared one and one past the index', () => {
  const root = workspace({
    'packages/kmeans/package.json': manifest('@ganscout/numeric'),
    'packages/kmeans/src/kmeans.ts': "import { refine } from '@ganscout/refine/src/svm.js';\n",
  });
  expect(findBreaches(root)).toEqual([
    'packages/kmeans: declares @ganscout/numeric, which src never imports',
    'packages/kmeans: imports @ganscout/refine, which is not declared',
    'packages/kmeans/src/kmeans.ts: reaches inside @ganscout/refine (src/svm.js)',
    'packages/kmeans/src/kmeans.ts: kmeans may not import refine',
  ]);
});

test('findBreaches() keeps ground truth away from the pipeline stages', () => {
  const root = workspace({
    'packages/pipeline/package.json': manifest('@ganscout/metrics'),
    'packages/pipeline/src/stages/cluster.ts': "import type { GroundTruth } from '@ganscout/metrics';\n",
  });
  expect(findBreaches(root)).toEqual([
    'packages/pipeline/src/stages/cluster.ts: pipeline may not import metrics',
  ]);
});

test('findBreaches() names catch-all files, impure code and import cycles', () => {
  const root = workspace({
    'packages/numeric/package.json': manifest(),
    'packages/numeric/src/utils.ts': 'export const now = () => Date.now();\n',
    'packages/numeric/src/first.ts': "import { b } from './second.js';\nexport const a = () => b;\n",
    'packages/numeric/src/second.ts': "import { a } from './first.js';\nexport const b = () => a;\n",
  });
  expect(findBreaches(root)).toEqual([
    'packages/numeric/src/utils.ts: name says nothing about the contents',
    'packages/numeric/src/utils.ts: numeric must stay pure, but uses Date.now',
    'import cycle: packages/numeric/src/first.ts -> packages/numeric/src/second.ts -> packages/numeric/src/first.ts',
  ]);
});
