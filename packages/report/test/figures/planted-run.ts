import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpy } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';
import { parseConfig, resolveConfig, runDiscovery } from '@ganscout/pipeline';

const DIMS = 8;
const SOURCES = ['anna', 'bert', 'carl', 'dora', 'emil'];
const KNOWN = SOURCES.slice(0, 3);

/**
 * Runs discovery on features of known sources, anna, bert and carl, with 40 images each, and a discovery set with 30 of each of
 * them and of dora and emil, which lie so near that some are mistaken. What dora and emil are is in the table of true sources; of the
 * last two images nobody knows.
 *
 * @param settings as `ood.scores=[wta]`. @returns the run's directory, in a temporary folder of its own.
 */
export async function plantRun(settings: readonly string[] = []): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'planted-run-'));
  const known = SOURCES.slice(0, 3).flatMap((source) => new Array<string>(40).fill(source));
  const discovery = SOURCES.flatMap((source) => new Array<string>(30).fill(source));
  const row = (set: string) => (source: string, i: number) => `${set}-${i},${source}`;
  writeSet(folder, 'x', known, 1);
  writeSet(folder, 'y', discovery, 2);
  writeFileSync(join(folder, 'x.csv'), ['id,source', ...known.map(row('x'))].join('\n'));
  writeFileSync(join(folder, 'y.csv'), ['id', ...discovery.map((_, i) => `y-${i}`)].join('\n'));
  const truth = discovery.map(row('y')).slice(0, -2);
  writeFileSync(join(folder, 'truth.csv'), ['path,source', ...truth].join('\n'));
  const text = [
    'run: { rounds: 1, threads: 1, output: run }',
    'data: { knownFeatures: x.npy, discoveryFeatures: y.npy, truth: truth.csv }',
    'extractor: { whitening: { leading: 8, unitLength: false } }',
    'ood: { hashCount: 256 }',
    'kmeans: { clusterCount: 8 }',
    'refine: { minimumSize: 3 }',
  ].join('\n');
  const config = resolveConfig(parseConfig(text, join(folder, 'pipeline.yaml')), {
    settings,
    workingDirectory: folder,
  });
  await runDiscovery(config, {
    ...{ resume: false, force: null, now: () => new Date(0), listener: () => undefined },
    signal: new AbortController().signal,
  });
  return join(folder, 'run');
}

/** Whether the planted run knows a source. */
export function isKnown(source: string): boolean {
  return KNOWN.includes(source);
}

/** Each source lies 3.5 deviations from 0 along a dimension of its own. */
function writeSet(folder: string, name: string, sources: readonly string[], seed: number): void {
  const random = createRandom(seed, name);
  const data = Float32Array.from({ length: sources.length * DIMS }, (_, at) => {
    const isOwn = at % DIMS === SOURCES.indexOf(sources[Math.floor(at / DIMS)] as string);
    return random.normal() + (isOwn ? 3.5 : 0);
  });
  writeFileSync(join(folder, `${name}.npy`), encodeNpy({ shape: [sources.length, DIMS], data }));
}
