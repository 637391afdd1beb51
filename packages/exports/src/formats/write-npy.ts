import { join } from 'node:path';
import type { CaseView } from '@ganscout/cases';
import { encodeNpy, encodeNpyHeader, type FeatureSet } from '@ganscout/data-model';
import { writeDurably, writeDurablyFrom } from '@ganscout/storage';
import type { CaseExport, ExportSettings } from '../export-settings.js';
import { allRows, readBlocks } from '../feature-blocks.js';
import { formatArray } from '../format-table.js';
import { describeLeftOut } from '../image-files.js';

/**
 * Writes features (N × D, float32) and the number of each one's source (N, int32; 0 for none) as NumPy arrays, those of the
 * labelled images too, and what the rows and the numbers stand for as JSON.
 *
 * Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays", version 1.0.
 *
 * Cost: O(N · D) time, some thousands of rows in memory.
 */
export async function writeNpy(view: CaseView, { output }: ExportSettings): Promise<CaseExport> {
  const { images, known, labels, sources, truth } = view;
  const files: Record<string, number> = {};
  const writeRows = async (name: string, read: CaseView['readRows'], count: number) => {
    await writeDurablyFrom(join(output, name), npyParts(read, count));
    files[name] = count;
  };
  const writeArray = (name: string, values: readonly unknown[]) => {
    writeDurably(join(output, name), formatArray(values));
    files[name] = values.length;
  };
  const writeLabels = (name: string, values: Int32Array) => {
    writeDurably(join(output, name), encodeNpy({ shape: [values.length], data: values }));
    files[name] = values.length;
  };
  await writeRows('features.npy', view.readRows, images.length);
  writeLabels('labels.npy', labels);
  writeArray('images.json', images.map(nameImage));
  await writeRows('known-features.npy', view.readKnownRows, known.images.length);
  writeLabels('known-labels.npy', known.labels);
  writeArray('known-images.json', known.images.map(nameImage));
  const described = sources.map(({ number, id, name, kind, state }) => ({ number, id, name, kind, state }));
  writeArray('sources.json', described);
  if (truth !== null) writeArray('truth.json', truth);
  return {
    files,
    leftOut: describeLeftOut(view),
    notes: [
      'row i of features.npy is entry i of images.json, and labels.npy has the number of its source in sources.json, 0 for none',
      'numpy.load("features.npy")',
    ],
    failed: 0,
  };
}

function nameImage({ id, path }: CaseView['images'][number]): { id: string; path: string } {
  return { id, path };
}

async function* npyParts(
  read: (rows: Int32Array) => Promise<FeatureSet>,
  count: number,
): AsyncIterable<Uint8Array> {
  let isBegun = false;
  for await (const { data, dims } of readBlocks(read, allRows(count))) {
    if (!isBegun) yield encodeNpyHeader('<f4', [count, dims]);
    isBegun = true;
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}
