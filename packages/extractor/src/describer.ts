import { Worker } from 'node:worker_threads';
import type { DescribeAnswer } from './describe-worker.js';
import { describeImage, type ImageDescription } from './descriptor.js';
import { type DescriptorOptions, descriptorOptionsSchema } from './options-descriptor.js';
import type { RgbImage } from './rgb-image.js';

/** An image to describe: its id names it in results and errors, `load` is called when a thread is nearly free. */
export interface DescribeRequest {
  readonly id: string;
  load(): RgbImage | Promise<RgbImage>;
}

/** One result of `describeAll`. */
export interface DescribedImage extends ImageDescription {
  readonly id: string;
}

/** A pool of threads that describe images. Results do not depend on the number of threads. */
export interface Describer {
  readonly threads: number;
  /**
   * Describes one image.
   *
   * @param image copied to the thread; not modified.
   * @throws {Error} naming the id, with the reason as its cause, if the image cannot be described or the pool was closed.
   */
  describe(id: string, image: RgbImage): Promise<ImageDescription>;
  /**
   * Loads and describes many images, and yields the results in the order of the requests.
   *
   * At most 2 · threads + 2 images are loaded and not yet yielded, so memory does not grow with their number. The first
   * failure ends it, once the results before it have been yielded.
   */
  describeAll(requests: Iterable<DescribeRequest>): AsyncGenerator<DescribedImage, void, undefined>;
  /** Ends the threads. What is still under way fails. */
  close(): Promise<void>;
}

interface Job {
  readonly id: string;
  readonly image: RgbImage;
  readonly resolve: (description: ImageDescription) => void;
  readonly reject: (error: Error) => void;
}

// Run from the sources, a thread must first load what reads TypeScript, and see the export condition of its parent.
const FROM_SOURCE = import.meta.url.endsWith('.ts');

/**
 * Starts a pool of worker threads that run `describeImage`.
 *
 * @param pool threads: 0 works in the calling thread. Call `close()` when done, else the threads keep the process alive.
 * @throws {RangeError} if `threads` is not an integer in [0, 256].
 */
export function createDescriber(options: DescriptorOptions, pool: { readonly threads: number }): Describer {
  const { threads } = pool;
  if (!Number.isInteger(threads) || threads < 0 || threads > 256) {
    throw new RangeError(`createDescriber: threads must be an integer in [0, 256], got ${threads}`);
  }
  const checked = descriptorOptionsSchema.parse(options);
  const engine = threads === 0 ? createInlineEngine(checked) : createThreadEngine(checked, threads);
  const describe = (id: string, image: RgbImage) =>
    new Promise<ImageDescription>((resolve, reject) => {
      const fail = (cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        reject(new Error(`Cannot describe image ${id}: ${reason}`, { cause }));
      };
      engine.submit({ id, image, resolve, reject: fail });
    });
  return {
    threads,
    describe,
    describeAll: (requests) => describeInOrder(requests, describe, 2 * threads + 2),
    close: () => engine.close(),
  };
}

async function* describeInOrder(
  requests: Iterable<DescribeRequest>,
  describe: Describer['describe'],
  window: number,
): AsyncGenerator<DescribedImage, void, undefined> {
  const pending: Promise<DescribedImage>[] = [];
  const start = async ({ id, load }: DescribeRequest) => ({ id, ...(await describe(id, await load())) });
  for (const request of requests) {
    const result = start({ id: request.id, load: () => request.load() });
    // A failure is reported when its turn comes, not as an unhandled rejection before.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length >= window) yield await (pending.shift() as Promise<DescribedImage>);
  }
  for (const result of pending) yield await result;
}

interface Engine {
  submit(job: Job): void;
  close(): Promise<void>;
}

function createInlineEngine(options: DescriptorOptions): Engine {
  let closed = false;
  return {
    submit({ image, resolve, reject }) {
      if (closed) return reject(closedError());
      try {
        resolve(describeImage(image, options));
      } catch (error) {
        reject(error as Error);
      }
    },
    async close() {
      closed = true;
    },
  };
}

function createThreadEngine(options: DescriptorOptions, threads: number): Engine {
  const queue: Job[] = [];
  const running = new Map<Worker, Job>();
  const idle: Worker[] = [];
  let failure: Error | null = null;
  const dispatch = () => {
    while (idle.length > 0 && queue.length > 0) {
      const worker = idle.pop() as Worker;
      const job = queue.shift() as Job;
      running.set(worker, job);
      worker.postMessage(job.image);
    }
  };
  const fail = (error: Error) => {
    failure ??= error;
    for (const job of [...running.values(), ...queue.splice(0)]) job.reject(failure);
    running.clear();
    idle.length = 0;
  };
  const finish = (worker: Worker, answer: DescribeAnswer) => {
    const job = running.get(worker);
    if (job === undefined) return;
    running.delete(worker);
    idle.push(worker);
    if ('error' in answer) job.reject(answer.error as Error);
    else job.resolve(answer.description);
    dispatch();
  };
  const workers = Array.from({ length: threads }, () => {
    const worker = startWorker(options);
    worker.on('message', (answer: DescribeAnswer) => finish(worker, answer));
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('a describing thread has ended')));
    return worker;
  });
  idle.push(...workers);
  return {
    submit(job) {
      if (failure !== null) return job.reject(failure);
      queue.push(job);
      dispatch();
    },
    async close() {
      fail(closedError());
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function startWorker(workerData: DescriptorOptions): Worker {
  if (!FROM_SOURCE) return new Worker(new URL('./describe-worker.js', import.meta.url), { workerData });
  const file = new URL('./describe-worker.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file}'); })`;
  return new Worker(start, { workerData, eval: true, execArgv: ['--conditions=@ganscout/source'] });
}

function closedError(): Error {
  return new Error('the describer is closed');
}
