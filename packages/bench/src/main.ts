import { resolve } from 'node:path';
import { type Arguments, parseArguments, resolveOptions, UsageError } from './arguments.js';
import { readDataSet } from './data-set.js';
import { type CaseReport, type EvaluationContext, evaluateDataSet } from './evaluate-data-set.js';
import { formatMarkdown } from './markdown.js';
import { createProgress } from './progress.js';
import { formatJson, type Report, writeReport } from './report.js';

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

async function run(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  try {
    const values = await parseArguments(args);
    if (typeof values === 'string') {
      process.stdout.write(values);
      return 0;
    }
    const today = new Date().toISOString().slice(0, 10);
    const directory = resolve(values.output ?? `runs/evaluation-${today}`);
    const progress = createProgress(process.stderr, Date.now);
    const report = await evaluate(values, directory, {
      progress,
      signal: interruption.signal,
      clock: Date.now,
    });
    progress.print(`Report: ${directory}`);
    process.stdout.write(values.json ? formatJson(report) : formatMarkdown(report));
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write('\nStopped; the descriptors that are done are kept.\n');
      return 130;
    }
    process.stderr.write(`\nevaluate: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.GANSCOUT_DEBUG === '1') console.error(error);
    const name = error instanceof Error ? error.name : '';
    return error instanceof UsageError || name === 'ConfigError' ? 2 : name === 'InputError' ? 3 : 1;
  }
}

process.exitCode = await run(process.argv.slice(2));
