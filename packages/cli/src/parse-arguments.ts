import yargs, { type Argv } from 'yargs';
import type { Command, CommandGroup } from './command.js';
import { EXIT_MEANINGS, UsageError } from './exit-codes.js';
import { nearestWord } from './nearest-word.js';

/** What the command line asks for: text to print, or a command with its values. */
export type Request =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command; readonly values: Record<string, unknown> };

/** What the parser has to know of the program. */
export interface Program {
  readonly commands: readonly (Command | CommandGroup)[];
  readonly version: string;
  /** Columns that help texts are wrapped at. */
  readonly width: number;
}

const GLOBAL_OPTIONS = ['help', 'version'];

/**
 * Reads the command line.
 *
 * @param args without the names of the runtime and the program.
 * @throws {UsageError} if it names what does not exist, with the nearest name that does.
 */
export async function parseArguments(args: readonly string[], program: Program): Promise<Request> {
  let request: Request | null = null;
  let text = '';
  let group: CommandGroup | null = null;
  const select = (command: Command) => (values: Record<string, unknown>) => {
    request = { kind: 'command', command, values: checkValues(command, values, args) };
  };
  const parser = configureParser(program);
  for (const entry of program.commands) {
    if ('commands' in entry) {
      parser.command(entry.usage, entry.summary, (y) => {
        group = entry;
        for (const command of entry.commands) attach(y, command, select(command));
        return y.demandCommand(
          1,
          `name one of ${entry.commands.map(nameOf).join(', ')} after ${nameOf(entry)}`,
        );
      });
    } else {
      attach(parser, entry, select(entry));
    }
  }
  parser.completion('completion', 'Print a completion script for bash, or zsh where SHELL names it');
  parser.fail((message, error) => {
    throw error instanceof UsageError ? error : explain(message ?? error.message, args, group ?? program);
  });
  await parser.parseAsync(
    withPathsAfterDashes(args),
    {},
    (_error: unknown, _argv: unknown, output: string) => {
      text += output;
    },
  );
  return request ?? { kind: 'text', text: text === '' ? '' : `${text}\n` };
}

function configureParser({ version, width, commands }: Program): Argv {
  return yargs([])
    .scriptName('ganscout')
    .usage(
      'ganscout COMMAND\n\nNames the images of known sources and discovers the generators nobody has labelled.',
    )
    .locale('en')
    .parserConfiguration({
      'greedy-arrays': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'boolean-negation': false,
    })
    .strict()
    .exitProcess(false)
    .demandCommand(1, `name a command: ${commands.map(nameOf).join(', ')}; ganscout --help says what they do`)
    .example('ganscout demo', 'see it work')
    .example('ganscout run', 'run pipeline.yaml')
    .epilogue(`Exit codes: ${formatExitCodes(Object.keys(EXIT_MEANINGS).map(Number))}`)
    .help()
    .version(version)
    .wrap(width);
}

function attach(parser: Argv, command: Command, select: (values: Record<string, unknown>) => void): void {
  parser.command(
    command.usage,
    command.summary,
    (y) => {
      for (const [name, positional] of Object.entries(command.positionals)) y.positional(name, positional);
      for (const [example, meaning] of command.examples) y.example(example, meaning);
      return y
        .options(command.options)
        .demandCommand(0)
        .epilogue(`Exit codes: ${formatExitCodes([...command.exitCodes, 2])}`);
    },
    select,
  );
}

function formatExitCodes(codes: readonly number[]): string {
  const sorted = [...new Set(codes)].sort((a, b) => a - b);
  return sorted.map((code) => `${code} ${EXIT_MEANINGS[code as keyof typeof EXIT_MEANINGS]}`).join('; ');
}

function nameOf({ usage }: { readonly usage: string }): string {
  return usage.split(' ')[0] as string;
}

/** What follows `--` is taken as file names, also if it begins with a dash. */
function withPathsAfterDashes(args: readonly string[]): string[] {
  const dashes = args.indexOf('--');
  if (dashes === -1) return [...args];
  const paths = args.slice(dashes + 1).map((path) => (path.startsWith('-') ? `./${path}` : path));
  return [...args.slice(0, dashes), ...paths];
}

/** An option that takes one value must stand once; yargs would make a list of it. */
function checkValues(command: Command, values: Record<string, unknown>, args: readonly string[]) {
  for (const [name, { array, type }] of Object.entries(command.options)) {
    if (array !== true && Array.isArray(values[name])) {
      throw new UsageError(
        `--${name} takes one value, got ${args.filter((arg) => isOption(arg, name)).length}`,
      );
    }
    if (type === 'number' && Number.isNaN(values[name])) throw new UsageError(`--${name} must be a number`);
  }
  return values;
}

function isOption(arg: string, name: string): boolean {
  return arg === `--${name}` || arg.startsWith(`--${name}=`);
}

/** Turns yargs' words into an error that names the nearest command or option. */
function explain(message: string, args: readonly string[], place: Program | CommandGroup): UsageError {
  const [, list] = /^Unknown (?:argument|command)s?: (.*)$/.exec(message) ?? [];
  if (list === undefined) return new UsageError(rephrase(message, commandAt(args, place)));
  const unknown = list.split(', ').map((name) => explainUnknown(name, args, place));
  return new UsageError(unknown.join('\n'));
}

/** The command that the words name, if any. */
function commandAt(
  args: readonly string[],
  place: Program | CommandGroup,
): Command | CommandGroup | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const word = words['version' in place ? 0 : 1];
  return place.commands.find((entry) => nameOf(entry) === word);
}

/** Says in the words of the help texts what yargs says in its own. */
function rephrase(message: string, command: Command | CommandGroup | undefined): string {
  const [, option] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  if (option !== undefined) return `--${option} needs a value`;
  const [, missing] = /^Missing required arguments?: (.*)$/.exec(message) ?? [];
  if (missing !== undefined) return `missing ${missing.replaceAll(/[^ ,]+/g, '--$&')}; see --help`;
  if (message.startsWith('Not enough non-option arguments') && command !== undefined) {
    return `too few arguments: expected ganscout ${command.usage}`;
  }
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function explainUnknown(name: string, args: readonly string[], place: Program | CommandGroup): string {
  const command = commandAt(args, place);
  const written = args.find(
    (arg) => isOption(arg, name) || (name.length === 1 && arg.startsWith(`-${name}`)),
  );
  if (written !== undefined) {
    const options = command === undefined || 'commands' in command ? [] : Object.keys(command.options);
    const nearest = nearestWord(name, [...options, ...GLOBAL_OPTIONS]);
    const hint = nearest === null ? 'see --help' : `did you mean --${nearest}?`;
    return `unknown option ${written.split('=')[0]}; ${hint}`;
  }
  if (command !== undefined) return `unexpected argument "${name}"; see ganscout ${nameOf(command)} --help`;
  const names = [...place.commands.map(nameOf), ...('version' in place ? ['completion'] : [])];
  const nearest = nearestWord(name, names);
  return `unknown command "${name}"; ${nearest === null ? `the commands are ${names.join(', ')}` : `did you mean ${nearest}?`}`;
}
