import { expect, test } from 'vitest';
import type { StageOptions } from '../src/config/schema.js';
import { parseConfig, resolveConfig } from '../src/index.js';
import { basisRound, stagesOfRound, usedLayers, whiteningRound } from '../src/round-stages.js';

function roundsOf(text: string): readonly StageOptions[] {
  const config = parseConfig(`data: { known: a, discovery: b }\n${text}`, '/case/pipeline.yaml');
  return resolveConfig(config, { workingDirectory: '/case' }).rounds;
}

/** Whitening that does not look at clusters, and so stays what it was. */
const FIXED = 'extractor: { whitening: { clusterWeight: 0 } }\n';
const DESCRIPTOR = 'ood: &d { space: [descriptor] }\nkmeans: *d\nmerge: *d\nrefine: *d\n';
const LABELS = ['ood', 'kmeans', 'merge', 'refine'];

test('whitening that does not look at clusters is fitted once, and without layers nothing is trained', () => {
  const rounds = roundsOf(`run: { rounds: 3 }\n${FIXED}`);
  expect(stagesOfRound(rounds, 1)).toEqual(['describe', 'whiten', ...LABELS]);
  expect(stagesOfRound(rounds, 2)).toEqual(LABELS);
  expect(stagesOfRound(rounds, 3)).toEqual([...LABELS, 'attribute']);
  expect([1, 2, 3].map((round) => whiteningRound(rounds, round))).toEqual([1, 1, 1]);
});

test('whitening that looks at clusters is fitted in every round, from one basis', () => {
  const rounds = roundsOf('run: { rounds: 3 }\nextractor: { whitening: { clusterWeight: 0.5 } }');
  expect([1, 2, 3].map((round) => whiteningRound(rounds, round))).toEqual([1, 2, 3]);
  expect([1, 2, 3].map((round) => basisRound(rounds, round))).toEqual([1, 1, 1]);
  expect(stagesOfRound(rounds, 2)).toEqual(['whiten', ...LABELS]);
});

test('the published recipe trains in every round and whitens nothing', () => {
  const rounds = roundsOf('run: { rounds: 2 }\npreset: girish2021');
  expect(stagesOfRound(rounds, 1)).toEqual(['describe', 'train', ...LABELS]);
  expect(stagesOfRound(rounds, 2)).toEqual(['train', ...LABELS, 'attribute']);
  expect(usedLayers(rounds[0] as StageOptions)).toEqual(['embedding', 'logits']);
});

test('whitening that only an unused network would see is not done', () => {
  const rounds = roundsOf(`run: { rounds: 1 }\n${DESCRIPTOR}`);
  expect(whiteningRound(rounds, 1)).toBeNull();
  const trained = roundsOf(`run: { rounds: 1 }\n${DESCRIPTOR.replace('[descriptor]', '[hidden1]')}`);
  expect(stagesOfRound(trained, 1)).toEqual(['describe', 'whiten', 'train', ...LABELS, 'attribute']);
});

test('whitening is fitted where it is first needed, and again where its options are others', () => {
  const late = roundsOf(
    `run: { rounds: 3 }\n${FIXED}${DESCRIPTOR}rounds: { 2: { kmeans: { space: [whitened] } } }`,
  );
  expect([1, 2, 3].map((round) => whiteningRound(late, round))).toEqual([null, 2, 2]);
  // The options change in round 2, which needs no whitening: round 3 is the first to see the new ones.
  const changed = roundsOf(`run: { rounds: 4 }
${FIXED}rounds:
  2: { extractor: { whitening: { leading: 9 } }, ${DESCRIPTOR.trim().replaceAll('\n', ', ')} }
  3: { kmeans: { space: [whitened] } }`);
  expect([1, 2, 3, 4].map((round) => whiteningRound(changed, round))).toEqual([1, null, 3, 3]);
});

test('a trained backbone goes before whitening, in every round, and the descriptor only where a space names it', () => {
  const text = 'run: { rounds: 2 }\nextractor: { backbone: {}, whitening: { clusterWeight: 0 } }\n';
  const rounds = roundsOf(text);
  expect(stagesOfRound(rounds, 1)).toEqual(['train', 'whiten', ...LABELS]);
  expect(stagesOfRound(rounds, 2)).toEqual(['train', 'whiten', ...LABELS, 'attribute']);
  expect([1, 2].map((round) => basisRound(rounds, round))).toEqual([1, 2]);
  expect(stagesOfRound(roundsOf(`${text}${DESCRIPTOR}`), 1)).toEqual(['describe', 'train', ...LABELS]);
});

test('a frozen backbone takes the place of the descriptor', () => {
  const rounds = roundsOf('run: { rounds: 2 }\nextractor: { backbone: { model: net.onnx } }\n');
  expect(stagesOfRound(rounds, 1)).toEqual(['describe', 'whiten', ...LABELS]);
});
