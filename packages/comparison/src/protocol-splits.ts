import { type ImageRecord, InputError } from '@ganscout/images';
import {
  ATTRIBUTE_MEANINGS,
  type AttributeTable,
  drawByAttribute,
  kindsOf,
  readAttributes,
} from './attribute-splits.js';
import type { BenchImages } from './bench-images.js';
import type { BenchSettings, ProtocolName } from './bench-settings.js';
import { type BenchSplit, createSplit } from './bench-split.js';
import { discoveryRows, labelledRows, planSplit, planSplitOf } from './splits.js';

/** Share of the groups of a known source that are labelled, where sources are split anew. */
const LABELLED_SHARE = 0.6;

/** Splits of the seeds under one protocol. */
export interface ProtocolSplits {
  readonly protocol: ProtocolName;
  readonly title: string;
  /** What a reader has to know, a sentence each. */
  readonly notes: readonly string[];
  /** One for each seed; the same object where it is the same split. */
  readonly splits: readonly BenchSplit[];
}

const TITLES: Readonly<Record<ProtocolName, string>> = {
  own: 'the split of the configuration',
  random: 'random splits of the sources',
  dataset: 'unseen data sets',
  architecture: 'unseen architectures',
  seed: 'unseen seeds',
};

/**
 * Makes the splits of a protocol.
 *
 * @throws {InputError} if a protocol by attribute has no table, or images or table allow no such split.
 */
export async function protocolSplits(
  protocol: ProtocolName,
  images: BenchImages,
  seeds: readonly number[],
  { attributes, knownShare }: Pick<BenchSettings, 'attributes' | 'knownShare'>,
): Promise<ProtocolSplits> {
  const title = TITLES[protocol];
  if (protocol === 'own') {
    const split = createSplit(images.known, images.discovery);
    const notes = [
      'The labelled images and the discovery set are the same with every seed; what varies is chance inside the methods.',
    ];
    return { protocol, title, notes, splits: seeds.map(() => split) };
  }
  const table = attributes === null ? null : await readAttributes(attributes);
  if (protocol !== 'random' && table === null) {
    throw new InputError(
      `a split by ${protocol} needs a table of the sources' attributes: name one by --attributes, with the columns source, dataset, architecture and seed`,
    );
  }
  const pool = [...images.known, ...images.discovery].filter(({ source }) => source !== null);
  const splits = seeds.map((seed) => splitAnew(protocol, pool, table, knownShare, seed));
  return {
    protocol,
    title,
    notes: [...describeProtocol(protocol, knownShare), ...splits.map(describeSplit(seeds))],
    splits,
  };
}

function splitAnew(
  protocol: Exclude<ProtocolName, 'own'>,
  pool: readonly ImageRecord[],
  table: AttributeTable | null,
  knownShare: number,
  seed: number,
): BenchSplit {
  const options = { knownShare, labelledShare: LABELLED_SHARE, rareCount: 0, rareSize: 1 };
  if (protocol === 'random') {
    const plan = planRandom(pool, table, options, seed);
    return createSplit(labelledRows(plan, pool), discoveryRows(plan, pool));
  }
  const { known, unknown, leftOut } = drawByAttribute(protocol, pool, table as AttributeTable, seed);
  const part = new Set([...known, ...unknown]);
  const rows = pool.filter(({ source }) => part.has(source as string));
  const plan = planSplitOf(rows, known, options, seed);
  return createSplit(labelledRows(plan, rows), discoveryRows(plan, rows), leftOut);
}

function planRandom(
  pool: readonly ImageRecord[],
  table: AttributeTable | null,
  options: Parameters<typeof planSplit>[2],
  seed: number,
) {
  try {
    return planSplit(pool, table === null ? new Map() : kindsOf(table), options, seed);
  } catch (error) {
    if (error instanceof RangeError)
      throw new InputError(`cannot split the sources at random: ${error.message}`);
    throw error;
  }
}

function describeProtocol(protocol: Exclude<ProtocolName, 'own'>, knownShare: number): string[] {
  const drawn =
    protocol === 'random'
      ? `A share of ${knownShare} of the sources is known, drawn with the seed; where a table tells, two sources of real images are among them.`
      : `Drawn with the seed: ${ATTRIBUTE_MEANINGS[protocol]}.`;
  return [
    `All images with a source, labelled ones and others, are put together and split anew. ${drawn} ${Math.round(100 * LABELLED_SHARE)} % of the groups of images of a known source are labelled, the others are in the discovery set with all images of the unknown sources.`,
  ];
}

function describeSplit(seeds: readonly number[]) {
  return ({ unknownSources, knownSources, leftOut }: BenchSplit, i: number): string => {
    const left = leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')}`;
    return `Seed ${seeds[i]}: ${knownSources.length} known; unknown: ${unknownSources.join(', ')}${left}.`;
  };
}
