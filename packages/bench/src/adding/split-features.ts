import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { encodeNpyHeader } from '@ganscout/data-model';

/** Rows of one file with features and its table. */
export interface FeaturePart {
  /** Path without its ending; `.npy` and `.csv` are written. */
  readonly path: string;
  readonly first: number;
  readonly count: number;
}

/** Bytes that are copied at once. */
const CHUNK = 1 << 24;

/**
 * Copies rows of a float32 `.npy` file with the table beside it into files of their own.
 *
 * @param path without its ending. @param rows and @param dims of the whole file.
 */
export function splitFeatures(
  path: string,
  { rows, dims }: { readonly rows: number; readonly dims: number },
  parts: readonly FeaturePart[],
): void {
  const [head, ...lines] = readFileSync(`${path}.csv`, 'utf8').split('\n');
  const source = openSync(`${path}.npy`, 'r');
  const start = encodeNpyHeader('<f4', [rows, dims]).length;
  try {
    for (const { path: own, first, count } of parts) {
      const table = [head, ...lines.slice(first, first + count)];
      writeFileSync(`${own}.csv`, `${table.join('\n')}\n`);
      const target = openSync(`${own}.npy`, 'w');
      try {
        writeSync(target, encodeNpyHeader('<f4', [count, dims]));
        copyBytes(source, target, start + 4 * dims * first, 4 * dims * count);
      } finally {
        closeSync(target);
      }
    }
  } finally {
    closeSync(source);
  }
}

function copyBytes(source: number, target: number, first: number, count: number): void {
  const chunk = Buffer.alloc(Math.min(CHUNK, count));
  for (let done = 0; done < count; ) {
    const read = readSync(source, chunk, 0, Math.min(chunk.length, count - done), first + done);
    writeSync(target, chunk, 0, read);
    done += read;
  }
}
