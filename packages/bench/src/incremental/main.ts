import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createProgress } from '../progress.js';
import { runCommand } from '../run-command.js';
import { type BatchingCase, studyBatching } from './batching.js';
import { type IncrementalArguments, parseIncrementalArguments } from './incremental-arguments.js';
import { formatIncremental, type IncrementalReport } from './report.js';
import { type SiblingOutcome, studySiblings } from './siblings.js';
import { readStudy } from './study-folder.js';

/** Measures one case after the other; the report is written again after each. */
async function measureAll(values: IncrementalArguments, signal: AbortSignal): Promise<number> {
  const { parts, seed, retrain, settings, threads } = values;
  const today = new Date().toISOString().slice(0, 10);
  const output = resolve(values.output ?? `runs/incremental-${today}`);
  const directory = join(output, 'cases');
  const progress = createProgress(process.stderr, Date.now);
  const study = await readStudy(resolve(values.folder), threads, signal);
  const batching: BatchingCase[] = [];
  const siblings: SiblingOutcome[] = [];
  const { folder } = values;
  const report: IncrementalReport = {
    version: 1,
    folder,
    images: study.discovery.length,
    settings,
    batching,
    siblings,
  };
  const onStep = (text: string) => progress.print(text);
  const common = { retrain, directory, options: { settings, threads, signal } };
  mkdirSync(output, { recursive: true });
  if (parts.includes('batching')) {
    const seeds = Array.from({ length: values.orders }, (_, i) => seed + i);
    for await (const done of studyBatching(study, { ...common, seeds, dumpCounts: values.dumps }, onStep)) {
      batching.push(done);
      writeReport(output, report);
    }
  }
  if (parts.includes('siblings')) {
    const request = { ...common, kinds: values.established, newImages: values.newImages, seed };
    for await (const done of studySiblings(study, request, onStep)) {
      siblings.push(done);
      writeReport(output, report);
    }
  }
  progress.print(`Report: ${output}`);
  process.stdout.write(values.json ? formatJson(report) : formatIncremental(report));
  return 0;
}

function writeReport(output: string, report: IncrementalReport): void {
  writeFileSync(join(output, 'incremental.json'), formatJson(report));
  writeFileSync(join(output, 'incremental.md'), formatIncremental(report));
}

function formatJson(report: IncrementalReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

process.exitCode = await runCommand(process.argv.slice(3), {
  name: 'evaluate incremental',
  parse: parseIncrementalArguments,
  run: measureAll,
});
