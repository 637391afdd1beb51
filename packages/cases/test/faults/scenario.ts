import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEntry, digestOf, digestOfFile, readAuditLog } from '@ganscout/storage';
import { ganscoutOrFail } from './command.js';

/** A command that writes, in which faults are brought about. */
export interface Scenario {
  readonly name: 'run' | 'add';
  /** Folder with the images and the configuration, which stays as it is. */
  readonly data: string;
  /** Makes what the command starts from in a folder that is empty or not there. */
  prepare(folder: string): void;
  /** The command line, with images of another folder if asked for. */
  start(folder: string, data?: string): string[];
  /** What goes on after an interruption; null if the command had come to its end. */
  goOn(folder: string): string[] | null;
  /** Digest of what the command came to: no time, and nothing that differs between equal results. */
  stateOf(folder: string): string;
}

/** Where the run, or the case, is in the folder of a try. */
export function caseOf(folder: string): string {
  return join(folder, 'run');
}

/** `ganscout run` into an empty folder. */
export function runScenario(data: string): Scenario {
  const start = (folder: string, from = data) => [
    ...['run', join(from, 'pipeline.yaml'), '--set', `run.output=${caseOf(folder)}`],
  ];
  return {
    name: 'run',
    data,
    prepare: (folder) => void mkdirSync(folder, { recursive: true }),
    start,
    goOn: (folder) => [...start(folder), '--resume'],
    stateOf: (folder) => digestOf(JSON.stringify(digestsIn(caseOf(folder)))),
  };
}

/** `ganscout add` of a later dump to a finished run. @param base folder that such a run is made in. */
export async function addScenario(data: string, base: string): Promise<Scenario> {
  await ganscoutOrFail(runScenario(data).start(base));
  const complete = { entries: Number.POSITIVE_INFINITY };
  const scenario: Scenario = {
    name: 'add',
    data,
    prepare: (folder) => cpSync(base, folder, { recursive: true }),
    start: (folder, from = data) => ['add', caseOf(folder), join(from, 'later')],
    goOn(folder) {
      if (existsSync(join(caseOf(folder), 'case/pending.json'))) return ['add', caseOf(folder), '--resume'];
      return entriesIn(folder).length >= complete.entries ? null : this.start(folder);
    },
    stateOf: (folder) => digestOf(JSON.stringify(entriesIn(folder).map(withoutTime))),
  };
  const whole = `${base}-whole`;
  scenario.prepare(whole);
  await ganscoutOrFail(scenario.start(whole));
  complete.entries = entriesIn(whole).length;
  return scenario;
}

/** The entries of the log, as far as they hold. */
export function entriesIn(folder: string): readonly AuditEntry[] {
  return readAuditLog(caseOf(folder)).entries;
}

function withoutTime({ number, kind, body, files }: AuditEntry): unknown {
  return { number, kind, body, files };
}

/** Files that hold times or the owner of a lock. */
const CHANGING = ['metrics.jsonl', 'timings.json', 'report.html', 'run.lock'];

/** Digests of all other files, by their path. */
function digestsIn(directory: string): Record<string, string | null> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .filter((path) => !CHANGING.includes(path))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, digestOfFile(join(directory, path))]));
}

/** The whole lines of a log, as they are on disk; '' if there is none. */
export function recordedLines(folder: string): string {
  const path = join(caseOf(folder), 'audit.jsonl');
  if (!existsSync(path)) return '';
  const text = readFileSync(path, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
