import { UsageError } from './command-line.js';

/** A command of this package. */
export interface Command<Values> {
  /** What its errors begin with. */
  readonly name: string;
  /** Reads the command line; a text is printed, and then nothing is run. */
  parse(args: readonly string[]): Promise<Values | string>;
  /** Returns the exit code. */
  run(values: Values, signal: AbortSignal): Promise<number>;
  /** Said when it is interrupted. */
  readonly stopped?: string;
}

/** What a command is told and heard by; a process is one. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  once(event: 'SIGINT', listener: () => void): unknown;
}

/**
 * Runs a command until it is done, fails, or is interrupted, and says on standard error what went wrong.
 *
 * @param args the command line without the command.
 * @returns the exit code: its own, 130 if it was interrupted, 2 for wrong usage or configuration, 3 for unreadable input,
 *   otherwise 1.
 */
export async function runCommand<Values>(
  args: readonly string[],
  { name, parse, run, stopped = '' }: Command<Values>,
  terminal: Terminal = process,
): Promise<number> {
  const interruption = new AbortController();
  terminal.once('SIGINT', () => interruption.abort());
  try {
    const values = await parse(args);
    if (typeof values !== 'string') return await run(values, interruption.signal);
    terminal.stdout.write(values);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) {
      terminal.stderr.write(stopped);
      return 130;
    }
    terminal.stderr.write(`\n${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.GANSCOUT_DEBUG === '1') console.error(error);
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  const kind = error instanceof Error ? error.name : '';
  if (error instanceof UsageError || kind === 'ConfigError') return 2;
  return kind === 'InputError' ? 3 : 1;
}
