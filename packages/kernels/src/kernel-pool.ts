import { Worker } from 'node:worker_threads';

/**
 * WebAssembly kernels on several threads that share one memory.
 *
 * Calls are synchronous: `run` returns when all of them are done. Which thread does a call is left open, so calls of one
 * `run` must not write to the same place; then results do not depend on the number of threads.
 */
export interface KernelPool {
  readonly threads: number;
  /**
   * Reserves bytes, aligned to 16, and returns their address. They are not set to zero.
   *
   * Views of the memory that were made before may be of too short a buffer; make them again.
   */
  reserve(bytes: number): number;
  /** Gives back all that has been reserved. */
  release(): void;
  /** A view of `length` values at an address that is a multiple of their size. */
  float32(address: number, length: number): Float32Array;
  float64(address: number, length: number): Float64Array;
  int32(address: number, length: number): Int32Array;
  uint8(address: number, length: number): Uint8Array;
  /**
   * Calls an exported function once for each list of arguments, spread over the threads.
   *
   * @throws {RangeError} if there is no such function, or a list has more than 14 arguments. @throws {Error} if a call traps.
   */
  run(name: string, calls: readonly (readonly number[])[]): void;
}

const PAGE = 65536;
/** 4 GB: all that 32-bit addresses reach. */
const MOST_PAGES = 65536;
/** The first page is left to the kernels' own constants. */
const FIRST_ADDRESS = PAGE;
const ALIGNMENT = 16;

/** Places of the control block, in 32-bit words: turn, threads still at work, next call, number of calls, function, trap, pages of memory. */
const TURN = 0;
const BUSY = 1;
const NEXT = 2;
const COUNT = 3;
const FUNCTION = 4;
const TRAP = 5;
const PAGES = 6;
const CONTROL_BYTES = 64;
/** What a thread says of a trap: UTF-8, zeros after it. */
const MESSAGE_BYTES = 256;
const GIVEN = CONTROL_BYTES + MESSAGE_BYTES;
const MOST_ARGUMENTS = 14;
/** Calls that are handed over at once. */
const MOST_CALLS = 4096;

/** By module, and then by number of threads. */
const pools = new Map<string, KernelPool[]>();
let threadsInUse = 1;

/**
 * Sets how many threads the kernels of this process use, the calling one included; 1 at the start. Results do not depend
 * on it.
 *
 * @throws {RangeError} if it is not an integer in [1, 256].
 */
export function setKernelThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new RangeError(`setKernelThreads: threads must be an integer in [1, 256], got ${threads}`);
  }
  threadsInUse = threads;
}

/**
 * Returns the pool of a module, started when it is first asked for with that number of threads.
 *
 * @param binary the module in base64, as `npm run build:kernels` writes it.
 * @param threads the calling one included; what {@link setKernelThreads} has set if left out. With 1, the calls of one `run`
 *   follow each other in their order.
 */
export function kernelPool(binary: string, threads: number = threadsInUse): KernelPool {
  const started = pools.get(binary) ?? [];
  pools.set(binary, started);
  started[threads] ??= startPool(binary, threads);
  return started[threads];
}

function startPool(binary: string, threads: number): KernelPool {
  const module = new WebAssembly.Module(Buffer.from(binary, 'base64'));
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MOST_PAGES, shared: true });
  const shared = new SharedArrayBuffer(GIVEN + MOST_CALLS * MOST_ARGUMENTS * 8);
  const control = new Int32Array(shared, 0, CONTROL_BYTES / 4);
  const message = new Uint8Array(shared, CONTROL_BYTES, MESSAGE_BYTES);
  const given = new Float64Array(shared, GIVEN);
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  for (let i = 1; i < threads; i++) {
    const workerData = { module, memory, shared, names, argumentCount: MOST_ARGUMENTS };
    new Worker(WORKER, { eval: true, workerData }).unref();
  }
  let top = FIRST_ADDRESS;
  const runBatch = (name: string, calls: readonly (readonly number[])[]) => {
    calls.forEach((values, i) => void given.set(values, i * MOST_ARGUMENTS));
    control[FUNCTION] = names.indexOf(name);
    control[COUNT] = calls.length;
    control[TRAP] = 0;
    control[PAGES] = memory.buffer.byteLength / PAGE;
    Atomics.store(control, NEXT, 0);
    Atomics.store(control, BUSY, threads - 1);
    Atomics.add(control, TURN, 1);
    Atomics.notify(control, TURN);
    const kernel = kernels[name] as Kernel;
    let trap: unknown = null;
    for (let i = Atomics.add(control, NEXT, 1); i < calls.length; i = Atomics.add(control, NEXT, 1)) {
      try {
        kernel(...(calls[i] as readonly number[]));
      } catch (error) {
        trap ??= error;
      }
    }
    for (let busy = Atomics.load(control, BUSY); busy > 0; busy = Atomics.load(control, BUSY)) {
      Atomics.wait(control, BUSY, busy);
    }
    if (control[TRAP] !== 0)
      trap ??= new Error(new TextDecoder().decode(message.slice()).replaceAll('\0', ''));
    if (trap !== null)
      throw new Error(`kernel "${name}" failed: ${(trap as Error).message}`, { cause: trap });
  };
  return {
    threads,
    reserve(bytes) {
      const address = top;
      top = Math.ceil((top + bytes) / ALIGNMENT) * ALIGNMENT;
      const missing = Math.ceil(top / PAGE) - memory.buffer.byteLength / PAGE;
      if (missing > 0) memory.grow(missing);
      return address;
    },
    release() {
      top = FIRST_ADDRESS;
    },
    float32: (address, length) => new Float32Array(memory.buffer, address, length),
    float64: (address, length) => new Float64Array(memory.buffer, address, length),
    int32: (address, length) => new Int32Array(memory.buffer, address, length),
    uint8: (address, length) => new Uint8Array(memory.buffer, address, length),
    run(name, calls) {
      if (!names.includes(name)) {
        throw new RangeError(`run: name must be one of ${names.join(', ')}, got "${name}"`);
      }
      const longest = calls.find((values) => values.length > MOST_ARGUMENTS);
      if (longest !== undefined) {
        throw new RangeError(`run: a call takes at most ${MOST_ARGUMENTS} arguments, got ${longest.length}`);
      }
      for (let from = 0; from < calls.length; from += MOST_CALLS)
        runBatch(name, calls.slice(from, from + MOST_CALLS));
    },
  };
}

type Kernel = (...values: number[]) => void;

/** What is used of WebAssembly, of which the types of Node know nothing. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): object;
    exports(module: object): { readonly name: string }[];
  };
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: SharedMemory } },
  ) => { readonly exports: Readonly<Record<string, Kernel>> };
  readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedMemory;
};

interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): void;
}

/** What a thread does: it waits for a turn, takes calls while there are any, and says that it is done. */
const WORKER = `
const { workerData } = require('node:worker_threads');
const { module, memory, shared, names, argumentCount } = workerData;
const control = new Int32Array(shared, 0, ${CONTROL_BYTES / 4});
const message = new Uint8Array(shared, ${CONTROL_BYTES}, ${MESSAGE_BYTES});
const given = new Float64Array(shared, ${GIVEN});
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
let turn = 0;
for (;;) {
  // What wakes it may be a notification that came late, of a turn that is over: only the number tells.
  while (Atomics.load(control, ${TURN}) === turn) Atomics.wait(control, ${TURN}, turn);
  turn = Atomics.load(control, ${TURN});
  const kernel = kernels[names[control[${FUNCTION}]]];
  const count = control[${COUNT}];
  // A thread that was not asleep while the memory grew may not have heard of it: growing by nothing tells it.
  if (memory.buffer.byteLength < control[${PAGES}] * ${PAGE}) memory.grow(0);
  for (let i = Atomics.add(control, ${NEXT}, 1); i < count; i = Atomics.add(control, ${NEXT}, 1)) {
    try {
      kernel(...given.subarray(i * argumentCount, (i + 1) * argumentCount));
    } catch (error) {
      new TextEncoder().encodeInto(String(error), message.fill(0));
      control[${TRAP}] = 1;
    }
  }
  if (Atomics.sub(control, ${BUSY}, 1) === 1) Atomics.notify(control, ${BUSY});
}
`;
