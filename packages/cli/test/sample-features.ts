import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy } from '@ganscout/data-model';
import { createRandom } from '@ganscout/numeric';

const DIMS = 8;
const KNOWN_SOURCES = ['a', 'b'];
const SOURCES = [...KNOWN_SOURCES, 'c', 'd'];

/**
 * Writes features of four sources that lie far apart, two of them known: x.npy, y.npy with their tables, truth.csv,
 * and pipeline.yaml for a run of one round on them.
 */
export function writeSampleFeatures(directory: string): void {
  writeSet(directory, 'x', KNOWN_SOURCES, 40);
  const rows = writeSet(directory, 'y', SOURCES, 20);
  writeFileSync(join(directory, 'truth.csv'), `path,source\n${rows}`);
  writeFileSync(
    join(directory, 'pipeline.yaml'),
    [
      'run: { rounds: 1 }',
      'data: { knownFeatures: x.npy, discoveryFeatures: y.npy }',
      'kmeans: { clusterCount: 4 }',
      '',
    ].join('\n'),
  );
}

function writeSet(directory: string, name: string, sources: readonly string[], count: number): string {
  const random = createRandom(1, name);
  const data = new Float32Array(sources.length * count * DIMS);
  sources.forEach((source, i) => {
    for (let at = i * count * DIMS; at < (i + 1) * count * DIMS; at++) {
      // Source i stands out by 20 deviations in one dimension.
      data[at] = random.normal() + (at % DIMS === SOURCES.indexOf(source) ? 20 : 0);
    }
  });
  const rows = sources.flatMap((source, i) =>
    Array.from({ length: count }, (_, j) => `${name}${i * count + j},${source}\n`),
  );
  writeFileSync(join(directory, `${name}.npy`), encodeNpy({ shape: [rows.length, DIMS], data }));
  writeFileSync(join(directory, `${name}.csv`), `id,source\n${rows.join('')}`);
  return rows.join('');
}
