import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InputError } from './input-error.js';
import type { PatchBatch } from './patch-batch.js';
import type { PatchRequest, PatchSetup } from './patch-filling.js';
import type { PatchAnswer } from './patch-worker.js';

/** The thread that loads patches, as the calling thread sees it. */
export interface PatchThread {
  /** Answers come in the order of the requests. */
  request(request: PatchRequest): Promise<PatchBatch>;
  /** Ends the thread once what it is doing is done; what is still waited for fails. */
  close(): Promise<void>;
}

interface Job {
  readonly resolve: (batch: PatchBatch) => void;
  readonly reject: (error: unknown) => void;
}

// Run from the sources, a thread must first load what reads TypeScript, and see the export condition of its parent.
const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** Starts the thread. It keeps the process alive only while a batch is waited for. */
export function startPatchThread(setup: PatchSetup): PatchThread {
  const jobs: Job[] = [];
  let failure: Error | null = null;
  const worker = startWorker(setup);
  const ended = once(worker, 'exit');
  worker.unref();
  const fail = (error: Error) => {
    failure ??= error;
    for (const { reject } of jobs.splice(0)) reject(failure);
  };
  worker.on('message', (answer: PatchAnswer) => {
    const job = jobs.shift();
    if (jobs.length === 0) worker.unref();
    if ('batch' in answer) job?.resolve(answer.batch);
    else job?.reject('unusable' in answer ? new InputError(answer.unusable) : answer.error);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread that loads patches has ended')));
  return {
    request(request) {
      return new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        jobs.push({ resolve, reject });
        worker.ref();
        worker.postMessage(request);
      });
    },
    async close() {
      fail(new Error('the patch loader is closed'));
      worker.ref();
      worker.postMessage(null);
      await ended;
    },
  };
}

function startWorker(workerData: PatchSetup): Worker {
  if (!FROM_SOURCE) return new Worker(new URL('./patch-worker.js', import.meta.url), { workerData });
  const file = new URL('./patch-worker.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file}'); })`;
  return new Worker(start, { workerData, eval: true, execArgv: ['--conditions=@ganscout/source'] });
}
