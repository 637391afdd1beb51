import { digestOf, type FileContent } from '@ganscout/storage';
import type { Listener } from './events.js';
import { createStageRunner, type StageRunner } from './stage-runner.js';
import type { StageKey, StageOutput, StageWriter } from './stage-store.js';

/** Files of stages that were done, by what decided them. */
export type KeptStages = Map<string, StageOutput>;

/**
 * A stage runner without a directory: the files of a stage live as long as its result, or as `kept`.
 *
 * @param kept stages in it are not done again, those that are done are added; without it every stage is done.
 */
export function createMemoryRunner(
  listener: Listener,
  signal: AbortSignal,
  clock: () => number,
  kept: KeptStages | null = null,
): StageRunner {
  const nameOf = (key: StageKey) => digestOf(JSON.stringify(key));
  const store = {
    state: (key: StageKey) =>
      kept?.has(nameOf(key))
        ? { kept: true, reason: 'done before, in memory' }
        : { kept: false, reason: 'done in memory' },
    open: (key: StageKey): StageOutput => {
      const output = kept?.get(nameOf(key));
      if (output === undefined) throw new Error(`stage "${key.stage}" of round ${key.round} is not kept`);
      return output;
    },
    async write(key: StageKey, compute: (writer: StageWriter) => Promise<void>): Promise<StageOutput> {
      const output = await writeInMemory(key, compute);
      kept?.set(nameOf(key), output);
      return output;
    },
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
