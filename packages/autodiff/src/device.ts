import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { createGraph } from './graph.js';
import { neg } from './operators/elementwise.js';

/** Where a model may run. */
export const DEVICES = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;

export type Device = (typeof DEVICES)[number];

/** The devices that the installed onnxruntime was built for; whether the machine has one shows when a model is loaded. */
export function builtInDevices(): Device[] {
  const names = new Set(listSupportedBackends().map(({ name }) => name));
  return DEVICES.filter((device) => names.has(device));
}

/** @returns the name, checked. @throws {RangeError} if it is not known, or the installed onnxruntime was not built for it. */
export function checkDevice(name: string): Device {
  const device = DEVICES.find((known) => known === name);
  if (device === undefined) throw new RangeError(`device must be one of ${DEVICES.join(', ')}, got ${name}`);
  const present = builtInDevices();
  if (present.includes(device)) return device;
  throw new RangeError(
    `device must be one that the installed onnxruntime-node was built for (${present.join(', ')} on ${process.platform} ${process.arch}), got ${device}`,
  );
}

/**
 * Loads a model of one operator on a device, to see whether the machine has it.
 *
 * @returns the name, checked. @throws {RangeError} as {@link checkDevice}, or if the device cannot be used, with the reason.
 */
export async function openDevice(name: string): Promise<Device> {
  const device = checkDevice(name);
  if (device === 'cpu') return device;
  const graph = createGraph();
  graph.output('y', neg(graph.input('x', [1])));
  try {
    const session = await InferenceSession.create(graph.encode(), { executionProviders: [device] });
    await session.release();
    return device;
  } catch (cause) {
    const reason = (cause as Error).message.trim();
    throw new RangeError(
      `device must be one that this machine can use, got ${device}: ${reason}. Install its drivers and libraries, or choose cpu`,
      { cause },
    );
  }
}
