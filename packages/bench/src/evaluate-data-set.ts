import { join } from 'node:path';
import {
  cutRecords,
  type DataSet,
  discoveryRows,
  labelledRows,
  type Perturbation,
  perturbDataSet,
  planSplit,
  type SplitOptions,
  type SplitPlan,
} from '@ganscout/comparison';
import type { ImageRecord } from '@ganscout/images';
import {
  type DescribedImages,
  describeImages,
  discoverInMemory,
  type MemoryDiscovery,
  needsCompressedCopies,
  type ResolvedConfig,
} from '@ganscout/pipeline';
import type { FigureValues } from './aims.js';
import type { Progress } from './progress.js';
import { distinctProtocols, PROTOCOLS, type ProtocolName } from './protocols.js';
import { type ClusterOutcome, clustersOf, figuresOf, outcomeOf, type SplitOutcome } from './split-outcome.js';
import { type StageMeans, summarizeStages } from './stage-means.js';
import { correlateTrust, type Summary, summarize, type TrustCorrelations } from './summary.js';

/** What is measured. */
export interface EvaluationRequest {
  readonly config: ResolvedConfig;
  readonly splits: number;
  /** Split i of the evaluation is drawn with seed + i. */
  readonly seed: number;
  readonly split: SplitOptions;
  readonly protocols: readonly ProtocolName[];
  readonly perturbations: readonly Perturbation[];
  /** Whether labelled images stay as they are. */
  readonly perturbsOnlyDiscovery: boolean;
  /** Keeps descriptors and perturbed images. */
  readonly directory: string;
  readonly threads: number;
}

/** One split under one protocol. */
export interface SplitReport {
  readonly seed: number;
  readonly knownSources: readonly string[];
  readonly unknownSources: readonly string[];
  readonly rareSources: readonly string[];
  readonly labelledImages: number;
  readonly discoveryImages: number;
  readonly lastRound: number;
  readonly endedBecause: string;
  readonly figures: FigureValues;
  /** All figures after each stage of each round. */
  readonly rounds: MemoryDiscovery['rounds'];
  readonly clusters: readonly ClusterOutcome[];
}

/** All splits under one protocol with one perturbation. */
export interface CaseReport {
  readonly protocol: ProtocolName;
  readonly perturbation: Perturbation;
  readonly perturbsOnlyDiscovery: boolean;
  /** Images, or patches of them. */
  readonly images: number;
  readonly summary: Summary;
  readonly stages: readonly StageMeans[];
  readonly trust: TrustCorrelations;
  readonly splits: readonly SplitReport[];
}

/** What an evaluation works with. */
export interface EvaluationContext {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

/**
 * Measures discovery on a data set: every split under every protocol with every perturbation.
 *
 * Descriptors are computed once for each protocol and perturbation, since they do not depend on the split; all that is
 * fitted is fitted in each split anew, to what a run would see.
 *
 * @returns the cases as they are done.
 */
export async function* evaluateDataSet(
  dataSet: DataSet,
  request: EvaluationRequest,
  context: EvaluationContext,
): AsyncGenerator<CaseReport, void, undefined> {
  const { records, kinds } = dataSet;
  const plans = Array.from({ length: request.splits }, (_, i) =>
    planSplit(records, kinds, request.split, request.seed + i),
  );
  const rowsOf = new Map<ProtocolName, readonly ImageRecord[]>();
  for (const name of request.protocols)
    rowsOf.set(name, await cutRecords(dataSet, PROTOCOLS[name], context.signal));
  for (const [protocol, rows] of distinctProtocols(rowsOf)) {
    const isCleanUsed = request.perturbsOnlyDiscovery || request.perturbations.includes('none');
    const clean = isCleanUsed ? await describeRows(rows, protocol, 'none', request, context) : null;
    for (const perturbation of request.perturbations) {
      const described =
        clean !== null && perturbation === 'none'
          ? clean
          : await describePerturbed(dataSet, protocol, perturbation, request, context);
      const known = clean !== null && request.perturbsOnlyDiscovery ? clean : described;
      yield await evaluateCase(plans, { protocol, perturbation, known, described }, request, context);
    }
  }
}

async function describePerturbed(
  dataSet: DataSet,
  protocol: ProtocolName,
  perturbation: Perturbation,
  request: EvaluationRequest,
  context: EvaluationContext,
): Promise<DescribedImages> {
  const { progress, signal } = context;
  const total = dataSet.records.length;
  const perturbed = await perturbDataSet(
    dataSet,
    perturbation,
    join(request.directory, 'perturbed', perturbation),
    {
      signal,
      onProgress: (done) => progress.show(`${perturbation}: perturbing ${done} of ${total} images`),
    },
  );
  const rows = await cutRecords(perturbed, PROTOCOLS[protocol], signal);
  return describeRows(rows, protocol, perturbation, request, context);
}

async function describeRows(
  rows: readonly ImageRecord[],
  protocol: ProtocolName,
  perturbation: Perturbation,
  { config, directory, threads }: EvaluationRequest,
  { progress, signal }: EvaluationContext,
): Promise<DescribedImages> {
  const name = perturbation === 'none' ? protocol : `${protocol}-${perturbation}`;
  const [first] = config.rounds;
  if (first === undefined)
    throw new RangeError('describeRows: the configuration must have a round, it has none');
  const { descriptor } = first.extractor;
  progress.show(`${name}: looking for the descriptors of ${rows.length} images`);
  return describeImages(rows, {
    directory: join(directory, 'descriptors', name),
    descriptor,
    needsCompressedCopies: needsCompressedCopies(config.rounds),
    threads,
    signal,
    onProgress: (done) => progress.show(`${name}: describing ${done} of ${rows.length} images`),
  });
}

interface Case {
  readonly protocol: ProtocolName;
  readonly perturbation: Perturbation;
  /** What labelled images are taken from. */
  readonly known: DescribedImages;
  /** What the discovery set is taken from. */
  readonly described: DescribedImages;
}

async function evaluateCase(
  plans: readonly SplitPlan[],
  given: Case,
  request: EvaluationRequest,
  context: EvaluationContext,
): Promise<CaseReport> {
  const { protocol, perturbation, described } = given;
  const outcomes: SplitOutcome[] = [];
  const splits: SplitReport[] = [];
  for (const plan of plans) {
    const title = `${protocol}${perturbation === 'none' ? '' : ` ${perturbation}`}, split ${splits.length + 1} of ${plans.length}`;
    const { outcome, report } = await evaluateSplit(plan, given, title, request, context);
    outcomes.push(outcome);
    splits.push(report);
  }
  context.progress.show(`${protocol}: drawing images for intervals`);
  const values = splits.map(({ figures }) => figures);
  return {
    protocol,
    perturbation,
    perturbsOnlyDiscovery: request.perturbsOnlyDiscovery && perturbation !== 'none',
    images: described.records.length,
    summary: summarize(outcomes, values, request.seed),
    stages: summarizeStages(splits.map(({ rounds }) => rounds)),
    trust: correlateTrust(splits.flatMap(({ clusters }) => clusters)),
    splits,
  };
}

async function evaluateSplit(
  plan: SplitPlan,
  { known, described }: Case,
  title: string,
  { config }: EvaluationRequest,
  { progress, signal, clock }: EvaluationContext,
): Promise<{ outcome: SplitOutcome; report: SplitReport }> {
  const start = clock();
  const labelled = labelledRows(plan, known.records);
  const discovery = discoveryRows(plan, described.records);
  const result = await discoverInMemory(
    { config, known: labelled, discovery, described: known === described ? [known] : [known, described] },
    {
      signal,
      clock,
      listener: (event) => {
        if (event.type === 'stage-start') progress.show(`${title}: round ${event.round}, ${event.stage}`);
        if (event.type === 'warning') progress.print(event.message);
      },
    },
  );
  const groups = discovery.map(({ group, path }) => group ?? path);
  const outcome = outcomeOf(result, groups, plan.rareSources);
  const figures = figuresOf(outcome);
  progress.print(`${title}: ${formatBrief(figures)}, ${Math.round((clock() - start) / 1000)} s`);
  const { knownSources, unknownSources, rareSources, seed } = plan;
  const { lastRound, endedBecause, rounds, trust } = result;
  const sources = { seed, knownSources, unknownSources, rareSources };
  const counts = { labelledImages: labelled.length, discoveryImages: discovery.length };
  const clusters = clustersOf(outcome, trust);
  return { outcome, report: { ...sources, ...counts, lastRound, endedBecause, figures, rounds, clusters } };
}

function formatBrief({ auroc, discoveredAveragePurity, unknownNmi }: FigureValues): string {
  const format = (value: number | null) => value?.toFixed(3) ?? '—';
  return `AUROC ${format(auroc)}, purity ${format(discoveredAveragePurity)}, NMI ${format(unknownNmi)}`;
}
