import { resolve } from 'node:path';
import { readDataSet } from '@ganscout/comparison';
import { type Arguments, parseArguments, resolveOptions } from './arguments.js';
import { type CaseReport, type EvaluationContext, evaluateDataSet } from './evaluate-data-set.js';
import { formatMarkdown } from './markdown.js';
import { createProgress } from './progress.js';
import { formatJson, type Report, writeReport } from './report.js';
import { runCommand } from './run-command.js';

/** Share of the groups of a known source that are labelled. */
const LABELLED_SHARE = 0.6;

async function evaluate(values: Arguments, directory: string, context: EvaluationContext): Promise<Report> {
  const config = resolveOptions(values.preset, values.settings);
  const dataSet = await readDataSet(values.folder, context.signal);
  for (const warning of dataSet.warnings) context.progress.print(warning);
  const { splits, seed, knownShare, rareCount, rareSize, preset, settings } = values;
  const { protocols, perturbations, perturbsOnlyDiscovery, threads } = values;
  const split = { knownShare, labelledShare: LABELLED_SHARE, rareCount, rareSize };
  const request = {
    config,
    splits,
    seed,
    split,
    protocols,
    perturbations,
    perturbsOnlyDiscovery,
    directory,
    threads,
  };
  const cases: CaseReport[] = [];
  const report: Report = {
    version: 1,
    dataSet: values.folder,
    images: dataSet.records.length,
    sources: new Set(dataSet.records.map(({ source }) => source)).size,
    splits: { count: splits, seed },
    knownShare,
    labelledShare: LABELLED_SHARE,
    rare: { count: rareCount, size: rareSize },
    preset,
    settings,
    rounds: config.rounds,
    cases,
  };
  for await (const done of evaluateDataSet(dataSet, request, context)) {
    cases.push(done);
    writeReport(directory, report);
  }
  return report;
}

async function run(values: Arguments, signal: AbortSignal): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  const directory = resolve(values.output ?? `runs/evaluation-${today}`);
  const progress = createProgress(process.stderr, Date.now);
  const report = await evaluate(values, directory, { progress, signal, clock: Date.now });
  progress.print(`Report: ${directory}`);
  process.stdout.write(values.json ? formatJson(report) : formatMarkdown(report));
  return 0;
}

process.exitCode = await runCommand(process.argv.slice(2), {
  name: 'evaluate',
  parse: parseArguments,
  run,
  stopped: '\nStopped; the descriptors that are done are kept.\n',
});
