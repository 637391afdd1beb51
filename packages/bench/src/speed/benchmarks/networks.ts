import { fileURLToPath } from 'node:url';
import type { Benchmark, Comparison, PeerResult } from '../benchmark.js';
import { type ProcessRun, startMeasuredProcess } from '../measured-process.js';
import { compareInference, compareTraining } from '../networks/compare-network.js';
import { prepareNetworkInput } from '../networks/draw-network.js';
import type { NetworkCase, NetworkInput } from '../networks/network-case.js';

/** Ours in a process of its own. */
const SCRIPT = fileURLToPath(new URL('../networks/main.js', import.meta.url));

/** What is measured of one network. */
export interface NetworkMeasure {
  readonly name: string;
  readonly title: string;
  readonly kind: NetworkInput['kind'];
  readonly networkCase: NetworkCase;
}

const RESNET50 = {
  backbone: 'resnet50',
  options: {},
  batchSize: 16,
  learningRate: 1e-3,
  peerHead: 'fc',
} as const;

export const NETWORK_MEASURES: readonly NetworkMeasure[] = [
  {
    name: 'train-resnet50',
    title: 'a training step of ResNet-50 on 16 images of 64 px',
    kind: 'train',
    networkCase: { ...RESNET50, patchSize: 64 },
  },
  {
    name: 'train-mobilenet-v2',
    title: 'a training step of MobileNetV2 on 16 images of 128 px',
    kind: 'train',
    networkCase: {
      ...{ backbone: 'mobilenet-v2', options: {}, patchSize: 128, batchSize: 16 },
      learningRate: 1e-6,
      peerHead: 'classifier.1',
    },
  },
  {
    name: 'train-pose',
    title: 'a training step of the POSE network on 32 images of 128 px',
    kind: 'train',
    networkCase: {
      ...{ backbone: 'pose', options: { image: 128, input: 'dct' }, patchSize: 128, batchSize: 32 },
      learningRate: 1e-4,
      peerHead: 'head.0',
    },
  },
  {
    name: 'infer-resnet50',
    title: 'ResNet-50 in use on 16 images of 256 px',
    kind: 'infer',
    networkCase: { ...RESNET50, patchSize: 256 },
  },
];

const COMPARE: Readonly<
  Record<NetworkInput['kind'], (ours: PeerResult, peer: PeerResult | null) => Comparison>
> = { train: compareTraining, infer: compareInference };

/** Training steps (forward, backward, SGD with momentum) and inference, both sides from the same weights and images. */
export const networkBenchmarks: readonly Benchmark<ProcessRun>[] = NETWORK_MEASURES.map(
  ({ name, title, kind, networkCase }) => ({
    name,
    title,
    aim: 1,
    peer: { name: 'PyTorch', script: `${kind}_network_torch.py` },
    async prepare(setting) {
      const input = prepareNetworkInput(kind, networkCase, setting);
      const ours = await startMeasuredProcess({
        name: 'ours',
        interpreter: process.execPath,
        script: SCRIPT,
        input: { ...input },
        environment: process.env,
      });
      return {
        peerInput: { ...input },
        run: () => ours.run(1),
        seconds: ({ seconds }) => seconds,
        compare: ({ result }, peer) => COMPARE[kind](result, peer),
        release: () => ours.stop(),
      };
    },
  }),
);
