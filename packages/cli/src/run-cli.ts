import { addCommand } from './commands/add.js';
import { benchCommand } from './commands/bench.js';
import { classifyCommand } from './commands/classify.js';
import { configCommand } from './commands/config.js';
import { demoCommand } from './commands/demo.js';
import { diffCommand } from './commands/diff.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { historyCommand } from './commands/history.js';
import { identifyCommand } from './commands/identify.js';
import { planCommand } from './commands/plan.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { sourcesCommand } from './commands/sources.js';
import { trainCommand } from './commands/train.js';
import { verifyCommand } from './commands/verify.js';
import { whyCommand } from './commands/why.js';
import { formatError } from './error-text.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { parseArguments } from './parse-arguments.js';
import type { Shell } from './shell.js';

const COMMANDS = [
  runCommand,
  planCommand,
  identifyCommand,
  addCommand,
  sourcesCommand,
  whyCommand,
  historyCommand,
  diffCommand,
  reportCommand,
  exportCommand,
  verifyCommand,
  evaluateCommand,
  benchCommand,
  trainCommand,
  classifyCommand,
  explainCommand,
  configCommand,
  doctorCommand,
  demoCommand,
];

/** Help texts are wrapped at the terminal's width, but not wider than this. */
const WIDEST_HELP = 100;

/**
 * Does what the command line asks for and returns the exit code; errors are told on stderr, none is thrown.
 *
 * @param args without the names of the runtime and the program.
 */
export async function runCli(args: readonly string[], version: string, shell: Shell): Promise<ExitCode> {
  try {
    const width = Math.min(WIDEST_HELP, shell.stdout.columns ?? 80);
    const request = await parseArguments(args, { commands: COMMANDS, version, width });
    if (request.kind === 'command') return await request.command.run(request.values, shell);
    shell.stdout.write(request.text);
    return EXIT.done;
  } catch (error) {
    if (shell.signal.aborted) {
      shell.stderr.write('Stopped.\n');
      return EXIT.interrupted;
    }
    shell.stderr.write(formatError(error, shell.env.GANSCOUT_DEBUG === '1'));
    return exitCodeOf(error);
  }
}
