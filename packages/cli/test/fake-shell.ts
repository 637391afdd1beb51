import { runCli } from '../src/run-cli.js';
import type { Shell } from '../src/shell.js';

/** A shell whose output is kept, with a clock that is set by hand. */
export interface FakeShell extends Shell {
  readonly out: () => string;
  readonly err: () => string;
  time: number;
}

export interface FakeShellOptions {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly env?: Record<string, string>;
  readonly workingDirectory?: string;
  readonly signal?: AbortSignal;
}

export function createFakeShell(options: FakeShellOptions = {}): FakeShell {
  const { isTTY = false, columns = 80, env = {}, workingDirectory = process.cwd() } = options;
  const texts = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    isTTY,
    columns,
    write(text: string) {
      texts[name] += text;
    },
  });
  const shell: FakeShell = {
    stdout: stream('out'),
    stderr: stream('err'),
    env,
    workingDirectory,
    now: () => shell.time,
    signal: options.signal ?? new AbortController().signal,
    out: () => texts.out,
    err: () => texts.err,
    time: 0,
  };
  return shell;
}

/** Runs the command in this process. */
export async function ganscout(args: readonly string[], options: FakeShellOptions = {}) {
  const shell = createFakeShell(options);
  const code = await runCli(args, '1.2.3', shell);
  return { code, out: shell.out(), err: shell.err() };
}
