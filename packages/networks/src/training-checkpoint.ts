import type { TrainerState } from '@ganscout/autodiff';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@ganscout/data-model';
import type { EpochFigures } from './training-history.js';
import type { Weights } from './weights.js';

/** Where a training stands after an epoch. */
export interface TrainingProgress {
  /** All that the optimizer and the learned arrays are. */
  readonly state: TrainerState;
  readonly history: readonly EpochFigures[];
}

const KIND = 'ganscout training state 1';

/** Encodes named arrays as a safetensors file, which `decodeWeights` reads. */
export function encodeWeights(weights: Weights): Uint8Array {
  return encodeSafetensors(weights);
}

/** Encodes where a training stands; equal progress gives equal bytes. */
export function encodeProgress({ state, history }: TrainingProgress): Uint8Array {
  const tensors = new Map<string, SafeTensor>();
  for (const [name, data] of Object.entries(state.arrays)) tensors.set(name, { shape: [data.length], data });
  const facts = { steps: state.steps, history };
  return encodeSafetensors(tensors, { kind: KIND, progress: JSON.stringify(facts) });
}

/** Reads what {@link encodeProgress} wrote. @throws {SyntaxError} if the bytes are something else. */
export function decodeProgress(bytes: Uint8Array): TrainingProgress {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.kind !== KIND) {
    throw new SyntaxError(
      `checkpoint: the file must hold a "${KIND}", found "${metadata.kind ?? 'no kind'}"`,
    );
  }
  const { steps, history } = JSON.parse(metadata.progress ?? '{}');
  const arrays = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
  return { state: { steps, arrays }, history };
}

/** Epochs that were finished when the bytes were encoded by {@link encodeProgress}. @throws {SyntaxError} as {@link decodeProgress}. */
export function finishedEpochs(last: Uint8Array): number {
  return decodeProgress(last).history.length;
}
