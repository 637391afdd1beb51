import { join } from 'node:path';
import { lockFolder } from '@ganscout/storage';
import { gatherBenchImages } from './bench-images.js';
import type { BenchContext, BenchSettings } from './bench-settings.js';
import { createSplit } from './bench-split.js';
import { CellStore } from './cell-store.js';
import { compareMethods, pacesOfMethods } from './compare-methods.js';
import { compareLabelAmounts, pacesOfLabels } from './label-efficiency.js';
import { measureSizes, pacesOfSizes } from './minimum-size.js';
import { Outlook } from './outlook.js';
import { PRESETS } from './presets-and-ablations.js';
import { type ProtocolSplits, protocolSplits } from './protocol-splits.js';
import { type BenchResults, describeImagesOf, writeResults } from './results.js';
import { compareAttacks, describeBench, pacesOfRobustness } from './robustness.js';
import type { Section } from './sections.js';

/**
 * Runs a benchmark: presets, baselines and ablations on the same features, under each protocol and with each seed, and what
 * else the settings ask for; writes `report.md`, `report.html`, `results.json` and `results.csv`.
 *
 * Images are described once. The outcome of every method is kept as soon as it is there, so that a call with the same
 * output goes on where an earlier one stopped, and does only what is new. Equal images, options and software give
 * equal bytes; how long cells took is in `cells/seconds.json`.
 *
 * @throws {InputError} if images, true sources or a table are missing, or allow no split.
 * @throws {RangeError} if seeds or a share are out of range. @throws {FolderLockedError} if the output is in use.
 * @throws the signal's reason if it is aborted.
 */
export async function runBench(settings: BenchSettings): Promise<BenchResults> {
  checkSettings(settings);
  // Wrong options of any method are told before anything is computed.
  for (const preset of PRESETS) settings.configure(preset.settings);
  const config = settings.configure([]);
  const { directory, listener, signal } = settings;
  const heard = (event: { readonly type: string }) => {
    if (event.type === 'warning') listener(event as { type: 'warning'; message: string });
  };
  const gathered = await gatherBenchImages(config, heard, signal);
  const seeds = Array.from({ length: settings.seeds }, (_, i) => settings.firstSeed + i);
  const splits: ProtocolSplits[] = [];
  // Splits are drawn once before, so that a table that allows none is told of at once.
  for (const protocol of settings.protocols) await protocolSplits(protocol, gathered, seeds, settings);
  const unlock = lockFolder(directory, settings.now);
  try {
    const described = await describeBench([...gathered.known, ...gathered.discovery], 'images', settings);
    const isThere = ({ id }: { id: string }) => described.rowOf.has(id);
    const images = {
      known: gathered.known.filter(isThere),
      discovery: gathered.discovery.filter(isThere),
    };
    for (const protocol of settings.protocols)
      splits.push(await protocolSplits(protocol, images, seeds, settings));
    const store = new CellStore(join(directory, 'cells'));
    const context = { settings, images, described, store, seeds };
    const sections = await measure(context, splits);
    const results: BenchResults = {
      version: 1,
      ...describeImagesOf(images),
      seeds,
      protocols: settings.protocols,
      knownShare: settings.knownShare,
      preset: config.preset,
      rounds: config.rounds,
      sections,
    };
    writeResults(directory, results);
    return results;
  } finally {
    unlock();
  }
}

async function measure(context: BenchContext, splits: readonly ProtocolSplits[]): Promise<Section[]> {
  const { settings, images, seeds } = context;
  const own = createSplit(images.known, images.discovery);
  const { robustness, minimumSize, labelEfficiency } = settings;
  const paces = [
    ...splits.flatMap(pacesOfMethods),
    ...(robustness ? pacesOfRobustness(seeds) : []),
    ...(minimumSize ? pacesOfSizes(own, seeds) : []),
    ...(labelEfficiency ? pacesOfLabels(seeds) : []),
  ];
  const outlook = new Outlook(paces, settings.listener);
  const sections: Section[] = [];
  for (const protocol of splits) sections.push(...(await compareMethods(protocol, context, outlook)));
  if (robustness) sections.push(await compareAttacks(own, context, outlook));
  if (minimumSize) sections.push(await measureSizes(own, context, outlook));
  if (labelEfficiency) sections.push(await compareLabelAmounts(own, context, outlook));
  return sections;
}

function checkSettings({ seeds, firstSeed, knownShare, protocols }: BenchSettings): void {
  if (!Number.isSafeInteger(seeds) || seeds < 1) {
    throw new RangeError(`runBench: seeds must be an integer of at least 1, got ${seeds}`);
  }
  if (!Number.isSafeInteger(firstSeed) || firstSeed < 0) {
    throw new RangeError(`runBench: firstSeed must be an integer of at least 0, got ${firstSeed}`);
  }
  if (!(knownShare > 0 && knownShare < 1)) {
    throw new RangeError(`runBench: knownShare must be in (0, 1), got ${knownShare}`);
  }
  if (protocols.length === 0) throw new RangeError('runBench: protocols must name one at least, got none');
}
