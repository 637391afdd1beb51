import { join } from 'node:path';
import { plantSource } from './planted-images.js';

/** Plants two known sources and a dump of these and one unknown source, 48 pixels a side. */
export async function plantBackboneStudy(folder: string): Promise<void> {
  const side = 48;
  await plantSource(join(folder, 'known/cross/'), 'cross', { count: 14, seed: 1, side });
  await plantSource(join(folder, 'known/row/'), 'row', { count: 14, seed: 1, side });
  await plantSource(join(folder, 'dump/a-'), 'cross', { count: 8, seed: 2, side });
  await plantSource(join(folder, 'dump/b-'), 'row', { count: 8, seed: 2, side });
  await plantSource(join(folder, 'dump/c-'), 'diagonal', { count: 24, seed: 2, side });
}

/** Two short rounds; stages that k-means and detection make cheap. */
export const BACKBONE_CONFIG = `
run: { rounds: 2, threads: 1 }
data: { known: known, discovery: dump }
ood: { hashCount: 128 }
extractor:
  backbone: { name: residual-cnn, patch: 16, tiles: 4, epochs: 2, batchSize: 14 }
  whitening: { components: 20, leading: 8 }
kmeans: { clusterCount: 3 }
refine: { minimumSize: 4 }
rounds: { 2: { extractor: { backbone: { epochs: 1 } } } }
`;
