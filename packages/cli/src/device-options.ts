import type { ComputingOptions } from '@ganscout/pipeline';
import { UsageError } from './exit-codes.js';

/** The options that say where a network runs. */
export const DEVICE_OPTIONS = {
  threads: {
    type: 'string',
    requiresArg: true,
    default: 'auto',
    describe: 'Threads, or auto for as many as there are cores',
  },
  device: {
    type: 'string',
    requiresArg: true,
    choices: ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'],
    default: 'cpu',
    describe: 'Where the network runs',
  },
} as const;

/** @throws {UsageError} if the threads are no count, or the machine cannot use the device. */
export async function readDevice({
  threads,
  device,
}: {
  readonly threads: string;
  readonly device: string;
}): Promise<ComputingOptions> {
  const { openDevice } = await import('@ganscout/autodiff');
  if (threads !== 'auto' && !/^[1-9]\d{0,2}$/.test(threads)) {
    throw new UsageError(`--threads must be auto or a number from 1 to 999, got ${threads}`);
  }
  try {
    return { threads: threads === 'auto' ? threads : Number(threads), device: await openDevice(device) };
  } catch (cause) {
    throw new UsageError(`--${(cause as Error).message}`);
  }
}
