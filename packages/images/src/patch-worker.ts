import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from './input-error.js';
import type { PatchBatch } from './patch-batch.js';
import { createPatchFiller, type PatchRequest, type PatchSetup } from './patch-filling.js';

/** What the thread sends back for each request, in their order. */
export type PatchAnswer =
  | { readonly batch: PatchBatch }
  /** The message of an InputError, whose class would be lost on the way. */
  | { readonly unusable: string }
  | { readonly error: unknown };

const port = parentPort as NonNullable<typeof parentPort>;
const fill = createPatchFiller(workerData as PatchSetup);
const closing = new AbortController();
let last: Promise<void> = Promise.resolve();

/** Requests follow each other; null asks the thread to end. */
port.on('message', (request: PatchRequest | null) => {
  if (request === null) {
    closing.abort();
    port.close();
    return;
  }
  last = last.then(() => answer(request));
});

async function answer(request: PatchRequest): Promise<void> {
  try {
    const batch = await fill(request, closing.signal);
    port.postMessage({ batch } satisfies PatchAnswer, [batch.data.buffer as ArrayBuffer]);
  } catch (error) {
    const refusal: PatchAnswer = error instanceof InputError ? { unusable: error.message } : { error };
    port.postMessage(refusal);
  }
}
