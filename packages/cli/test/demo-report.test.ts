import type { Demo, GeneratorEntry } from '@ganscout/demo';
import { expect, test } from 'vitest';
import { formatDemo } from '../src/demo-report.js';
import { SUMMARY } from './sample-summary.js';

function unknown(source: string, novelty: GeneratorEntry['unknown']) {
  const maker = { name: source, role: 'unknown', unknown: novelty } as GeneratorEntry;
  return { source, kind: 'gan', unknown: true, labelled: 0, discovery: 35, maker } as const;
}

const DEMO: Demo = {
  known: '/demo/known',
  discovery: '/demo/discovery',
  truth: '/demo/truth.csv',
  sources: [
    { source: 'real', kind: 'real', unknown: false, labelled: 60, discovery: 50, maker: 'dead-leaves' },
    unknown('gan-a', 'architecture-and-data-set'),
    unknown('gan-b', 'seed'),
  ],
  imageCount: 180,
  written: true,
};

const REPORT = formatDemo(
  DEMO,
  [
    { preset: 'default', outcome: { directory: '/demo/runs/default', summary: SUMMARY } },
    { preset: 'girish2021', outcome: { directory: '/demo/runs/girish2021', summary: SUMMARY } },
  ],
  { directory: '/demo' },
);

test('the demo says what its images are', () => {
  expect(REPORT).toContain(
    'Demo of 180 images: 60 labelled ones of 1 known source (1 real, 0 generators), ' +
      'and 120 unlabelled ones of these and of 2 unknown generators.\n',
  );
  expect(REPORT).toContain("The demo's generators are small and made by this project");
});

test('the demo shows both presets side by side', () => {
  expect(REPORT).toMatch(/\| default +\| girish2021\n/);
  expect(REPORT).toMatch(/figure +default +girish2021\n/);
});

test('the demo lists each discovered source with its majority, and the unknown generators it missed', () => {
  expect(REPORT).toMatch(/new-001 +20 +0\.900 +gan-a +architecture and data set\n/);
  expect(REPORT).toMatch(/new-002 +30 +1\.000 +real +nothing: a known source\n/);
  expect(REPORT).toContain('Unknown generators without a discovered source: gan-b (35 images).');
});

test('the demo says where everything is', () => {
  expect(REPORT).toContain('/demo/runs/girish2021/assignments.csv');
  expect(REPORT).toContain('ganscout identify /demo/runs/default /demo/discovery/000000.png');
});
