import { checkDevice } from '@ganscout/autodiff';
import type { FeatureSet, ImageId } from '@ganscout/data-model';
import type { ImageRecord } from '@ganscout/images';
import { setKernelThreads } from '@ganscout/kernels';
import { digestOf } from '@ganscout/storage';
import { formatConfig, type ResolvedConfig } from './config/resolve.js';
import { type DescribedImages, selectDescriptions } from './described-images.js';
import { describingMethod } from './describing-method.js';
import { type Described, digestOfImported, discover, samplesOf, warnOfScarce } from './discovery-chain.js';
import type { Listener } from './events.js';
import { threadCount } from './inputs.js';
import type { LabelState } from './label-state.js';
import { needsDescriptions } from './round-stages.js';
import { RUN_FILES, writeRunFiles } from './run-directory.js';
import { SOFTWARE_VERSION } from './software.js';
import { nameSources } from './source-names.js';
import { createStageRunner } from './stage-runner.js';
import { StageStore } from './stage-store.js';
import type { Attribution } from './stages/attribute.js';
import type { RoundConstraints } from './stages/constrain.js';
import { createStudy, idsOf, type Study } from './study.js';
import { type SourceTrust, trustAfterRounds } from './trust.js';

/** What people said of images; of what is not in the discovery set, nothing is said. */
export interface ImageConstraints {
  /** Images of each set are of one source. */
  readonly mustLink: readonly (readonly ImageId[])[];
  /** Images of the two sides are of different sources. */
  readonly cannotLink: readonly { readonly left: readonly ImageId[]; readonly right: readonly ImageId[] }[];
}

/** All images of a case, and what is there of them. */
export interface RediscoveryInput {
  /** Its `data` block is not read. */
  readonly config: ResolvedConfig;
  /** Where the stages are kept, as a run keeps its own; what is there already is kept if nothing changed. */
  readonly directory: string;
  /** Labelled images with their sources, those that people labelled among them. */
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
  /** Every image is in one of these, but for one that could not be decoded; none where a backbone is trained without descriptors. */
  readonly described: readonly DescribedImages[];
  /** Features from elsewhere, with a row for each record of either set, in their order; null for images. */
  readonly imported: { readonly known: FeatureSet; readonly discovery: FeatureSet } | null;
  readonly constraints: ImageConstraints;
}

/** How it is done. */
export interface RediscoverySettings {
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** All that a run on the same images would come to know; arrays are in the order of `ids`. */
export interface Rediscovery {
  /** The images of the discovery set that could be used. */
  readonly ids: readonly ImageId[];
  /** Ascending; the position is the label. */
  readonly knownSources: readonly string[];
  /** Names by label, as a run gives them. */
  readonly sources: readonly string[];
  readonly labels: LabelState;
  readonly attribution: Attribution;
  /** Of each label. */
  readonly trust: readonly SourceTrust[];
  readonly lastRound: number;
  readonly endedBecause: string;
}

/**
 * Discovers anew among all images of a case: as a run would on all of them, without describing any again.
 *
 * The directory becomes what a model can be opened from, as from a run: its configuration, the stages of its rounds, and the
 * test of the last. Another call for the same images goes on where an interrupted one stopped.
 *
 * @throws {InputError} if nothing remains of a set.
 * @throws {TypeError} if features from elsewhere do not have the ids of the records.
 * @throws {RangeError} if an image is in no described set. @throws {StageError} if a stage fails.
 * @throws the signal's reason if it is aborted; what was done is kept.
 *
 * Cost: that of the rounds of a run. Descriptors are read from where they are; a trained backbone reads the images again.
 */
export async function rediscover(
  input: RediscoveryInput,
  { listener, signal, now }: RediscoverySettings,
): Promise<Rediscovery> {
  const { config, directory } = input;
  if (config.rounds[0]?.extractor.backbone) checkDevice(config.run.device);
  setKernelThreads(threadCount(config.run.threads));
  const described = describedBefore(input);
  const { study } = described;
  warnOfScarce(study, listener);
  writeRunFiles(directory, { [RUN_FILES.config]: formatConfig(config) });
  const store = new StageStore(directory, SOFTWARE_VERSION);
  const clock = () => now().getTime();
  const runner = (hearing: Listener) => createStageRunner(store, hearing, signal, clock);
  const { rounds, attribution } = await discover({ config, listener, signal, runner }, described, null);
  store.sweep();
  return {
    ids: idsOf(study.discovery.records),
    knownSources: study.knownSources,
    sources: nameSources(study.knownSources, rounds.labels.assignment),
    labels: rounds.labels,
    attribution,
    trust: trustAfterRounds(config, rounds),
    lastRound: rounds.lastRound,
    endedBecause: rounds.endedBecause,
  };
}

/** The images with the features that are there. */
function describedBefore(input: RediscoveryInput): Described {
  const { config, imported, described: sets } = input;
  const failed = failedIds(sets);
  const usable = (records: readonly ImageRecord[]) => records.filter(({ id }) => !failed.has(id));
  const study = createStudy(usable(input.known), usable(input.discovery));
  const common = { inputs: { imported }, study, constraints: rowsOfConstraints(input.constraints, study) };
  if (imported !== null) {
    checkImported(imported, study);
    return { ...common, descriptions: null, digest: digestOfImported(imported, study) };
  }
  if (!needsDescriptions(config.rounds)) return { ...common, descriptions: null, digest: study.digest };
  const records = [...study.known.records, ...study.discovery.records];
  const method = describingMethod(config);
  const samples = samplesOf(config, study);
  const descriptions = selectDescriptions(sets, records, samples, [...failed]);
  const { crops, compressedPairs } = descriptions;
  // Of the same images a set may hold more crops than another, so that they are not told by the options.
  const taken = [crops.rows, compressedPairs.length];
  const made = JSON.stringify([method.options, method.inputs, samples, taken, [...failed].sort()]);
  return { ...common, descriptions, digest: digestOf(digestOf(made) + study.digest) };
}

/** Ids of images that could not be decoded, unless they could another time. */
function failedIds(sets: readonly DescribedImages[]): ReadonlySet<ImageId> {
  const failed = sets.flatMap(({ descriptions }) => [...descriptions.failures.keys()]);
  return new Set(failed.filter((id) => !sets.some(({ rowOf }) => rowOf.has(id))));
}

/** What is said of the images of the discovery set, by their rows; null if it is nothing. */
function rowsOfConstraints(
  { mustLink, cannotLink }: ImageConstraints,
  { discovery }: Study,
): RoundConstraints | null {
  const rowOf = new Map(discovery.records.map(({ id }, row) => [id, row]));
  const rowsOf = (ids: readonly ImageId[]) =>
    Int32Array.from(ids.map((id) => rowOf.get(id)).filter((row) => row !== undefined));
  const linked = mustLink.map(rowsOf).filter(({ length }) => length > 1);
  const parted = cannotLink
    .map(({ left, right }) => ({ left: rowsOf(left), right: rowsOf(right) }))
    .filter(({ left, right }) => left.length > 0 && right.length > 0);
  return linked.length + parted.length === 0 ? null : { mustLink: linked, cannotLink: parted };
}

function checkImported(
  imported: NonNullable<RediscoveryInput['imported']>,
  { known, discovery }: Study,
): void {
  const sets = [
    ['known', imported.known.ids, known.records],
    ['discovery', imported.discovery.ids, discovery.records],
  ] as const;
  for (const [name, ids, records] of sets) {
    const other = ids.findIndex((id, row) => records[row]?.id !== id);
    if (ids.length === records.length && other === -1) continue;
    const row = other === -1 ? ids.length : other;
    throw new TypeError(
      `rediscover: the ${name} features must have a row for each of ${records.length} records, in their order; row ${row} of ${ids.length} is another's or missing`,
    );
  }
}
