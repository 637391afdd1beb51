import {
  type BackboneName,
  type BackboneOptions,
  createBackbone,
  type NetworkPlan,
} from '@ganscout/networks';

/** A network with the images that it is measured on. */
export interface NetworkCase {
  readonly backbone: BackboneName;
  readonly options: BackboneOptions;
  /** Height and width of the images. */
  readonly patchSize: number;
  readonly batchSize: number;
  /**
   * Of training. Small enough for PyTorch in float32 to differ from itself in float64 by less than is allowed: rounding decides on
   * which side of a kink of ReLU a few values lie, and what these change grows from step to step.
   */
  readonly learningRate: number;
  /** What the peer's network calls its last layer; all other names agree. */
  readonly peerHead: string;
}

/** What the processes of both sides are given; files by their paths. */
export interface NetworkInput extends NetworkCase {
  readonly kind: 'train' | 'infer';
  /** Every array of the network: safetensors. */
  readonly weights: string;
  /** Batches × N × 3 × P × P, uint8: npy. */
  readonly images: string;
  /** Batches × N, int32: npy. */
  readonly labels: string;
  readonly classCount: number;
  readonly momentum: number;
  /** Steps of the first run, whose losses are compared. */
  readonly comparedSteps: number;
  /** Steps of every other run, whose median is its time. */
  readonly timedSteps: number;
  readonly threads: number;
}

/** The classifier of a case: its backbone with one linear layer. */
export function planOfCase({ backbone, options, patchSize }: NetworkCase, classCount: number): NetworkPlan {
  return { backbone: createBackbone(backbone, options), head: 'plain', classCount, patchSize };
}
