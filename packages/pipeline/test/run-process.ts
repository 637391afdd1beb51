import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { RunSettings, StageName } from '../src/index.js';

const SCRIPT = fileURLToPath(new URL('process-run.mjs', import.meta.url));

/** What `process-run.mjs` is asked for. */
export interface ProcessOrder {
  /** Path of the configuration. */
  readonly config: string;
  readonly settings?: readonly string[];
  readonly resume?: boolean;
  readonly force?: RunSettings['force'];
  /** User to run as, where the process may choose. */
  readonly user?: number;
  readonly kill?: Kill;
}

/** When the process kills itself: before the `renames`th renaming after an event, or with 0 at once. */
export interface Kill {
  readonly event: 'stage-start' | 'stage-end';
  readonly round: number;
  readonly stage: StageName;
  readonly renames: number;
}

/** What became of it. */
export interface ProcessEnd {
  readonly signal: NodeJS.Signals | null;
  readonly failedInputs?: number;
  readonly error?: string;
  readonly message?: string;
}

/**
 * Runs the built pipeline in a process of its own and waits for its end.
 *
 * @throws {Error} if the process fails in another way than told.
 */
export function runInProcess(order: ProcessOrder): ProcessEnd {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, argumentsOf(order), {
    encoding: 'utf8',
  });
  return endOf(status, signal, stdout, stderr);
}

/** The same, while others run. */
export async function runBeside(order: ProcessOrder): Promise<ProcessEnd> {
  const child = spawn(process.execPath, argumentsOf(order), { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status, signal] = await once(child, 'close');
  const [stdout, stderr] = await output;
  return endOf(status, signal, stdout, stderr);
}

function argumentsOf(order: ProcessOrder): string[] {
  return [SCRIPT, JSON.stringify(order)];
}

function endOf(
  status: number | null,
  signal: NodeJS.Signals | null,
  stdout: string,
  stderr: string,
): ProcessEnd {
  if (signal !== null) return { signal };
  if (status !== 0) throw new Error(`the process ended with ${status}: ${stderr}`);
  return { signal, ...JSON.parse(stdout) };
}
