import { defineCommand } from '../command.js';
import { CONFIG_OPTIONS, CONFIG_POSITIONAL, readConfig } from '../config-arguments.js';
import { formatJson } from '../escape-text.js';
import { EXIT } from '../exit-codes.js';
import { createProgress } from '../progress.js';
import { tableWidth } from '../shell.js';
import { formatTable } from '../tables.js';

/** `ganscout plan`: which stages would run, and why. */
export const planCommand = defineCommand({
  usage: 'plan [config]',
  summary: 'Say which stages would run, and why',
  positionals: CONFIG_POSITIONAL,
  options: {
    ...CONFIG_OPTIONS,
    json: { type: 'boolean', default: false, describe: 'Print one line of JSON a stage' },
  },
  examples: [['ganscout plan --set merge.connection=chained', 'see what a change would cost']],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.interrupted],
  async run(values, shell) {
    const config = await readConfig(values, shell.workingDirectory);
    const { planRun } = await import('@ganscout/pipeline');
    const progress = createProgress(shell);
    const stages = await planRun(config, { signal: shell.signal, listener: progress.listener }).finally(() =>
      progress.close(),
    );
    if (values.json) {
      for (const stage of stages) shell.stdout.write(`${formatJson(stage)}\n`);
      return EXIT.done;
    }
    shell.stdout.write(
      formatTable(
        [
          { title: 'round', align: 'right' },
          { title: 'stage' },
          { title: 'action' },
          { title: 'reason', keep: 'start' },
        ],
        stages.map(({ round, stage, kept, reason }) => [String(round), stage, kept ? 'keep' : 'run', reason]),
        tableWidth(shell.stdout),
      ),
    );
    return EXIT.done;
  },
});
