import { createFeatureSet } from '@ganscout/data-model';
import { markUnreadable } from '@ganscout/images';
import { digestOf } from '@ganscout/storage';
import { attributeRounds } from './attribute-rounds.js';
import type { ResolvedConfig } from './config/resolve.js';
import type { StageOptions } from './config/schema.js';
import { describingMethod } from './describing-method.js';
import { createStudyTruth, type StudyTruth } from './evaluation.js';
import type { Listener } from './events.js';
import { describeHistoryShift } from './history-shift.js';
import { gatherTruth, type RunInputs, threadCount } from './inputs.js';
import type { Content } from './round-spaces.js';
import { needsCompressedCopies, needsDescriptions, trainsBackbone, whiteningRound } from './round-stages.js';
import { type RoundsInput, type RoundsResult, runRounds } from './rounds.js';
import { createScoreboard, type Scoreboard } from './scoreboard.js';
import type { SpaceRows } from './spaces.js';
import { type StageRunner, stageSeed } from './stage-runner.js';
import type { Attribution } from './stages/attribute.js';
import type { RoundConstraints } from './stages/constrain.js';
import {
  chooseSamples,
  type DescribeSamples,
  type Descriptions,
  describeBy,
  readDescriptions,
} from './stages/describe.js';
import { pairsOfLabelled } from './stages/whiten.js';
import { type StoredRows, storedInMemory } from './stored-rows.js';
import { createStudy, idsOf, type Study, scarceSources } from './study.js';

/** What the chain works with; the same for a run and for a plan. */
export interface ChainContext {
  readonly config: ResolvedConfig;
  readonly inputs: RunInputs;
  readonly runner: (listener: Listener) => StageRunner;
  readonly listener: Listener;
  readonly signal: AbortSignal;
}

/** All that a run came to know. */
export interface ChainResult {
  /** The inputs, with images that could not be decoded set to unreadable. */
  readonly inputs: RunInputs;
  readonly study: Study;
  readonly truth: StudyTruth | null;
  readonly rounds: RoundsResult;
  readonly attribution: Attribution;
  readonly scoreboard: Scoreboard;
}

/** Labelled images that a source needs for a test of its own. */
const FEWEST_LABELLED = 2;

/** Chains describing, rounds and attribution. */
export async function runChain(context: ChainContext): Promise<ChainResult> {
  const { config, listener } = context;
  const described = await describe(context);
  const { inputs, study } = described;
  warnOfScarce(study, listener);
  const { sources, groups } = await gatherTruth(config, study.discovery.records, listener);
  const truth = createStudyTruth(study.knownSources, sources, groups);
  return { inputs, study, truth, ...(await discover(context, described, truth)) };
}

/** Images with their features. */
export interface Described {
  readonly inputs: Pick<RunInputs, 'imported'>;
  readonly study: Study;
  /** Null where features came from elsewhere. */
  readonly descriptions: Descriptions | null;
  /** Digest of the features of all images. */
  readonly digest: string;
  /** What people said of discovery images, by the rows of the study. */
  readonly constraints?: RoundConstraints | null;
}

/** Chains rounds and attribution: what comes after describing, wherever the descriptions are from. */
export async function discover(
  { config, listener, signal, runner: createRunner }: Omit<ChainContext, 'inputs'>,
  described: Described,
  truth: StudyTruth | null,
): Promise<Pick<ChainResult, 'rounds' | 'attribution' | 'scoreboard'>> {
  const scoreboard = createScoreboard(truth, listener);
  const runner = createRunner(scoreboard.listener);
  const input = roundsInput(config, described);
  const rounds = await runRounds({ input, runner, listener: scoreboard.listener, signal });
  const attribution = await attributeRounds(input, rounds, described.study.knownSources, runner);
  return { rounds, attribution, scoreboard };
}

async function describe({
  config,
  inputs,
  runner,
  listener,
  signal,
}: ChainContext): Promise<Described & { readonly inputs: RunInputs }> {
  const candidates = createStudy(inputs.known.records, inputs.discovery.records);
  warnOfHistory(config, candidates, inputs.imported !== null, listener);
  if (inputs.imported !== null) {
    const digest = digestOfImported(inputs.imported, candidates);
    return { inputs, study: candidates, descriptions: null, digest };
  }
  if (!needsDescriptions(config.rounds)) {
    return { inputs, study: candidates, descriptions: null, digest: candidates.digest };
  }
  const records = [...candidates.known.records, ...candidates.discovery.records];
  const method = describingMethod(config);
  const samples = samplesOf(config, candidates);
  const key = {
    round: 1,
    stage: 'describe',
    options: { ...method.options, ...samples },
    inputs: { images: candidates.imagesDigest, ...method.inputs },
  } as const;
  const onProgress = (done: number) =>
    listener({ type: 'progress', stage: 'describe', done, total: records.length, unit: 'images' });
  const threads = threadCount(config.run.threads);
  const { result, digest } = await runner(listener).run(
    key,
    async (writer) => {
      const describer = await method.open(threads);
      try {
        const choice = chooseSamples(records, samples);
        await describeBy(describer, records, choice, writer, { threads, signal, onProgress });
      } finally {
        await describer.close();
      }
    },
    (output) => readDescriptions(output, method.cropsPerImage),
  );
  const marked = {
    ...inputs,
    known: markUnreadable(inputs.known, result.failures),
    discovery: markUnreadable(inputs.discovery, result.failures),
  };
  const study = createStudy(marked.known.records, marked.discovery.records);
  return { inputs: marked, study, descriptions: result, digest: digestOf(digest + study.digest) };
}

/**
 * How many images stand in for all where whitening is learned.
 *
 * Compressed copies are of labelled images: a dump that was compressed already would show what a second compression does.
 */
export function samplesOf({ rounds }: ResolvedConfig, study: Study): DescribeSamples {
  const { cropSample, compressedSample } = (rounds[0] as StageOptions).extractor.whitening;
  return {
    cropSample,
    compressedSample: needsCompressedCopies(rounds) ? compressedSample : 0,
    labelledCount: study.known.records.length,
  };
}

function roundsInput(
  config: ResolvedConfig,
  { inputs, study, descriptions, digest, constraints = null }: Described,
): RoundsInput {
  const { labels: knownLabels, groups: knownGroups } = study.known;
  const knownCount = study.knownSources.length;
  const { knownDigest } = study;
  const ids = { known: idsOf(study.known.records), discovery: idsOf(study.discovery.records) };
  const common = { config, knownLabels, knownGroups, knownCount, knownDigest, digest, ids };
  const { imagesDigest } = study;
  if (inputs.imported !== null) {
    const crops = pairsOfLabelled(
      inputs.imported.known,
      knownLabels,
      stageSeed(config.run.seed, 'whiten', 0),
    );
    const described = { rows: storedInMemory(inputs.imported), crops, digest };
    return { ...common, imagesDigest, records: [], described, constraints };
  }
  const records = [...study.known.records, ...study.discovery.records];
  const described = descriptions === null ? null : contentOf(config, study, descriptions, digest);
  return { ...common, imagesDigest, records, described, constraints };
}

function contentOf(
  config: ResolvedConfig,
  study: Study,
  descriptions: Descriptions,
  digest: string,
): Content {
  const { whole, crops, cropsPerImage, compressedPairs } = descriptions;
  const { extractor } = describingMethod(config);
  const rows: StoredRows = {
    knownIds: idsOf(study.known.records),
    discoveryIds: idsOf(study.discovery.records),
    space: { extractor, layer: '', round: 0, transform: '' },
    source: whole,
  };
  if (crops.rows > 0)
    return { rows, crops: { source: crops, perImage: cropsPerImage, compressedPairs }, digest };
  if (extractor === 'descriptor') return { rows, crops: null, digest };
  // Images too small for crops: labelled images of one source stand in for them.
  const known = createFeatureSet(rows.knownIds, whole.dims, whole.read(0, rows.knownIds.length), rows.space);
  const seed = stageSeed(config.run.seed, 'whiten', 0);
  return { rows, crops: pairsOfLabelled(known, study.known.labels, seed), digest };
}

/** Warns before anything is described, when the option can still be set without loss. */
function warnOfHistory(
  { rounds }: ResolvedConfig,
  study: Study,
  isImported: boolean,
  listener: Listener,
): void {
  const isWhitened = rounds.some((_, i) => whiteningRound(rounds, i + 1) !== null);
  const isEvenedOut = needsCompressedCopies(rounds);
  const reason = isImported
    ? 'the features were computed elsewhere, and there are no images to compress'
    : 'the features of a trained backbone are whitened without compressed copies';
  if ((isImported || trainsBackbone(rounds)) && isEvenedOut) {
    const message = `extractor.whitening.compressionWeight has no effect: ${reason}`;
    listener({ type: 'warning', message });
  }
  if (isImported || isEvenedOut || !isWhitened) return;
  const message = describeHistoryShift(study.known.records, study.discovery.records);
  if (message !== null) listener({ type: 'warning', message });
}

/** Warns of known sources with too few labelled images for a test. */
export function warnOfScarce(study: Study, listener: Listener): void {
  const scarce = scarceSources(study, FEWEST_LABELLED);
  if (scarce.length === 0) return;
  const message = `with one labelled image, ${scarce.join(', ')} cannot be tested for and will be given to no image; label more`;
  listener({ type: 'warning', message });
}

/** Digest of features from elsewhere, and of the images that they are of. */
export function digestOfImported({ known, discovery }: SpaceRows, study: Study): string {
  return digestOf(digestOf(bytesOf(known.data)) + digestOf(bytesOf(discovery.data)) + study.digest);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
