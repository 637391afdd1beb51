import { defineCommand } from '../command.js';
import { formatJson } from '../escape-text.js';
import { EXIT } from '../exit-codes.js';
import { FIGURE_NOTE, formatFigures } from '../figure-table.js';
import { tableWidth } from '../shell.js';

/** `ganscout evaluate`: scores a finished run against true sources. */
export const evaluateCommand = defineCommand({
  usage: 'evaluate <run>',
  summary: 'Score a run against the true sources of its images',
  positionals: { run: { type: 'string', demandOption: true, describe: "The run's directory" } },
  options: {
    truth: {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'Table with the columns path and source',
    },
    seed: { type: 'number', requiresArg: true, describe: 'Seed of the bootstrap intervals' },
    json: { type: 'boolean', default: false, describe: 'Print all figures as JSON' },
  },
  examples: [['ganscout evaluate runs/default --truth truth.csv', 'purity, NMI and the other figures']],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput],
  async run({ run, truth, seed, json }, shell) {
    const { evaluateRun } = await import('@ganscout/pipeline');
    const evaluation = await evaluateRun(run, truth, seed === undefined ? {} : { seed });
    const { matched, total, figures, intervals } = evaluation;
    shell.stdout.write(
      json
        ? `${formatJson(evaluation)}\n`
        : `${matched} of ${total} images have a true source.\n\n` +
            formatFigures([{ title: 'value', figures, intervals }], tableWidth(shell.stdout)) +
            FIGURE_NOTE,
    );
    return EXIT.done;
  },
});
