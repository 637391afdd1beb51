import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('preload.mjs', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../../cli/bin/ganscout.js', import.meta.url));

/** What is to go wrong in a process; preload.mjs says what each means. */
export type Fault = { readonly journal?: string } & (
  | { readonly kind: 'none' | 'clock' }
  | { readonly kind: 'count'; readonly file: string }
  | { readonly kind: 'kill'; readonly call: number }
  | { readonly kind: 'full'; readonly bytes: number }
  | { readonly kind: 'vanish'; readonly file: string; readonly opening: number; readonly counter: string }
  | { readonly kind: 'user'; readonly user: number }
);

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
}

export interface CommandSettings {
  readonly fault?: Fault;
  /** Milliseconds after which the process is killed. */
  readonly killAfter?: number;
}

/** Runs the built command in a process of its own and waits for its end. */
export async function ganscout(
  args: readonly string[],
  { fault = { kind: 'none' }, killAfter }: CommandSettings = {},
): Promise<CommandEnd> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', PRELOAD, COMMAND, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GANSCOUT_FAULT: JSON.stringify(fault) },
  });
  const timer = killAfter === undefined ? null : setTimeout(() => child.kill('SIGKILL'), killAfter);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await once(child, 'close');
  if (timer !== null) clearTimeout(timer);
  const [out, err] = await output;
  return { code, signal, out, err, milliseconds: performance.now() - begun };
}

/** The same for a command that must succeed. @throws {Error} with what it said if it does not. */
export async function ganscoutOrFail(
  args: readonly string[],
  settings: CommandSettings = {},
): Promise<CommandEnd> {
  const end = await ganscout(args, settings);
  if (end.code === 0) return end;
  throw new Error(`ganscout ${args.join(' ')} ended with ${end.code ?? end.signal}: ${end.err}`);
}
