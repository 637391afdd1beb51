import yargs, { type ArgumentsCamelCase, type InferredOptionTypes, type Options } from 'yargs';

/** The command line asks for something that does not exist or does not fit together. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command line may hold. */
export interface CommandLine<Named extends Readonly<Record<string, Options>>> {
  /** How the command is called. */
  readonly script: string;
  /** What the help begins with; `$0` stands for `script`. */
  readonly usage: string;
  readonly options: Named;
  /** Whether words that belong to no option are allowed. */
  readonly takesWords: boolean;
}

/** What has been read; `_` holds the words that belong to no option. */
export type CommandLineValues<Named extends Readonly<Record<string, Options>>> = ArgumentsCamelCase<
  Omit<object, keyof Named> & InferredOptionTypes<Named>
>;

/** Checks an option. @throws {UsageError} if it is no integer of at least `least`. */
export function checkInteger(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UsageError(`--${name} must be an integer of at least ${least}, got ${value}`);
}

/**
 * Reads a command line: an option that takes several values is repeated.
 *
 * @returns the values, or a text to print where help is asked for.
 * @throws {UsageError} if an option is unknown or lacks its value, or there are words where none are allowed.
 */
export async function parseCommandLine<const Named extends Readonly<Record<string, Options>>>(
  args: readonly string[],
  { script, usage, options, takesWords }: CommandLine<Named>,
): Promise<CommandLineValues<Named> | string> {
  let text = '';
  const parser = yargs([])
    .scriptName(script)
    .usage(usage)
    .locale('en')
    .parserConfiguration({ 'greedy-arrays': false, 'boolean-negation': false })
    .options(options)
    .exitProcess(false)
    .version(false)
    .fail((message, error) => {
      throw new UsageError(message ?? error.message);
    });
  const strict = takesWords ? parser.strictOptions() : parser.strict();
  const values = await strict.parseAsync([...args], {}, (_error: unknown, _argv: unknown, output: string) => {
    text += output;
  });
  return text === '' ? values : `${text}\n`;
}
