import { type MeasuredProcess, type ProcessCommand, startMeasuredProcess } from './measured-process.js';

/** What starts a peer. */
export interface PeerCommand extends Omit<ProcessCommand, 'name'> {
  readonly threads: number;
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

/** Starts a peer in its environment, its threads among its input, as {@link startMeasuredProcess} does. */
export function startPeer(command: PeerCommand): Promise<MeasuredProcess> {
  const { input, threads } = command;
  const environment = peerEnvironment(command.environment, threads);
  return startMeasuredProcess({ ...command, name: 'the peer', input: { ...input, threads }, environment });
}
