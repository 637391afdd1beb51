import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CaseView, ViewedImage, ViewedSource } from '@ganscout/cases';
import { createFeatureSet } from '@ganscout/data-model';
import { createPicture, encodePng } from '@ganscout/images';
import { digestOf } from '@ganscout/storage';

/** An image of a case that is laid out by hand. */
export interface PlantedImage {
  readonly path: string;
  /** Number of its source; 0 for none. */
  readonly source: number;
  readonly color?: readonly [number, number, number];
  readonly width?: number;
  readonly height?: number;
  readonly patch?: ViewedImage['patch'];
}

const DIMS = 3;

/**
 * A case laid out by hand: images of one color each, in a folder, and sources by their names. Features of image i are i + 0.1,
 * 1 / 3 and -i.
 */
export async function plantView(
  folder: string,
  images: readonly PlantedImage[],
  names: readonly string[],
  { truth = null, hasFiles = true }: { truth?: CaseView['truth']; hasFiles?: boolean } = {},
): Promise<CaseView> {
  const viewed: ViewedImage[] = [];
  for (const [
    i,
    { path, color = [i, 2 * i, 3 * i], width = 8, height = 8, patch = null },
  ] of images.entries()) {
    const file = join(folder, path);
    const bytes = await encodePng(createPicture(width, height, color));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    const part = patch === null ? '' : `#${patch.x},${patch.y},${patch.width},${patch.height}`;
    viewed.push({
      ...{ id: `${digestOf(bytes)}${part}`, path, file: hasFiles ? file : null, width, height, patch },
      ...{ format: 'png', bytes: bytes.length, entry: 1, group: null },
    });
  }
  const count = viewed.length;
  const labels = Int32Array.from(images, ({ source }) => source);
  const space = { extractor: 'planted', layer: '', round: 0, transform: '' };
  const read = (wanted: Int32Array | null) => {
    const rows = wanted ?? Int32Array.from({ length: count }, (_, row) => row);
    const data = Float32Array.from(Array.from(rows).flatMap((row) => [row + 0.1, 1 / 3, -row]));
    const ids = Array.from(rows, (row) => (viewed[row] as ViewedImage).id);
    return Promise.resolve(createFeatureSet(ids, DIMS, data, space));
  };
  const view: Partial<CaseView> = {
    ...{
      directory: join(folder, 'case'),
      images: viewed,
      labels,
      truth,
      copies: [],
      unusable: [],
      warnings: [],
    },
    sources: names.map((name, i) => plantSource(name, i + 1, labels)),
    known: { images: viewed.slice(0, 1), labels: Int32Array.of(1) },
    provenance: {
      score: Float32Array.from({ length: count }, (_, row) => row / 3),
      margin: new Float32Array(count),
      pValue: Float32Array.from({ length: count }, (_, row) => (row === 0 ? Number.NaN : 1 / row)),
      entry: new Int32Array(count).fill(1),
      round: new Int32Array(count),
      reason: viewed.map(() => 'accepted by a known source'),
    },
    state: { entries: [] } as unknown as CaseView['state'],
    summary: { name: 'planted', software: { ganscout: '1.2.3' } } as unknown as CaseView['summary'],
    readRows: read,
    readKnownRows: (rows) => read(rows === null ? Int32Array.of(0) : rows),
  };
  return view as CaseView;
}

function plantSource(name: string, number: number, labels: Int32Array): ViewedSource {
  return {
    ...{ number, id: `S000${number}`, name, kind: number === 1 ? 'known' : 'discovered', state: 'active' },
    size: labels.filter((label) => label === number).length,
    ...{ labelled: null, notes: [], lineage: [], row: null, representatives: [] },
  };
}
