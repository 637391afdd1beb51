import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageRecord, InputError, inspectImages, listDiscoveryImages, parseCsv } from '@ganscout/images';

/** Name of the table in a data set's folder. */
export const MANIFEST = 'manifest.csv';

/** Images whose sources are known. */
export interface DataSet {
  readonly folder: string;
  /** Usable whole images with a source, in the byte order of their paths. */
  readonly records: readonly ImageRecord[];
  /** Kind of each source, e.g. `real` or `gan`; empty where the manifest has no column `kind`. */
  readonly kinds: ReadonlyMap<string, string>;
  /** What a person should know, one sentence each. */
  readonly warnings: readonly string[];
}

/** How images become rows: whole, or cut into native patches. */
export interface Cut {
  /** Side in pixels, or null for whole images. */
  readonly patchSize: number | null;
  /** Patches of one image at the most; null for all. */
  readonly patchesPerImage: number | null;
}

/**
 * Reads a folder with a manifest.csv: columns `file_name`, `source` and, if known, `group` and `kind`.
 *
 * @throws {InputError} if there is no such table, or it names no usable image with a source.
 */
export async function readDataSet(folder: string, signal: AbortSignal): Promise<DataSet> {
  const table = join(folder, MANIFEST);
  const records = await inspectManifest(folder, { patchSize: null, patchesPerImage: null }, signal);
  const usable = records.filter(({ status, source }) => status === 'ok' && source !== null);
  if (usable.length === 0) throw new InputError(`${table} names no image that can be used and has a source`);
  const leftOut = records.length - usable.length;
  const warnings =
    leftOut === 0
      ? []
      : [`${leftOut} of ${records.length} images are broken, too small, repeated or without a source`];
  return { folder, records: usable, kinds: await readKinds(table), warnings };
}

/** The rows of a data set: its images, or their patches; an image with a side shorter than a patch stays whole. */
export async function cutRecords(
  { folder, records }: DataSet,
  cut: Cut,
  signal: AbortSignal,
): Promise<readonly ImageRecord[]> {
  const paths = new Set(records.map(({ path }) => path));
  const all = await inspectManifest(folder, cut, signal);
  return all.filter(({ path, status }) => status === 'ok' && paths.has(path));
}

/** Inspects what a folder's manifest names, images without a source too. */
export async function inspectManifest(
  folder: string,
  cut: Cut,
  signal: AbortSignal,
  minimumSide?: number,
): Promise<readonly ImageRecord[]> {
  const listing = await listDiscoveryImages(join(folder, MANIFEST), { baseDirectory: process.cwd() });
  return (await inspectImages(listing, { ...cut, minimumSide, threads: 2, signal })).records;
}

async function readKinds(table: string): Promise<Map<string, string>> {
  const { columns, rows } = parseCsv(await readFile(table, 'utf8'));
  const [source, kind] = ['source', 'kind'].map((name) => columns.indexOf(name)) as [number, number];
  if (source === -1 || kind === -1) return new Map();
  return new Map(rows.map((row) => [row[source] as string, row[kind] as string]));
}
