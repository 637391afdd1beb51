import { digestOf, type FileContent } from '@ganscout/storage';
import type { Listener } from './events.js';
import { createStageRunner, type StageRunner } from './stage-runner.js';
import type { StageKey, StageOutput, StageWriter } from './stage-store.js';

/** A stage runner that keeps nothing: every stage is done, and its files live as long as its result. */
export function createMemoryRunner(
  listener: Listener,
  signal: AbortSignal,
  clock: () => number,
): StageRunner {
  const store = {
    state: () => ({ kept: false, reason: 'done in memory' }),
    open: ({ stage, round }: StageKey): StageOutput => {
      throw new Error(`stage "${stage}" of round ${round} is not kept`);
    },
    write: writeInMemory,
  };
  return createStageRunner(store, listener, signal, clock);
}

/** Computes a stage whose files live as long as what is returned. */
export async function writeInMemory(
  { stage, round }: Pick<StageKey, 'stage' | 'round'>,
  compute: (writer: StageWriter) => Promise<void>,
): Promise<StageOutput> {
  const files = new Map<string, Uint8Array>();
  const read = (name: string): Uint8Array => {
    const content = files.get(name);
    if (content === undefined) throw new Error(`stage "${stage}" of round ${round} has no file ${name}`);
    return content;
  };
  const has = (name: string) => files.has(name);
  const write = (name: string, content: FileContent) => void files.set(name, bytesOf(content));
  const remove = (name: string) => void files.delete(name);
  await compute({ has, read, write, remove });
  const names = [...files.keys()].sort();
  const digests = Object.fromEntries(names.map((name) => [name, digestOf(read(name))]));
  return { digest: digestOf(JSON.stringify(digests)), files: names, has, read };
}

/** All bytes of a file in one array, which is a copy of what came in parts. */
function bytesOf(content: FileContent): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : Buffer.concat([...content].map(bytesOf));
}
