import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCsv } from '@ganscout/images';
import { afterAll } from 'vitest';
import {
  parseConfig,
  type ResolvedConfig,
  type RunEvent,
  type RunOutcome,
  type RunSettings,
  resolveConfig,
  runDiscovery,
} from '../src/index.js';

const made: string[] = [];
// Registered once a file: what is registered inside a test is never called.
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder that is removed after the tests of the file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ganscout-pipeline-'));
  chmodSync(folder, 0o755);
  made.push(folder);
  return folder;
}

/** A configuration as `pipeline.yaml` in the folder would give it; the run goes to `run` there. */
export function configIn(folder: string, text: string, settings: readonly string[] = []): ResolvedConfig {
  return resolveConfig(parseConfig(text, join(folder, 'pipeline.yaml')), {
    settings: ['run.output=run', ...settings],
    workingDirectory: folder,
  });
}

/** Runs and gives the events beside the outcome. */
export async function run(
  config: ResolvedConfig,
  settings: Partial<RunSettings> = {},
): Promise<RunOutcome & { events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const outcome = await runDiscovery(config, {
    resume: false,
    force: null,
    signal: new AbortController().signal,
    now: () => new Date(0),
    ...settings,
    listener(event) {
      events.push(event);
      settings.listener?.(event);
    },
  });
  return { ...outcome, events };
}

/** The stages that were done, not kept, as `round stage`. */
export function stagesDone(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'stage-end' && !event.kept ? [`${event.round} ${event.stage}`] : [],
  );
}

/** The rows of a CSV file as objects. */
export function readRows(...path: string[]): Record<string, string>[] {
  const { columns, rows } = parseCsv(readFileSync(join(...path), 'utf8'));
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] as string])));
}

/** Files that hold times, and so differ between equal runs. */
const TIMED = ['metrics.jsonl', 'timings.json'];

/** Digest of every file of a run directory by its path, but of those that hold times. */
export function digestsOf(directory: string): Record<string, string> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .filter((path) => !TIMED.includes(path))
    .sort();
  const digest = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(directory, path)))
      .digest('hex');
  return Object.fromEntries(paths.map((path) => [path, digest(path)]));
}
