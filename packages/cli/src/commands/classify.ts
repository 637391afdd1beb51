import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Classification } from '@ganscout/pipeline';
import { defineCommand } from '../command.js';
import { DEVICE_OPTIONS, readDevice } from '../device-options.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { expandFolders } from '../expand-folders.js';
import { createProgress } from '../progress.js';
import { type Shell, tableWidth } from '../shell.js';
import { formatFigure, formatTable } from '../tables.js';
import { trainingListener } from '../training-progress.js';

/** `ganscout classify`: names the source of images by a trained classifier. */
export const classifyCommand = defineCommand({
  usage: 'classify <model> <images..>',
  summary: 'Name the source of images by a trained network',
  positionals: {
    model: { type: 'string', demandOption: true, describe: 'The model.onnx that ganscout train wrote' },
    images: { type: 'string', array: true, demandOption: true, describe: 'Images, or folders of images' },
  },
  options: {
    csv: { type: 'string', requiresArg: true, describe: 'File that every probability is written to' },
    top: {
      type: 'number',
      requiresArg: true,
      default: 3,
      describe: 'Sources that are printed of each image',
    },
    ...DEVICE_OPTIONS,
  },
  examples: [
    ['ganscout classify runs/cnn/model.onnx new.png', 'source and probabilities'],
    ['ganscout classify runs/cnn/model.onnx dump/ --csv dump.csv', 'every image below a folder, as a table'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  run: classifyAndReport,
});

interface ClassifyArguments {
  readonly model: string;
  readonly images: readonly string[];
  readonly csv: string | undefined;
  readonly top: number;
  readonly threads: string;
  readonly device: string;
}

async function classifyAndReport(values: ClassifyArguments, shell: Shell): Promise<ExitCode> {
  const { model, images, csv, top } = values;
  if (!Number.isInteger(top) || top < 1) throw new UsageError(`--top must be a positive integer, got ${top}`);
  const computing = await readDevice(values);
  const { workingDirectory, signal } = shell;
  const { classifyImages } = await import('@ganscout/pipeline');
  const paths = await expandFolders(images, workingDirectory);
  const progress = createProgress(shell);
  const listener = trainingListener(progress);
  const found = await classifyImages(model, paths, { computing, workingDirectory, listener, signal }).finally(
    () => progress.close(),
  );
  if (csv !== undefined) writeFileSync(resolve(workingDirectory, csv), await formatClassificationCsv(found));
  shell.stdout.write(formatClassification(found, top, tableWidth(shell.stdout)));
  const failed = found.images.filter(({ probabilities }) => probabilities === null);
  if (failed.length === 0) return EXIT.done;
  shell.stderr.write(
    `${failed.length} of ${found.images.length} images could not be used; the table says why.\n`,
  );
  return failed.length === found.images.length ? EXIT.noInput : EXIT.someInputsFailed;
}

/** One line an image: its source, the probability, and the next ones. */
export function formatClassification({ facts, images }: Classification, top: number, width?: number): string {
  const rows = images.map(({ path, status, reason, probabilities }) => {
    if (probabilities === null) return [path, '-', status, reason];
    const order = [...probabilities.keys()].sort(
      (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b,
    );
    const [first, ...others] = order.slice(0, top);
    const share = (label: number) => formatFigure(probabilities[label]);
    return [
      path,
      facts.labels[first as number] as string,
      share(first as number),
      others.map((label) => `${facts.labels[label]} ${share(label)}`).join(', '),
    ];
  });
  return formatTable(
    [
      { title: 'image', keep: 'end' },
      { title: 'source', keep: 'end' },
      { title: 'probability', align: 'right' },
      { title: 'next', keep: 'start' },
    ],
    rows,
    width,
  );
}

/** One row an image: path, status, reason, source, and the probability of each. */
export async function formatClassificationCsv({ facts, images }: Classification): Promise<string> {
  const { formatCsvRow } = await import('@ganscout/images');
  const rounded = (value: number) => Number(value.toPrecision(6));
  return [
    formatCsvRow(['path', 'status', 'reason', 'source', ...facts.labels]),
    ...images.map(({ path, status, reason, label, probabilities }) => {
      const shares =
        probabilities === null ? facts.labels.map(() => null) : Array.from(probabilities, rounded);
      return formatCsvRow([path, status, reason, label, ...shares]);
    }),
  ].join('');
}
