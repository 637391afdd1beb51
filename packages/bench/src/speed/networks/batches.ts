import { readFileSync } from 'node:fs';
import { readNpy } from '@ganscout/data-model';
import type { LabelledPatches } from '@ganscout/networks';
import type { NetworkInput } from './network-case.js';

/** Reads the batches of both sides. */
export function readBatches({ images, labels, batchSize, patchSize }: NetworkInput): LabelledPatches[] {
  const pixels = readNpy(readFileSync(images));
  const classes = readNpy(readFileSync(labels)).data as Int32Array;
  const length = pixels.data.length / pixels.shape[0]!;
  return Array.from({ length: pixels.shape[0]! }, (_, i) => ({
    patches: {
      count: batchSize,
      patchSize,
      data: (pixels.data as Uint8Array).subarray(i * length, (i + 1) * length),
    },
    labels: classes.subarray(i * batchSize, (i + 1) * batchSize),
  }));
}
