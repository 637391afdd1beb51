import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { PeerResult } from './benchmark.js';

/** What starts a peer. */
export interface PeerCommand {
  /** Interpreter, such as `/usr/bin/python3`. */
  readonly interpreter: string;
  /** Absolute path of the script. */
  readonly script: string;
  /** Given to the script as its only argument, in JSON. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly threads: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** One run of a peer. */
export interface PeerRun {
  /** Of one repetition. */
  readonly seconds: number;
  readonly result: PeerResult;
}

/** A process that has its arrays in memory and runs when told to. */
export interface Peer {
  /** Version by module. */
  readonly versions: Readonly<Record<string, string>>;
  /** @throws {Error} with the last line of its stderr, if the process ends. */
  run(repetitions: number): Promise<PeerRun>;
  stop(): void;
}

/** The peer cannot run here: no interpreter, or a module is missing. */
export class PeerMissingError extends Error {
  override readonly name = 'PeerMissingError';
}

/** Set on some machines, and slow on others: a peer runs at its best without them. */
const REMOVED = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];
const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'LOKY_MAX_CPU_COUNT',
];

/** glibc keeps freed memory: otherwise large arrays cost PyTorch a page fault for each 4 kB, again and again. */
const KEPT_MEMORY = { MALLOC_TRIM_THRESHOLD_: '8589934592', MALLOC_MMAP_THRESHOLD_: '8589934592' };

/** Threads that have nothing to do sleep: as they come, they wait in a busy loop, and take the cores from each other. */
const SLEEPING_THREADS = { OMP_WAIT_POLICY: 'PASSIVE' };

/**
 * The environment of a peer, in which it runs at its best: threads are set and sleep when idle, memory is kept, and
 * variables that bind OpenBLAS to a kernel are gone.
 */
export function peerEnvironment(given: NodeJS.ProcessEnv, threads: number): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...given,
    ...KEPT_MEMORY,
    ...SLEEPING_THREADS,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  for (const name of REMOVED) delete environment[name];
  for (const name of THREAD_VARIABLES) environment[name] = String(threads);
  return environment;
}

/**
 * Starts a peer and waits until it has loaded its arrays.
 *
 * The script writes JSON lines: `{"missing": module}` and ends, or `{"versions": {…}}`; then for each line of stdin,
 * the number of repetitions, `{"seconds": of one, "result": {…}}`.
 *
 * @throws {PeerMissingError} if there is no such interpreter or the script lacks a module.
 * @throws {Error} with the last line of its stderr, if it fails otherwise.
 */
export async function startPeer(command: PeerCommand): Promise<Peer> {
  const { interpreter, script, input, threads } = command;
  const child = spawn(interpreter, [script, JSON.stringify({ ...input, threads })], {
    env: peerEnvironment(command.environment, threads),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const answer = listen(child, interpreter);
  const first = (await answer()) as { missing?: string; versions?: Record<string, string> };
  if (first.missing !== undefined) {
    child.kill();
    throw new PeerMissingError(`Python module ${first.missing} is missing`);
  }
  return {
    versions: first.versions ?? {},
    run(repetitions) {
      child.stdin?.write(`${repetitions}\n`);
      return answer() as Promise<PeerRun>;
    },
    stop() {
      child.kill();
    },
  };
}

/** Returns a function that waits for the next JSON line of a process. */
function listen(child: ChildProcess, interpreter: string): () => Promise<unknown> {
  const lines: string[] = [];
  let complaint = '';
  let end: Error | null = null;
  let wake: () => void = () => undefined;
  const finish = (error: Error) => {
    end ??= error;
    wake();
  };
  child.stderr?.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-4096);
  });
  child.stdin?.on('error', () => undefined);
  child.on('error', ({ message }) => finish(new PeerMissingError(`${interpreter} cannot run: ${message}`)));
  child.on('close', (code, signal) => {
    const reason = complaint.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`;
    finish(new Error(`the peer failed: ${reason}`));
  });
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  output.on('line', (line) => {
    if (!line.startsWith('{')) return;
    lines.push(line);
    wake();
  });
  return async () => {
    while (lines.length === 0) {
      if (end !== null) throw end;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return JSON.parse(lines.shift() as string);
  };
}
