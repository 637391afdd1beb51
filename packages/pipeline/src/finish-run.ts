import { basename } from 'node:path';
import type { ImageRecord } from '@ganscout/images';
import type { ResolvedConfig } from './config/resolve.js';
import { describeConfounder, findConfounders, warnOfConfounders } from './confounders.js';
import type { ChainResult } from './discovery-chain.js';
import { majorities, scoreWithIntervals } from './evaluation.js';
import type { Listener } from './events.js';
import { REASONS } from './label-state.js';
import { formatAssignments, formatInputs, formatSources } from './outputs.js';
import { RUN_FILES, writeRunFiles } from './run-directory.js';
import type { AssignmentRow, RunSummary, SourceRow } from './run-summary.js';
import { softwareVersions } from './software.js';
import { nameSources } from './source-names.js';
import { trustAfterRounds } from './trust.js';

/** Writes the tables and the summary of a run, the summary last; warns of sources that file facts explain. */
export function finishRun(config: ResolvedConfig, chain: ChainResult, listener: Listener): RunSummary {
  const names = nameSources(chain.study.knownSources, chain.rounds.labels.assignment);
  const sources = sourceRows(config, chain, names);
  const message = warnOfConfounders(sources);
  if (message !== null) listener({ type: 'warning', message });
  const summary = summarize(config, chain, sources);
  const { known, discovery } = chain.inputs;
  writeRunFiles(config.run.output, {
    [RUN_FILES.inputs]: formatInputs({ known: known.records, discovery: discovery.records }),
    [RUN_FILES.assignments]: formatAssignments(assignmentRows(chain, names)),
    [RUN_FILES.sources]: formatSources(sources),
    [RUN_FILES.summary]: `${JSON.stringify(summary, null, 2)}\n`,
  });
  return summary;
}

/** Inputs that could not be used although they are no copies. */
export function countFailedInputs({ inputs: { known, discovery } }: Pick<ChainResult, 'inputs'>): number {
  const failed = ({ status }: ImageRecord) => status === 'unreadable' || status === 'too_small';
  return known.records.filter(failed).length + discovery.records.filter(failed).length;
}

function sourceRows(config: ResolvedConfig, chain: ChainResult, names: readonly string[]): SourceRow[] {
  const { rounds, truth, study } = chain;
  const { assignment, births } = rounds.labels;
  const { labels, knownCount, clusterCount } = assignment;
  const sizes = new Int32Array(clusterCount);
  for (const label of labels) if (label >= 0) sizes[label]! += 1;
  const trust = trustAfterRounds(config, rounds);
  const confounders = findConfounders(study.discovery.records, assignment);
  const majority = truth === null ? null : majorities(truth, assignment);
  const rows = Array.from({ length: clusterCount }, (_, label): SourceRow => {
    const { nearest, ...figures } = trust[label] as (typeof trust)[number];
    const confounder = confounders[label] ?? null;
    const most = majority?.[label];
    const hasTruth = most !== undefined && !Number.isNaN(most.share);
    return {
      source: names[label] as string,
      kind: label < knownCount ? 'known' : 'discovered',
      size: sizes[label] as number,
      firstRound: label < knownCount ? 0 : (births[label - knownCount] as number),
      ...figures,
      nearest: nearest === -1 ? '' : (names[nearest] as string),
      majority: hasTruth ? most.source : null,
      purity: hasTruth ? most.share : null,
      confounder: confounder === null ? '' : describeConfounder(confounder),
      confounderStrength: confounder?.strength ?? null,
    };
  });
  return rows.sort((a, b) =>
    a.kind === b.kind ? (a.source < b.source ? -1 : 1) : a.kind === 'known' ? -1 : 1,
  );
}

/** Made one by one: all of them at once would be the largest part of a run's memory. */
function* assignmentRows(chain: ChainResult, names: readonly string[]): Iterable<AssignmentRow> {
  const { study, inputs, rounds, attribution } = chain;
  const { assignment, since, reasons } = rounds.labels;
  const rowOf = new Map(study.discovery.records.map(({ id }, row) => [id, row]));
  const labelledAs = new Map(study.known.records.map(({ id, source }) => [id, source as string]));
  const describeRow = (row: number): Omit<AssignmentRow, 'imageId' | 'path'> => {
    const label = assignment.labels[row] as number;
    const kind = label < 0 ? 'unassigned' : label < assignment.knownCount ? 'known' : 'discovered';
    return {
      kind,
      source: label < 0 ? '' : (names[label] as string),
      score: attribution.oodScore[row] as number,
      margin: attribution.margin[row] as number,
      round: since[row] as number,
      reason: REASONS[reasons[row] as number] as string,
    };
  };
  for (const { id, path, status, reason } of inputs.discovery.records) {
    const row = rowOf.get(id);
    const source = status === 'duplicate' ? labelledAs.get(id) : undefined;
    if (row !== undefined) {
      const own = describeRow(row);
      yield { imageId: id, path, ...own, reason: status === 'duplicate' ? reason : own.reason };
    } else if (source !== undefined) {
      yield { imageId: id, path, kind: 'known', source, score: 0, margin: 0, round: 0, reason };
    }
  }
}

function summarize(config: ResolvedConfig, chain: ChainResult, sources: readonly SourceRow[]): RunSummary {
  const { study, truth, rounds, attribution, scoreboard } = chain;
  const { assignment } = rounds.labels;
  const { labels, knownCount, clusterCount } = assignment;
  const count = (test: (label: number) => boolean) => labels.filter(test).length;
  const extras = {
    oodScore: attribution.oodScore,
    attributed: attribution.nearestKnown,
    completedLabels: attribution.completed,
  };
  return {
    version: 1,
    name: basename(config.run.output),
    preset: config.preset,
    seed: config.run.seed,
    software: softwareVersions(),
    counts: {
      known: study.known.records.length,
      knownSources: study.knownSources.length,
      discovery: study.discovery.records.length,
      assignedToKnown: count((label) => label >= 0 && label < knownCount),
      assignedToDiscovered: count((label) => label >= knownCount),
      unassigned: count((label) => label < 0),
      discoveredSources: clusterCount - knownCount,
      failedInputs: countFailedInputs(chain),
    },
    sources,
    rounds: scoreboard.rounds(),
    endedBecause: rounds.endedBecause,
    final: truth === null ? null : scoreWithIntervals(truth, assignment, extras, config.run.seed),
  };
}
