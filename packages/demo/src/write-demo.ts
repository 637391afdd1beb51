import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, permutation } from '@ganscout/numeric';
import sharp from 'sharp';
import { type Catalog, readCatalog } from './catalog.js';
import { renderDeadLeaves } from './dead-leaves.js';
import { renderLandscape } from './landscape.js';
import { DEFAULT_DEMO_COUNTS, type DemoCounts, type PlannedSource, planDemo } from './plan.js';
import { sampleGenerator } from './sample.js';
import { IMAGE_SIZE } from './scene.js';

export interface WriteDemoOptions extends Partial<DemoCounts> {
  /** Created if missing; must be empty or hold an earlier demo. */
  readonly directory: string;
  readonly seed: number;
  /** By default the embedded one. */
  readonly catalog?: Catalog;
  readonly onProgress?: (progress: DemoProgress) => void;
}

export interface DemoProgress {
  /** The source just finished. */
  readonly source: string;
  readonly imagesDone: number;
  readonly imageCount: number;
}

export interface Demo {
  readonly known: string;
  readonly discovery: string;
  readonly truth: string;
  readonly sources: readonly PlannedSource[];
  readonly imageCount: number;
  /** False if the directory already held this very demo. */
  readonly written: boolean;
}

/** Raised whenever the same options give other bytes. */
const FORMAT = 1;

/** Sources made at the same time: onnxruntime and the PNG encoder work beside the JavaScript thread. */
const CONCURRENCY = 3;

/** Where files are written before they get their name; gone when the demo is complete. */
const INCOMING = 'incoming';

/** Largest number of unfinished PNG files. */
const PNG_BATCH = 16;

/**
 * Writes the demo's images: `known/SOURCE/NNNNNN.png` (labelled), `discovery/NNNNNN.png` (unlabelled, in
 * random order) and `truth.csv` with columns path (relative to the directory), source, kind (real or
 * gan), unknown (true or false), one row for each discovery image.
 *
 * Equal options give equal bytes. A directory that already holds this demo is left as it is; an
 * interrupted one is completed; one with other options is replaced.
 *
 * @throws {RangeError} if a count is out of range.
 * @throws {Error} if the directory holds something else.
 *
 * Cost: about 4 ms an image and core.
 */
export async function writeDemo(options: WriteDemoOptions): Promise<Demo> {
  const { directory, seed, catalog = readCatalog(), onProgress } = options;
  const counts = {
    labelledPerKnownSource: options.labelledPerKnownSource ?? DEFAULT_DEMO_COUNTS.labelledPerKnownSource,
    imagesPerKnownSource: options.imagesPerKnownSource ?? DEFAULT_DEMO_COUNTS.imagesPerKnownSource,
    imagesPerUnknownSource: options.imagesPerUnknownSource ?? DEFAULT_DEMO_COUNTS.imagesPerUnknownSource,
    discoveryOverrides: options.discoveryOverrides ?? DEFAULT_DEMO_COUNTS.discoveryOverrides,
  };
  const sources = planDemo(catalog, counts);
  const files = nameFiles(sources, seed);
  const imageCount = sources.reduce((sum, source) => sum + source.labelled + source.discovery, 0);
  const demo = {
    known: join(directory, 'known'),
    discovery: join(directory, 'discovery'),
    truth: join(directory, 'truth.csv'),
    sources,
    imageCount,
  };
  const stamp = {
    format: FORMAT,
    seed,
    counts,
    generators: digestGenerators(catalog),
    sharp: sharp.versions.sharp,
  };
  const { complete, missing } = openDirectory(directory, stamp, files);
  if (complete) return { ...demo, written: false };

  let imagesDone = imageCount - missing.reduce((sum, i) => sum + files[i]!.length, 0);
  await forEachConcurrently(missing, async (i) => {
    await writeSource(directory, catalog, sources[i]!, files[i]!, seed);
    imagesDone += files[i]!.length;
    onProgress?.({ source: sources[i]!.source, imagesDone, imageCount });
  });
  writeWhole(directory, 'truth.csv', formatTruth(sources, files));
  rmSync(join(directory, INCOMING), { recursive: true });
  writeWhole(directory, 'demo.json', formatStamp(stamp, true));
  return { ...demo, written: true };
}

/** Paths relative to the directory, per source, in the order of the source's images. */
function nameFiles(sources: readonly PlannedSource[], seed: number): string[][] {
  const discoveryCount = sources.reduce((sum, { discovery }) => sum + discovery, 0);
  const order = permutation(createRandom(seed, 'demo/discovery-order'), discoveryCount);
  let next = 0;
  return sources.map(({ source, labelled, discovery }) => [
    ...Array.from({ length: labelled }, (_, i) => `known/${source}/${sixDigits(i)}.png`),
    ...Array.from({ length: discovery }, () => `discovery/${sixDigits(order[next++]!)}.png`),
  ]);
}

function sixDigits(value: number): string {
  return String(value).padStart(6, '0');
}

function digestGenerators(catalog: Catalog): string {
  const hash = createHash('sha256');
  for (const generator of catalog.generators) {
    hash.update(JSON.stringify(generator));
    hash.update(readFileSync(join(catalog.directory, generator.file)));
  }
  return hash.digest('hex');
}

function formatStamp(stamp: object, complete: boolean): string {
  return `${JSON.stringify({ complete, ...stamp }, null, 2)}\n`;
}

/** Makes the directory ready; `missing` are the positions of the sources that lack a file. */
function openDirectory(
  directory: string,
  stamp: object,
  files: readonly string[][],
): { complete: boolean; missing: number[] } {
  mkdirSync(directory, { recursive: true });
  const isThere = (file: string) => existsSync(join(directory, file));
  const found = isThere('demo.json') ? readFileSync(join(directory, 'demo.json'), 'utf8') : null;
  if (found === null && readdirSync(directory).length > 0) {
    throw new Error(`writeDemo: directory must be empty or hold a demo (demo.json), got ${directory}`);
  }
  if (found !== formatStamp(stamp, true) && found !== formatStamp(stamp, false)) {
    for (const name of ['known', 'discovery', 'truth.csv']) {
      rmSync(join(directory, name), { recursive: true, force: true });
    }
  }
  const missing = [...files.keys()].filter((i) => !files[i]!.every(isThere));
  if (found === formatStamp(stamp, true) && isThere('truth.csv') && missing.length === 0) {
    return { complete: true, missing };
  }
  writeWhole(directory, 'demo.json', formatStamp(stamp, false));
  mkdirSync(join(directory, 'discovery'), { recursive: true });
  mkdirSync(join(directory, INCOMING), { recursive: true });
  return { complete: false, missing };
}

async function writeSource(
  directory: string,
  catalog: Catalog,
  planned: PlannedSource,
  files: readonly string[],
  seed: number,
): Promise<void> {
  if (planned.labelled > 0) mkdirSync(join(directory, 'known', planned.source), { recursive: true });
  const count = files.length;
  const { maker } = planned;
  const sampled = typeof maker === 'string' ? null : await sampleGenerator(catalog, maker, { seed, count });
  const render = maker === 'dead-leaves' ? renderDeadLeaves : renderLandscape;
  for (let start = 0; start < count; start += PNG_BATCH) {
    const batch = files.slice(start, start + PNG_BATCH);
    await Promise.all(
      batch.map((file, i) => writePng(directory, file, sampled?.[start + i] ?? render(seed, start + i))),
    );
  }
}

async function writePng(directory: string, file: string, pixels: Uint8Array): Promise<void> {
  const raw = { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 as const };
  const png = await sharp(pixels, { raw }).png({ compressionLevel: 6 }).toBuffer();
  // Renamed when whole, so that a file that exists is complete.
  const incoming = join(directory, INCOMING, file.replaceAll('/', '-'));
  await writeFile(incoming, png);
  await rename(incoming, join(directory, file));
}

function writeWhole(directory: string, file: string, text: string): void {
  writeFileSync(join(directory, `${file}.partial`), text);
  renameSync(join(directory, `${file}.partial`), join(directory, file));
}

function formatTruth(sources: readonly PlannedSource[], files: readonly string[][]): string {
  const rows = sources.flatMap(({ source, kind, unknown, labelled }, i) =>
    files[i]!.slice(labelled).map((file) => `${file},${source},${kind},${unknown}\n`),
  );
  return `path,source,kind,unknown\n${rows.sort().join('')}`;
}

async function forEachConcurrently(
  positions: readonly number[],
  visit: (position: number) => Promise<void>,
): Promise<void> {
  const queue = [...positions];
  const drain = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await visit(next);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, drain));
}
