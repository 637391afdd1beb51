import type { Assignment } from '@ganscout/data-model';
import { type ImageRecord, InputError } from '@ganscout/images';
import { setKernelThreads } from '@ganscout/kernels';
import type { ResolvedConfig } from './config/resolve.js';
import type { SpaceName } from './config/schema.js';
import { type DescribedImages, selectDescriptions } from './described-images.js';
import { discover, samplesOf } from './discovery-chain.js';
import { createStudyTruth, type StudyTruth } from './evaluation.js';
import type { Listener } from './events.js';
import { threadCount } from './inputs.js';
import { createMemoryRunner, type KeptStages } from './memory-runner.js';
import type { RunSummary } from './run-summary.js';
import type { SpaceRows } from './spaces.js';
import type { Attribution } from './stages/attribute.js';
import { createStudy } from './study.js';
import { type SourceTrust, trustAfterRounds } from './trust.js';

/** What is discovered, and in what. */
export interface MemoryDiscoveryInput {
  /** Its `data` block is not read. */
  readonly config: ResolvedConfig;
  readonly known: readonly ImageRecord[];
  /** Their sources serve for scoring only. */
  readonly discovery: readonly ImageRecord[];
  /** Every image of both sets is in one of these. */
  readonly described: readonly DescribedImages[];
  /** Stages of other discoveries on the same `described`, which are not done again; those done here are added. */
  readonly kept?: KeptStages;
}

/** All that a run on the same images would come to know; arrays are in the order of the discovery set. */
export interface MemoryDiscovery {
  /** Ascending; the position is the label. */
  readonly knownSources: readonly string[];
  readonly assignment: Assignment;
  readonly attribution: Attribution;
  /** Of each label. */
  readonly trust: readonly SourceTrust[];
  /** Null if no image of the discovery set has a source. */
  readonly truth: StudyTruth | null;
  /** Figures after every stage. */
  readonly rounds: RunSummary['rounds'];
  readonly lastRound: number;
  readonly endedBecause: string;
  /** Rows of both sets in the named spaces of the last round, side by side. @throws {RangeError} if one is not there. */
  rowsIn(spaces: readonly SpaceName[]): SpaceRows;
}

/**
 * Makes the rounds on described images and writes nothing.
 *
 * The stages see what they would see in a run with these known and discovery images: all that is fitted is fitted to
 * them alone.
 *
 * @throws {InputError} if a set has no usable image, or `extractor.backbone` is set: a run has it.
 * @throws {StageError} if a stage fails.
 * @throws the signal's reason if it is aborted.
 */
export async function discoverInMemory(
  { config, known, discovery, described, kept }: MemoryDiscoveryInput,
  { listener, signal, clock }: { listener: Listener; signal: AbortSignal; clock: () => number },
): Promise<MemoryDiscovery> {
  if (config.rounds[0]?.extractor.backbone) {
    throw new InputError(
      'expected extractor.backbone to be null, as images are described by the descriptor here; use ganscout run',
    );
  }
  setKernelThreads(threadCount(config.run.threads));
  const study = createStudy(known, discovery);
  const records = [...study.known.records, ...study.discovery.records];
  const descriptions = selectDescriptions(described, records, samplesOf(config, study));
  const truth = createStudyTruth(
    study.knownSources,
    study.discovery.records.map(({ source }) => source),
    study.discovery.records.map(({ group }) => group),
  );
  const { rounds, attribution, scoreboard } = await discover(
    { config, listener, signal, runner: (hearing) => createMemoryRunner(hearing, signal, clock, kept) },
    { inputs: { imported: null }, study, descriptions, digest: study.digest },
    truth,
  );
  const { assignment } = rounds.labels;
  return {
    knownSources: study.knownSources,
    assignment,
    attribution,
    trust: trustAfterRounds(config, rounds),
    truth,
    rounds: scoreboard.rounds(),
    lastRound: rounds.lastRound,
    endedBecause: rounds.endedBecause,
    rowsIn: (spaces) => rounds.spaces.rows(spaces),
  };
}
