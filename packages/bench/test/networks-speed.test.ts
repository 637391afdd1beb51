import { fileURLToPath } from 'node:url';
import { createBackbone } from '@ganscout/networks';
import { expect, it } from 'vitest';
import { NETWORK_MEASURES } from '../src/speed/benchmarks/networks.js';
import { startMeasuredProcess } from '../src/speed/measured-process.js';
import { compareInference, compareTraining } from '../src/speed/networks/compare-network.js';
import { parsePeak } from '../src/speed/networks/peak-memory.js';

it('compareTraining() tells the largest difference of the losses and the ratio of the memories', () => {
  // Differences 0, 0.001 / 2 and 0.0001 / 1; 520 / 400 = 1.3.
  const ours = { losses: '4 2.001 1.0001', peakMegabytes: 520 };
  const peer = { losses: '4 2 1', peakMegabytes: 400 };
  expect(compareTraining(ours, peer)).toEqual({
    note: "loss 4.000 to 1.000 in 3 steps, the peer's within 5.0e-4 of it; peak memory 520 MB, peer 400 MB, ratio 1.30 (aim 1.3)",
    holds: true,
  });
});

it.each([
  ['a loss that differs by more than a thousandth', { losses: '4 2.003', peakMegabytes: 400 }],
  ['a loss that is no number', { losses: '4 NaN', peakMegabytes: 400 }],
  ['more than 1.3 times the memory', { losses: '4 2', peakMegabytes: 521 }],
])('compareTraining() does not accept %s', (_, ours) => {
  expect(compareTraining(ours, { losses: '4 2', peakMegabytes: 400 }).holds).toBe(false);
});

it('compareTraining() refuses another number of losses', () => {
  const ours = { losses: '4 2', peakMegabytes: 1 };
  expect(() => compareTraining(ours, { losses: '4', peakMegabytes: 1 })).toThrow('got 2 and 1');
});

it('compareInference() measures differences by the largest score', () => {
  // 0.04 / 8 is more than a thousandth, 0.004 / 8 is not.
  const peer = { scores: '-8 -0.001', peakMegabytes: 100 };
  const near = { scores: '-8.004 -0.001', peakMegabytes: 100 };
  expect(compareInference(near, peer)).toEqual({
    note: 'scores within 5.0e-4 of the largest; peak memory 100 MB, peer 100 MB, ratio 1.00 (aim 1.3)',
    holds: true,
  });
  expect(compareInference({ ...near, scores: '-8.04 -0.001' }, peer).holds).toBe(false);
});

it('comparisons without a peer tell what ours is alone', () => {
  expect(compareTraining({ losses: '4 2', peakMegabytes: 99.7 }, null)).toEqual({
    note: 'loss 4.000 to 2.000 in 2 steps; peak memory 100 MB',
    holds: true,
  });
  expect(compareInference({ scores: '1', peakMegabytes: 1 }, null).note).toBe('peak memory 1 MB');
});

it('parsePeak() reads the largest resident set', () => {
  expect(parsePeak('VmPeak:\t  9000 kB\nVmHWM:\t    2560 kB\nVmRSS:\t 1024 kB\n')).toBe(2.5);
  expect(() => parsePeak('VmPeak:\t 9000 kB\n')).toThrow('VmHWM');
});

it('the last layer of each peer has a name that weights of that network are loaded by', () => {
  for (const { networkCase } of NETWORK_MEASURES) {
    const { ourName } = createBackbone(networkCase.backbone, networkCase.options);
    expect(ourName(`${networkCase.peerHead}.weight`)).toBe('head.0.weight');
  }
});

it('startMeasuredProcess() keeps the environment, and tells which process failed', async () => {
  const command = {
    name: 'ours',
    interpreter: process.execPath,
    script: fileURLToPath(new URL('fake-peer.mjs', import.meta.url)),
    environment: { ...process.env, OPENBLAS_CORETYPE: 'kept', OMP_NUM_THREADS: '7' },
  };
  const child = await startMeasuredProcess({ ...command, input: { seconds: [3], threads: 1 } });
  try {
    const result = { kept: 'kept', counts: '7 1', repetitions: 2 };
    expect(await child.run(2)).toEqual({ seconds: 3, result });
  } finally {
    child.stop();
  }
  const failing = await startMeasuredProcess({ ...command, input: { failure: 'no memory' } });
  await expect(failing.run(1)).rejects.toThrow('ours failed: no memory');
});
