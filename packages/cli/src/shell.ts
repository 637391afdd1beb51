/** Where text goes; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command sees of the world around it. */
export interface Shell {
  /** For data only. */
  readonly stdout: OutputStream;
  /** For progress, warnings and errors. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Milliseconds; differences count. */
  readonly now: () => number;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Columns to fit tables into: those of the terminal, or no limit where the text goes to a file or a pipe. */
export function tableWidth(stream: OutputStream): number {
  return stream.isTTY === true ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY;
}

/** Whether a line can be rewritten in place. */
export function isLiveTerminal({ stderr, env }: Pick<Shell, 'stderr' | 'env'>): boolean {
  return stderr.isTTY === true && env.TERM !== 'dumb';
}

/** Whether to color text; never if NO_COLOR is set to anything but the empty string (https://no-color.org). */
export function hasColor(stream: OutputStream, env: Shell['env']): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
}

const COLORS = { green: 32, yellow: 33, red: 31, cyan: 36 } as const;

/** Text in a color if `on`. */
export function paint(text: string, color: keyof typeof COLORS, on: boolean): string {
  return on ? `\x1b[${COLORS[color]}m${text}\x1b[39m` : text;
}

/** A word as a POSIX shell reads it back. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
