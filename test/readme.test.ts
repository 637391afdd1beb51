import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseConfig, resolveConfig } from '@ganscout/pipeline';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const readmes = [
  'README.md',
  'data/README.md',
  ...readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md')),
];

/** Contents of the fenced blocks of one language. */
function blocks(language: string): string[] {
  const fence = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g');
  return [...readme.matchAll(fence)].map((match) => match[1] as string);
}

test('every npm script that the README names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] as string);
  expect(named.length).toBeGreaterThan(0);
  for (const script of [...named, 'test']) expect(Object.keys(scripts)).toContain(script);
});

test('every link of a README leads to a file', () => {
  for (const file of readmes) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      expect(existsSync(join(root, dirname(file), target as string)), `${file} -> ${target}`).toBe(true);
    }
  }
});

test('the configuration shown in the README is one, and so is pipeline.yaml', () => {
  for (const text of [...blocks('yaml'), readFileSync(join(root, 'pipeline.yaml'), 'utf8')]) {
    const loaded = parseConfig(text, join(root, 'pipeline.yaml'));
    expect(resolveConfig(loaded, { workingDirectory: root }).rounds).toHaveLength(4);
  }
});

test('every option that the README names by its path exists', () => {
  const config = resolveConfig(parseConfig('data: { known: a, discovery: b }', 'x.yaml'), {
    workingDirectory: root,
  });
  const known = { ...config.rounds[0], run: config.run, data: config.data };
  for (const [, block, key] of readme.matchAll(/`(run|data|ood|kmeans|merge|refine)\.(\w+)/g)) {
    expect(Object.keys(known[block as keyof typeof known] as object), `${block}.${key}`).toContain(key);
  }
});
