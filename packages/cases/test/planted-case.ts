import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '@ganscout/numeric';
import type { RunEvent } from '@ganscout/pipeline';
import { digestOf } from '@ganscout/storage';
import { type AddOutcome, addImages, type CaseContext } from '../src/adding/add-images.js';
import type { AddRequest } from '../src/adding/pending-add.js';
import { type CaseState, readCase } from '../src/case-state.js';
import { sourceId } from '../src/registry/registry.js';
import { plantSource } from './faults/planted.js';
import { discoverIn, writeFeatureFiles } from './feature-files.js';
import { makeFolder } from './verify-folder.js';

/** Copies a run, with what it was made from, so that each test has one of its own; gives its directory. */
export function copyRun(run: string): string {
  const folder = makeFolder();
  cpSync(dirname(run), folder, { recursive: true });
  return join(folder, 'run');
}

/**
 * Runs discovery on planted features, in a folder that is removed after the tests: to be copied. Known are anna, bert and carl
 * with 40 images each; in the discovery set `y` are 10 of each of them, then 20 of dora, of emil and of fred.
 */
export async function plantRun(settings: readonly string[] = []): Promise<string> {
  const folder = makeFolder();
  writeFeatures(folder, 'x', { anna: 40, bert: 40, carl: 40 }, true);
  writeFeatures(folder, 'y', { anna: 10, bert: 10, carl: 10, dora: 20, emil: 20, fred: 20 });
  return discoverIn(folder, CONFIG, 'run', settings);
}

const CONFIG = `run: { rounds: 1, threads: 1 }
data: { knownFeatures: x.npy, discoveryFeatures: y.npy }
extractor: { whitening: { leading: 12, unitLength: false } }
ood: { hashCount: 256 }
kmeans: { clusterCount: 8 }
refine: { minimumSize: 3 }
`;

/** Numbers of images by source; the name of a source says where it lies, `emil/2` near `emil`. */
export type Counts = Readonly<Record<string, number>>;

/** Writes features of a dump beside a run, and gives their path: images `NAME-0` and so on. */
export function plantDump(directory: string, name: string, counts: Counts): string {
  return writeFeatures(dirname(directory), name, counts);
}

const DIMS = 16;

function writeFeatures(folder: string, name: string, counts: Counts, isNamed = false): string {
  const sources = Object.entries(counts).flatMap(([source, count]) => Array<string>(count).fill(source));
  const random = createRandom(1, `images/${name}`);
  const data = Float32Array.from(
    sources.flatMap((source) => Array.from(meanOf(source), (mean) => mean + random.normal())),
  );
  return writeFeatureFiles(folder, name, sources, data, isNamed);
}

/** Sources lie some 34 deviations from each other, twins of one some 4. */
function meanOf(source: string): Float64Array {
  const [name = '', twin] = source.split('/');
  const place = createRandom(1, `planted/${name}`);
  const mean = Float64Array.from({ length: DIMS }, () => 6 * place.normal());
  if (twin === undefined) return mean;
  const beside = createRandom(1, `planted/${source}`);
  return mean.map((value) => value + beside.normal());
}

/**
 * Runs discovery on image files, in a folder that is removed after the tests: 20 labelled ones each of `cross` and `diagonal`,
 * 12 of `cross` and 40 of `row` in the dump. The folder `later` has 8 of `cross`, 8 of `row` and 40 of `box`.
 */
export async function runOnImages(): Promise<string> {
  const folder = makeFolder();
  for (const filter of ['cross', 'diagonal'] as const)
    await plantSource(join(folder, 'known', filter), filter, 20, 1);
  for (const [name, filter, count, seed] of IMAGES)
    await plantSource(join(folder, name), filter, count, seed);
  return discoverIn(folder, IMAGE_CONFIG);
}

const IMAGES = [
  ['dump', 'cross', 12, 2],
  ['dump', 'row', 40, 2],
  ['later', 'cross', 8, 3],
  ['later', 'row', 8, 3],
  ['later', 'box', 40, 3],
] as const;

// The smallest p-value of 40 labelled images is 0.024: a fifth of the false reject rate must be more, for any to be strange.
const IMAGE_CONFIG = `run: { rounds: 1, threads: 1 }
data: { known: known, discovery: dump }
extractor:
  descriptor: { grid: 2, cropTiles: 1, cropStep: 1 }
  whitening: { components: 40, leading: 12, cropSample: 100 }
ood: { hashCount: 128, falseRejectRate: 0.15 }
`;

/** What surrounds writing, without a clock. */
export function contextOf(directory: string, changes: Partial<CaseContext> = {}): CaseContext {
  return {
    workingDirectory: dirname(directory),
    listener: () => undefined,
    signal: new AbortController().signal,
    now: () => new Date(0),
    ...changes,
  };
}

/** Adds dumps, by default without a retraining. */
export function add(
  directory: string,
  locations: readonly string[],
  request: Partial<AddRequest> = {},
  changes: Partial<CaseContext> = {},
): Promise<AddOutcome> {
  const whole = { locations, retrain: 'never' as const, discoverFrom: 20, ...request };
  return addImages(directory, whole, contextOf(directory, changes));
}

/** Aborts at the event of a number, from 1 on; `heard` counts those that came. */
export function abortAt(event: number): Pick<CaseContext, 'listener' | 'signal'> & { heard(): number } {
  const controller = new AbortController();
  let heard = 0;
  return {
    signal: controller.signal,
    listener(_: RunEvent) {
      heard += 1;
      if (heard === event) controller.abort(new Error(`stopped at event ${event}`));
    },
    heard: () => heard,
  };
}

/** How many images whose ids begin with `prefix` each source has, by its id; `''` of those that wait. */
export function countsOf({ ids, labels }: CaseState, prefix = ''): Record<string, number> {
  const counts: Record<string, number> = {};
  ids.forEach((id, row) => {
    if (!id.startsWith(prefix)) return;
    const source = labels[row] === 0 ? '' : sourceId(labels[row] as number);
    counts[source] = (counts[source] ?? 0) + 1;
  });
  return counts;
}

/** The id of the source that an image has, `''` if it waits. */
export function sourceOf({ ids, labels }: CaseState, id: string): string {
  const number = labels[ids.indexOf(id)] as number;
  return number === 0 ? '' : sourceId(number);
}

/** Digests of the log without its times, and of the files of the entries: equal for equal cases. */
export function digestsOf(directory: string): Record<string, string> {
  const { entries } = readCase(directory);
  const log = entries.map(({ number, kind, body, files }) => ({ number, kind, body, files }));
  const home = join(directory, 'case');
  const folders = existsSync(home) ? readdirSync(home).filter((name) => /^\d{4}$/.test(name)) : [];
  const paths = folders.flatMap((folder) =>
    readdirSync(join(home, folder))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  const digests = paths.map((path) => [path, digestOf(readFileSync(join(home, path)))]);
  return { ...Object.fromEntries(digests), log: digestOf(JSON.stringify(log)) };
}
