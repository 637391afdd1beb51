import { availableParallelism } from 'node:os';
import { concatenateRows, type FeatureSet, joinValues, selectRows } from '@ganscout/data-model';
import {
  fileId,
  type ImageRecord,
  type ImageSet,
  InputError,
  inspectImages,
  type Listing,
  listDiscoveryImages,
  listKnownImages,
  matchTruth,
  readTruth,
} from '@ganscout/images';
import { isTrained } from './config/backbone-options.js';
import type { ResolvedConfig } from './config/resolve.js';
import type { InputCounts, Listener } from './events.js';
import { readFeatures } from './read-features.js';

/** Everything that a run takes in: a record per input of both sets, and features if they came from elsewhere. */
export interface RunInputs {
  readonly known: ImageSet;
  readonly discovery: ImageSet;
  readonly imported: { readonly known: FeatureSet; readonly discovery: FeatureSet } | null;
}

/**
 * Lists and inspects the inputs.
 *
 * @throws {InputError} if a set has no usable image, or the known set no source.
 */
export async function gatherInputs(
  config: ResolvedConfig,
  listener: Listener,
  signal: AbortSignal,
): Promise<RunInputs> {
  const inputs =
    config.data.knownFeatures === null ? await inspectBoth(config, listener, signal) : importBoth(config);
  for (const set of [inputs.known, inputs.discovery]) {
    for (const message of set.warnings) listener({ type: 'warning', message });
  }
  listener({ type: 'inputs', known: countInputs(inputs.known), discovery: countInputs(inputs.discovery) });
  return inputs;
}

/** True source of each record of the discovery set, null where it is not known, and what was matched. */
export async function gatherTruth(
  config: ResolvedConfig,
  records: readonly ImageRecord[],
  listener: Listener,
): Promise<{ sources: readonly (string | null)[]; groups: readonly (string | null)[] }> {
  const given = records.map(({ group }) => group);
  if (config.data.truth === null) return { sources: records.map(({ source }) => source), groups: given };
  const truth = await readTruth(config.data.truth, config.directoryOf.truth);
  const { sources, groups, matched } = matchTruth(truth, records);
  if (matched < records.length) {
    const message = `${config.data.truth} names the source of ${matched} of ${records.length} discovery images; the others are not scored`;
    listener({ type: 'warning', message });
  }
  return { sources, groups: groups.map((group, i) => group ?? given[i] ?? null) };
}

/** Number of threads that `run.threads` stands for. */
export function threadCount(threads: number | 'auto'): number {
  return threads === 'auto' ? availableParallelism() : threads;
}

function importBoth({ data, directoryOf }: ResolvedConfig): RunInputs {
  const known = readFeatures(data.knownFeatures as string, directoryOf.knownFeatures, true);
  const discovery = readFeatures(data.discoveryFeatures as string, directoryOf.discoveryFeatures, false);
  if (known.features.dims !== discovery.features.dims) {
    throw new InputError(
      `known and discovery features must have the same number of columns, got ${known.features.dims} and ${discovery.features.dims}`,
    );
  }
  const set = (records: readonly ImageRecord[], labelSource: string): ImageSet => ({
    records,
    labelSource,
    labelled: records.filter(({ source }) => source !== null).length,
    warnings: [],
  });
  return {
    known: set(known.records, 'column "source"'),
    discovery: set(discovery.records, 'none'),
    imported: inOneBuffer(known.features, discovery.features),
  };
}

/** Copies both sets into one buffer, so that what needs all rows together need not copy them again. */
function inOneBuffer(known: FeatureSet, discovery: FeatureSet): NonNullable<RunInputs['imported']> {
  const data = joinValues(known.data, discovery.data);
  const split = known.data.length;
  return {
    known: { ...known, data: data.subarray(0, split) },
    discovery: { ...discovery, data: data.subarray(split) },
  };
}

async function inspectBoth(
  config: ResolvedConfig,
  listener: Listener,
  signal: AbortSignal,
): Promise<RunInputs> {
  const { data, directoryOf } = config;
  const classes = data.classes === null ? undefined : data.classes;
  const listing = { classes };
  const knownListing = await listKnownImages(data.known as string, {
    ...listing,
    baseDirectory: directoryOf.known,
  });
  const discoveryListing = await listDiscoveryImages(data.discovery as string, {
    ...listing,
    baseDirectory: directoryOf.discovery,
  });
  const total = knownListing.entries.length + discoveryListing.entries.length;
  const inspect = (entries: Listing, offset: number, known?: ReadonlySet<string>) =>
    inspectImages(entries, {
      ...inspectionOf(config),
      known,
      signal,
      onProgress: ({ done }) => {
        listener({ type: 'progress', stage: 'inputs', done: offset + done, total, unit: 'images' });
      },
    });
  const known = await inspect(knownListing, 0);
  const usable = known.records.filter(({ status, source }) => status === 'ok' && source !== null);
  const digests = new Set(usable.map(({ id }) => fileId(id)));
  const discovery = await inspect(discoveryListing, knownListing.entries.length, digests);
  for (const [name, { records }] of [
    ['data.known', known],
    ['data.discovery', discovery],
  ] as const) {
    if (records.some(({ status }) => status === 'ok' || status === 'duplicate')) continue;
    const first = records[0];
    throw new InputError(
      `${name} holds no image that can be used, of ${records.length}; the first is ${first?.path}: ${first?.reason}`,
    );
  }
  return { known, discovery, imported: null };
}

/** What came to a finished run: a record per input, and features where they were computed elsewhere. */
export interface Dump {
  readonly set: ImageSet;
  readonly imported: FeatureSet | null;
}

/**
 * Lists and inspects images for a finished run, as it did its own.
 *
 * @param locations as `data.discovery`, or `.npy` files as `data.discoveryFeatures` if the run was made from features.
 * @param present ids of images that are there already: an image among them is a duplicate.
 * @throws {InputError} if a location cannot be read or holds no image, or features have other columns than each other.
 */
export async function gatherDump(
  config: ResolvedConfig,
  locations: readonly string[],
  { baseDirectory, present }: { baseDirectory: string; present: ReadonlySet<string> },
  listener: Listener,
  signal: AbortSignal,
): Promise<Dump> {
  if (config.data.known === null) return importDump(locations, baseDirectory, present);
  const listings: Listing[] = [];
  for (const location of locations) {
    listings.push(await listDiscoveryImages(location, { baseDirectory }));
  }
  const [first] = listings as [Listing];
  const listing = {
    ...first,
    entries: listings.flatMap(({ entries }) => entries),
    warnings: listings.flatMap(({ warnings }) => warnings),
  };
  const set = await inspectImages(listing, {
    ...inspectionOf(config),
    known: present,
    knownAs: 'the case',
    signal,
    onProgress: ({ done, total }) =>
      listener({ type: 'progress', stage: 'inputs', done, total, unit: 'images' }),
  });
  for (const message of set.warnings) listener({ type: 'warning', message });
  return { set, imported: null };
}

/** Rows whose ids are there already are duplicates, and have no features. */
function importDump(locations: readonly string[], baseDirectory: string, present: ReadonlySet<string>): Dump {
  const seen = new Set<string>();
  const records: ImageRecord[] = [];
  const parts: FeatureSet[] = [];
  for (const location of locations) {
    const read = readFeatures(location, baseDirectory, false);
    const fresh: number[] = [];
    read.records.forEach((record, row) => {
      const isFresh = !present.has(record.id) && !seen.has(record.id);
      if (isFresh) fresh.push(row);
      seen.add(record.id);
      const reason = 'there is an image of this id already';
      records.push(isFresh ? record : { ...record, status: 'duplicate', reason });
    });
    parts.push(selectRows(read.features, fresh));
  }
  const set = { records, labelSource: 'none', labelled: 0, warnings: [] };
  return { set, imported: parts.reduce(concatenateRows) };
}

/** How a run inspects images, those that come to it later too. */
function inspectionOf(config: ResolvedConfig) {
  const { maximumPixels, patchSize, patchesPerImage } = config.data;
  const threads = threadCount(config.run.threads);
  return { ...demandsOf(config), maximumPixels, patchSize, patchesPerImage, threads };
}

/** What a backbone that learns from crops asks of images: room for a crop, and that they can be decoded. */
export function demandsOf({ data, rounds }: ResolvedConfig): { minimumSide: number; verify: boolean } {
  const backbone = rounds[0]?.extractor.backbone ?? null;
  if (!isTrained(backbone)) return { minimumSide: data.minimumSide, verify: false };
  return { minimumSide: Math.max(data.minimumSide, backbone.patch), verify: true };
}

/** How many images came in, by status. */
export function countInputs({ records, labelSource }: ImageSet): InputCounts {
  const count = (status: ImageRecord['status']) =>
    records.filter((record) => record.status === status).length;
  return {
    total: records.length,
    ok: count('ok'),
    unreadable: count('unreadable'),
    tooSmall: count('too_small'),
    duplicate: count('duplicate'),
    labelSource,
  };
}
