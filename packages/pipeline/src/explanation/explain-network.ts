import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import {
  type ColorScale,
  encodePng,
  type ImageRecord,
  InputError,
  type RgbImage,
  readImages,
} from '@ganscout/images';
import { describeMap, type MapFigures } from '@ganscout/networks';
import type { ComputingOptions } from '../classifier/training-options.js';
import { threadCount } from '../inputs.js';
import { explainImage, type ImageExplanation } from './explain-image.js';
import { chooseImages, orderSources, thinOut } from './explained-images.js';
import { type ExplainedModel, type ForeignModel, openExplainedModel } from './explained-model.js';
import { type ExplanationFolder, fileNameOf, openExplanationFolder } from './explanation-folder.js';
import { formatMaps, formatMapsJson } from './map-tables.js';
import { MeanCollector } from './mean-explanation.js';
import { drawExplanation, drawSourceSheet, type PicturedImage } from './network-pictures.js';

/** What is to be explained, and how. */
export interface NetworkExplanationSettings {
  /** A classifier's file. */
  readonly model: string;
  /** Images, folders of images, folders of folders. */
  readonly images: readonly string[];
  readonly output: string;
  readonly baseDirectory: string;
  /** Null for the last one. */
  readonly layer: string | null;
  /** The label to be explained; null for the likeliest of each image. */
  readonly label: string | null;
  /** Whether single images get no picture. */
  readonly onlyMeans: boolean;
  readonly imagesPerSource: number;
  readonly colors: ColorScale;
  /** Null for classifiers of ours. */
  readonly foreign: ForeignModel | null;
  readonly computing: ComputingOptions;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** What became of an image. */
export interface ExplainedImage {
  readonly path: string;
  /** As in the folder; null if it has none. */
  readonly source: string | null;
  readonly status: ImageRecord['status'];
  /** Why it could not be explained, or ''. */
  readonly reason: string;
  /** Null if it could not be explained. */
  readonly explanation: Omit<ImageExplanation, 'map'> | null;
  /** Picture in the output folder; '' if none. */
  readonly picture: string;
}

/** What the maps of a source have in common. */
export interface ExplainedSource {
  readonly source: string;
  readonly images: number;
  /** Images of each likeliest label, most first. */
  readonly predicted: readonly (readonly [label: string, images: number])[];
  /** Of the mean map. */
  readonly figures: MapFigures;
  readonly sheet: string;
}

/** Everything that was found; `maps.csv` and `maps.json` hold it too. */
export interface NetworkExplanation {
  readonly layer: string;
  readonly tileSize: number;
  /** [h, w] of a tile's map. */
  readonly mapSize: readonly [number, number];
  readonly labels: readonly string[];
  readonly images: readonly ExplainedImage[];
  readonly sources: readonly ExplainedSource[];
}

const EXAMPLES = 8;

/**
 * Explains by Grad-CAM what a classifier says of images, and writes pictures, `maps.csv` and `maps.json`.
 *
 * Each image is looked at in tiles of the size that the classifier was trained on, at its own resolution. Sources, the folders of
 * the images, get a sheet with the mean of their maps and examples.
 *
 * @throws {InputError} if the model or a path cannot be read, or no image can be used. @throws {RangeError} if there is no such
 *   layer or label, or an output would replace an input.
 */
export async function explainNetwork(settings: NetworkExplanationSettings): Promise<NetworkExplanation> {
  const { baseDirectory, imagesPerSource, computing, signal, layer, foreign } = settings;
  const threads = threadCount(computing.threads);
  const modelFile = resolve(baseDirectory, settings.model);
  const bytes = await readFile(modelFile).catch((error: Error) => {
    throw new InputError(`the classifier cannot be read: ${error.message}`);
  });
  const model = await openExplainedModel(bytes, { ...computing, threads, layer, foreign });
  try {
    checkLabel(settings.label, model.labels);
    const choice = { baseDirectory, minimumSide: model.tileSize, imagesPerSource, threads, signal };
    const records = await chooseImages(settings.images, choice);
    const inputs = [modelFile, ...records.map(({ file }) => file)];
    const folder = openExplanationFolder(resolve(baseDirectory, settings.output), inputs);
    return await explainRecords(records, model, folder, settings);
  } finally {
    await model.gradCam.release();
  }
}

function checkLabel(label: string | null, labels: readonly string[]): void {
  if (label === null || labels.includes(label)) return;
  throw new RangeError(`the classifier knows ${labels.join(', ')}, got ${label}`);
}

/** What is kept of a source. */
interface SourceSoFar {
  readonly mean: MeanCollector;
  readonly examples: PicturedImage[];
}

async function explainRecords(
  records: readonly ImageRecord[],
  model: ExplainedModel,
  folder: ExplanationFolder,
  settings: NetworkExplanationSettings,
): Promise<NetworkExplanation> {
  const { signal } = settings;
  const writer = new ExplanationWriter(records, model, folder, settings);
  const onProgress = ({ done, total }: { readonly done: number; readonly total: number }) =>
    settings.onProgress(done, total);
  const threads = threadCount(settings.computing.threads);
  await readImages(records, { threads, signal, onProgress }, ({ image, error }, record, index) =>
    image === null ? writer.fail(index, error.message) : writer.add(image, record, index),
  );
  const found = await writer.finish();
  folder.write('maps.csv', formatMaps(found));
  folder.write('maps.json', formatMapsJson(found));
  return found;
}

/** Explains images one by one, writes their pictures, and the sheets of their sources at the end. */
class ExplanationWriter {
  readonly #model: ExplainedModel;
  readonly #folder: ExplanationFolder;
  readonly #settings: NetworkExplanationSettings;
  readonly #images: ExplainedImage[];
  readonly #shown: ReadonlySet<ImageRecord>;
  readonly #sources = new Map<string, SourceSoFar>();

  constructor(
    records: readonly ImageRecord[],
    model: ExplainedModel,
    folder: ExplanationFolder,
    settings: NetworkExplanationSettings,
  ) {
    this.#model = model;
    this.#folder = folder;
    this.#settings = settings;
    this.#images = records.map(({ path, source, status, reason }) => {
      return { path, source, status, reason, explanation: null, picture: '' };
    });
    this.#shown = exampleRecords(records);
  }

  fail(index: number, reason: string): void {
    this.#change(index, { status: 'unreadable', reason });
  }

  async add(image: RgbImage, record: ImageRecord, index: number): Promise<void> {
    const { label, onlyMeans, colors } = this.#settings;
    const { map, ...explanation } = await explainImage(image, this.#model, label);
    const picture = onlyMeans && record.source !== null ? '' : pictureName(record, index);
    if (picture !== '') {
      const titles = longTitles(record, explanation, this.#model);
      this.#folder.write(picture, await encodePng(drawExplanation({ image, map, titles }, colors)));
    }
    this.#change(index, { explanation, picture });
    if (record.source === null) return;
    const source = this.#sources.get(record.source) ?? { mean: new MeanCollector(), examples: [] };
    this.#sources.set(record.source, source);
    source.mean.add(image, map);
    if (!this.#shown.has(record)) return;
    source.examples.push({ image, map, titles: shortTitles(record, explanation) });
  }

  async finish(): Promise<NetworkExplanation> {
    const { gradCam, tileSize, labels } = this.#model;
    const { layer, mapSize } = gradCam;
    const sources: ExplainedSource[] = [];
    for (const source of orderSources(this.#sources.keys())) sources.push(await this.#writeSheet(source));
    return { layer, tileSize, mapSize, labels, images: this.#images, sources };
  }

  async #writeSheet(source: string): Promise<ExplainedSource> {
    const { mean, examples } = this.#sources.get(source) as SourceSoFar;
    const { count, ...means } = mean.result();
    const predicted = countLabels(this.#images, source);
    const most = predicted.slice(0, 3).map(([label, taken]) => `${label} (${taken})`);
    const titles = [`${source}: ${count} images`, `taken for ${most.join(', ')}`];
    const sheet = `sources/${fileNameOf(source)}.png`;
    const picture = drawSourceSheet(titles, means, examples, this.#settings.colors);
    this.#folder.write(sheet, await encodePng(picture));
    return { source, images: count, predicted, figures: describeMap(means.map), sheet };
  }

  #change(index: number, changes: Partial<ExplainedImage>): void {
    this.#images[index] = { ...(this.#images[index] as ExplainedImage), ...changes };
  }
}

/** Those shown on the sheets, evenly spread over each source. */
function exampleRecords(records: readonly ImageRecord[]): Set<ImageRecord> {
  const usable = records.filter(({ status, source }) => status === 'ok' && source !== null);
  return new Set(thinOut(usable, EXAMPLES));
}

/** For the cells of a sheet. */
function shortTitles({ path }: ImageRecord, explanation: Omit<ImageExplanation, 'map'>): string[] {
  const { predicted, probability, explained } = explanation;
  const other = explained === predicted ? '' : `, map: ${explained}`;
  return [basename(path), `${predicted} ${probability.toFixed(2)}${other}`];
}

/** For the picture of one image. */
function longTitles(
  { path }: ImageRecord,
  { predicted, probability, explained, tiles, figures }: Omit<ImageExplanation, 'map'>,
  { tileSize, gradCam }: ExplainedModel,
): string[] {
  const empty = figures.peak === null ? ': nothing' : '';
  return [
    basename(path),
    `taken for ${predicted} (probability ${probability.toFixed(2)})`,
    `map: what speaks for ${explained}${empty}`,
    `layer ${gradCam.layer}, ${tiles === 1 ? 'one tile' : `${tiles} tiles`} of ${tileSize} px`,
  ];
}

function pictureName({ path, source }: ImageRecord, index: number): string {
  const folder = source === null ? 'images' : `images/${fileNameOf(source)}`;
  return `${folder}/${String(index + 1).padStart(4, '0')}-${fileNameOf(basename(path, extname(path)))}.png`;
}

function countLabels(images: readonly ExplainedImage[], source: string): [label: string, images: number][] {
  const counts = new Map<string, number>();
  for (const image of images) {
    const label = image.explanation?.predicted;
    if (image.source === source && label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}
