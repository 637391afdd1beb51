import { resolve } from 'node:path';
import { defineCommand } from '../command.js';
import { escapeText } from '../escape-text.js';
import { EXIT } from '../exit-codes.js';
import { formatCount } from '../tables.js';

/** `ganscout export`: writes a case as tables. */
export const exportCommand = defineCommand({
  usage: 'export <case>',
  summary: 'Write assignments, sources and history of a case as tables',
  positionals: { case: { type: 'string', demandOption: true, describe: "A case, or a run's directory" } },
  options: {
    output: { type: 'string', demandOption: true, requiresArg: true, describe: 'Folder for the tables' },
    format: {
      choices: ['csv', 'jsonl'] as const,
      default: 'csv' as const,
      describe: 'csv for spreadsheets, in which no text runs as a formula; jsonl for programs',
    },
    force: { type: 'boolean', default: false, describe: 'Replace files of an earlier export' },
  },
  examples: [
    ['ganscout export runs/default --output tables', 'assignments.csv, sources.csv, history.csv'],
    ['ganscout export runs/default --output tables --format jsonl', 'the same for programs'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput],
  async run({ output, format, force, ...values }, shell) {
    const { exportCase } = await import('@ganscout/cases');
    const { workingDirectory } = shell;
    const settings = { output: resolve(workingDirectory, output), format, force };
    const { files } = exportCase(resolve(workingDirectory, values.case), settings);
    const counts = Object.entries(files).map(([name, rows]) => `${name} (${formatCount(rows, 'row')})`);
    shell.stdout.write(`${escapeText(`${counts.join(', ')} and export.json are in ${output}`)}\n`);
    return EXIT.done;
  },
});
