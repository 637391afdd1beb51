import { resolve } from 'node:path';
import { defineCommand } from '../command.js';
import { escapeText } from '../escape-text.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { formatCount } from '../tables.js';

/** Named here too, so that the help does not load what writes them. */
const FORMATS = [
  'csv',
  'jsonl',
  'parquet',
  'npy',
  'imagefolder',
  'projector',
  'fiftyone',
  'label-studio',
  'spotlight',
] as const;

/** Options that one format alone has. */
const FORMAT_OF = {
  features: 'parquet',
  link: 'imagefolder',
  points: 'projector',
  seed: 'projector',
  'document-root': 'label-studio',
} as const;

/** `ganscout export`: writes a case for other programs. */
export const exportCommand = defineCommand({
  usage: 'export <case>',
  summary: 'Write a case as tables, arrays, a folder a source, or a data set of another tool',
  positionals: { case: { type: 'string', demandOption: true, describe: "A case, or a run's directory" } },
  options: {
    output: { type: 'string', demandOption: true, requiresArg: true, describe: 'Folder for what is written' },
    format: {
      choices: FORMATS,
      default: 'csv' as const,
      describe:
        'csv for spreadsheets, in which no text runs as a formula; jsonl and parquet for programs; npy: features for NumPy; ' +
        'imagefolder: a folder a source; projector: TensorBoard; fiftyone, label-studio and spotlight: those tools',
    },
    force: { type: 'boolean', default: false, describe: 'Replace files of an earlier export' },
    features: { type: 'boolean', describe: 'parquet: write features.parquet too' },
    link: {
      choices: ['symlink', 'hardlink', 'copy'] as const,
      describe:
        'imagefolder: symlink unless named; a hardlink is the input itself under a second name; a copy is checked by its digest',
    },
    points: {
      type: 'number',
      requiresArg: true,
      describe: 'projector: most images, 10000 unless named; of more that many are drawn',
    },
    seed: { type: 'number', requiresArg: true, describe: 'projector: seed of that draw, 0 unless named' },
    'document-root': {
      type: 'string',
      requiresArg: true,
      describe: 'label-studio: folder that it serves files from; the one above all images unless named',
    },
  },
  examples: [
    ['ganscout export runs/default --output tables', 'assignments.csv, sources.csv, history.csv'],
    [
      'ganscout export runs/default --output folders --format imagefolder',
      'links to the images, a folder a source',
    ],
    ['ganscout export runs/default --output points --format projector', 'tensorboard --logdir points'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  async run({ output, format, force, features, link, points, seed, ...values }, shell) {
    const { 'document-root': documentRoot } = values;
    demandFitting({ features, link, points, seed, 'document-root': documentRoot }, format);
    const { exportCase } = await import('@ganscout/exports');
    const { workingDirectory, signal } = shell;
    const { files, leftOut, failed } = await exportCase(resolve(workingDirectory, values.case), {
      ...{ output: resolve(workingDirectory, output), format, force, signal },
      ...(features === undefined ? {} : { features }),
      ...(link === undefined ? {} : { link }),
      ...(points === undefined ? {} : { points }),
      ...(seed === undefined ? {} : { seed }),
      documentRoot: documentRoot === undefined ? null : resolve(workingDirectory, documentRoot),
    });
    const counts = Object.entries(files).map(([name, rows]) => `${name} (${formatCount(rows, 'row')})`);
    shell.stdout.write(`${escapeText(`${counts.join(', ')} and export.json are in ${output}`)}\n`);
    for (const sentence of leftOut) shell.stdout.write(`${escapeText(`Left out: ${sentence}.`)}\n`);
    if (failed === 0) return EXIT.done;
    const text = `${formatCount(failed, 'image')} of the case ${failed === 1 ? 'has' : 'have'} no file that can be used`;
    shell.stderr.write(`${text}; missing.csv says why.\n`);
    return EXIT.someInputsFailed;
  },
});

/** @throws {UsageError} if an option is given that the format does not have, or a number that cannot be. */
function demandFitting(given: Readonly<Record<keyof typeof FORMAT_OF, unknown>>, format: string): void {
  for (const [name, fitting] of Object.entries(FORMAT_OF)) {
    const value = given[name as keyof typeof FORMAT_OF];
    if (value === undefined) continue;
    if (fitting !== format)
      throw new UsageError(`--${name} is for --format ${fitting}, the format is ${format}`);
    const least = name === 'points' ? 1 : 0;
    if (typeof value === 'number' && !(Number.isSafeInteger(value) && value >= least)) {
      throw new UsageError(`--${name} must be an integer from ${least} on, got ${value}`);
    }
  }
}
