import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { ExitCode } from './exit-codes.js';
import type { Shell } from './shell.js';

type Positionals = Readonly<Record<string, PositionalOptions>>;
type OptionTable = Readonly<Record<string, Options>>;

/** A command with its options, told apart from others only by what it does. */
export interface Command {
  /** As yargs reads it, e.g. `run [config]`. */
  readonly usage: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  readonly positionals: Positionals;
  readonly options: OptionTable;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Codes besides 2. */
  readonly exitCodes: readonly ExitCode[];
  readonly run: (values: Record<string, unknown>, shell: Shell) => Promise<ExitCode>;
}

/** A command that only leads to others, such as `config`. */
export interface CommandGroup {
  readonly usage: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

interface CommandDefinition<P extends Positionals, O extends OptionTable>
  extends Omit<Command, 'positionals' | 'options' | 'run'> {
  readonly positionals: P;
  readonly options: O;
  readonly run: (values: InferredOptionTypes<P> & InferredOptionTypes<O>, shell: Shell) => Promise<ExitCode>;
}

/** Lets `run` see its values with the types that its positionals and options give them. */
export function defineCommand<const P extends Positionals, const O extends OptionTable>(
  definition: CommandDefinition<P, O>,
): Command {
  return {
    ...definition,
    run: (values, shell) => definition.run(values as InferredOptionTypes<P> & InferredOptionTypes<O>, shell),
  };
}
