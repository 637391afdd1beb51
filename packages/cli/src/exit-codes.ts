/** Exit codes of the command. */
export const EXIT = {
  done: 0,
  failure: 1,
  usage: 2,
  noInput: 3,
  someInputsFailed: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, as the help texts list them. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failure',
  2: 'usage or configuration',
  3: 'no usable input',
  4: 'done, but some inputs failed',
  130: 'interrupted',
};

/** The command line asks for something that does not exist or does not fit together. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** By name, so that a usage error is told without loading the packages that compute. */
const CODE_BY_NAME: Readonly<Record<string, ExitCode>> = {
  UsageError: EXIT.usage,
  ConfigError: EXIT.usage,
  RunExistsError: EXIT.usage,
  PendingAddError: EXIT.usage,
  OperationError: EXIT.usage,
  InputError: EXIT.noInput,
};

/** Returns the exit code of an error by its class or, failing that, by the class of what caused it. */
export function exitCodeOf(error: unknown): ExitCode {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = CODE_BY_NAME[at.name];
    if (code !== undefined) return code;
  }
  return EXIT.failure;
}
