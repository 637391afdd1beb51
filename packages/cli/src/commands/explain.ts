import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ForeignModel, NetworkExplanation, SourceExplanation } from '@ganscout/pipeline';
import { defineCommand } from '../command.js';
import { DEVICE_OPTIONS, readDevice } from '../device-options.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { formatImages, formatSources, formatSpectra, formatStatistics } from '../explanation-tables.js';
import { createProgress } from '../progress.js';
import { type Shell, tableWidth } from '../shell.js';
import { formatCount } from '../tables.js';

const NORMALIZATIONS = ['imagenet', 'symmetric', 'unit', 'bytes'] as const;

/** `ganscout explain`: shows what a classifier looks at, or what tells the sources of a run apart. */
export const explainCommand = defineCommand({
  usage: 'explain [model] [images..]',
  summary: 'Show what a network looks at, or which statistics tell sources apart',
  positionals: {
    model: {
      type: 'string',
      describe: 'A classifier (model.onnx), or the directory of a run, whose sources are then explained',
    },
    images: {
      type: 'string',
      array: true,
      describe: 'Images, folders of images, or folders with one sub-folder a source',
    },
  },
  options: {
    output: { type: 'string', requiresArg: true, describe: 'Folder for pictures and tables' },
    descriptor: {
      type: 'string',
      requiresArg: true,
      describe: 'Without a model: folder with one sub-folder a source, explained by spectra and statistics',
    },
    layer: { type: 'string', requiresArg: true, describe: 'Layer whose maps are shown; default the last' },
    source: {
      type: 'string',
      requiresArg: true,
      describe: 'Source the maps speak for; default what each image is taken for',
    },
    mean: {
      type: 'boolean',
      default: false,
      describe: 'Only the mean and the sheet of each source, no picture of each image',
    },
    'images-per-source': {
      type: 'number',
      requiresArg: true,
      default: 64,
      describe: 'Most images of one source, evenly spread',
    },
    colors: {
      choices: ['blue-red', 'viridis'] as const,
      default: 'blue-red' as const,
      describe: 'Colors; viridis is told apart with every kind of color vision',
    },
    tile: {
      type: 'number',
      requiresArg: true,
      describe: 'For an ONNX classifier of another tool: side of its images in pixels',
    },
    normalization: {
      choices: NORMALIZATIONS,
      describe: 'For such a classifier: what it takes; default imagenet',
    },
    ...DEVICE_OPTIONS,
  },
  examples: [
    ['ganscout explain runs/cnn/model.onnx new.png', 'what the network looks at in an image'],
    ['ganscout explain runs/cnn/model.onnx labelled/ --mean', 'what it looks at in each source'],
    ['ganscout explain runs/default', 'spectra and statistics of the sources of a run'],
    ['ganscout explain --descriptor labelled/', 'the same of folders'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  run: explainAndReport,
});

interface ExplainArguments {
  readonly model: string | undefined;
  readonly images: readonly string[] | undefined;
  readonly output: string | undefined;
  readonly descriptor: string | undefined;
  readonly layer: string | undefined;
  readonly source: string | undefined;
  readonly mean: boolean;
  readonly 'images-per-source': number;
  readonly colors: 'blue-red' | 'viridis';
  readonly tile: number | undefined;
  readonly normalization: (typeof NORMALIZATIONS)[number] | undefined;
  readonly threads: string;
  readonly device: string;
}

async function explainAndReport(values: ExplainArguments, shell: Shell): Promise<ExitCode> {
  const { model, images = [], descriptor } = values;
  const most = values['images-per-source'];
  if (!Number.isInteger(most) || most < 1) {
    throw new UsageError(`--images-per-source must be a positive integer, got ${most}`);
  }
  if (descriptor !== undefined) {
    if (model !== undefined) throw new UsageError(`--descriptor takes no model, got "${model}"`);
    return explainFolders({ folder: descriptor }, values.output ?? 'explanation', values, shell);
  }
  if (model === undefined) {
    throw new UsageError('name a classifier and images, the directory of a run, or --descriptor FOLDER');
  }
  const found = findModel(resolve(shell.workingDirectory, model));
  if (found === null) {
    if (images.length > 0) {
      throw new UsageError(
        `"${model}" is a directory without model.onnx, so images cannot be explained by it`,
      );
    }
    return explainFolders({ run: model }, values.output ?? join(model, 'explanation'), values, shell);
  }
  if (images.length === 0) throw new UsageError('name images, or folders of images, after the classifier');
  return explainByNetwork(found, images, values, shell);
}

/** The file of a classifier: the path itself, or model.onnx in it; null for another directory. */
function findModel(path: string): string | null {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const inside = join(path, 'model.onnx');
  return existsSync(inside) ? inside : null;
}

async function explainByNetwork(
  model: string,
  images: readonly string[],
  values: ExplainArguments,
  shell: Shell,
): Promise<ExitCode> {
  const computing = await readDevice(values);
  const { explainNetwork } = await import('@ganscout/pipeline');
  const output = values.output ?? 'explanation';
  const progress = createProgress(shell);
  const found = await explainNetwork({
    model,
    images,
    output,
    baseDirectory: shell.workingDirectory,
    layer: values.layer ?? null,
    label: values.source ?? null,
    onlyMeans: values.mean,
    imagesPerSource: values['images-per-source'],
    colors: values.colors,
    foreign: readForeign(values),
    computing,
    onProgress: (done, total) => progress.advance('explaining', done, total, 'images'),
    signal: shell.signal,
  }).finally(() => progress.close());
  shell.stdout.write(formatNetwork(found, output, tableWidth(shell.stdout)));
  const failed = found.images.filter(({ explanation }) => explanation === null).length;
  if (failed === 0) return EXIT.done;
  shell.stderr.write(`${failed} of ${found.images.length} images could not be used; maps.csv says why.\n`);
  return failed === found.images.length ? EXIT.noInput : EXIT.someInputsFailed;
}

/** @throws {UsageError} if a model of another tool is half described. */
function readForeign({ tile, normalization }: ExplainArguments): ForeignModel | null {
  if (tile === undefined) {
    if (normalization === undefined) return null;
    throw new UsageError('--normalization is for a classifier of another tool and needs --tile');
  }
  if (!Number.isInteger(tile) || tile < 8)
    throw new UsageError(`--tile must be an integer of at least 8, got ${tile}`);
  return { tileSize: tile, normalization: normalization ?? 'imagenet' };
}

function formatNetwork(found: NetworkExplanation, output: string, width: number): string {
  const [height, across] = found.mapSize;
  return (
    (found.sources.length > 0 ? formatSources(found, width) : formatImages(found, width)) +
    `\nMaps of layer ${found.layer}: ${across} × ${height} cells a tile of ${found.tileSize} pixels, each over its largest value.\n` +
    `Pictures, maps.csv and maps.json are in ${output}\n`
  );
}

async function explainFolders(
  from: { readonly folder: string } | { readonly run: string },
  output: string,
  values: ExplainArguments,
  shell: Shell,
): Promise<ExitCode> {
  const { explainSources } = await import('@ganscout/pipeline');
  const { threads } = await readDevice(values);
  const progress = createProgress(shell);
  const found = await explainSources({
    from,
    output,
    baseDirectory: shell.workingDirectory,
    imagesPerSource: values['images-per-source'],
    colors: values.colors,
    seed: 1,
    threads,
    onProgress: (done, total) => progress.advance('describing', done, total, 'images'),
    signal: shell.signal,
  }).finally(() => progress.close());
  for (const note of found.notes) shell.stderr.write(`${note}\n`);
  shell.stdout.write(formatDescriptor(found, output, tableWidth(shell.stdout)));
  return EXIT.done;
}

function formatDescriptor(found: SourceExplanation, output: string, width: number): string {
  return (
    `${formatSpectra(found, width)}\n${formatStatistics(found, width)}` +
    `Pictures and tables of ${formatCount(found.spectra.length, 'source')} are in ${output}\n`
  );
}
