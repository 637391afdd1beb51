import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CaseView } from '@ganscout/cases';
import { formatConfig, RUN_FILES } from '@ganscout/pipeline';
import { AUDIT_FILES, digestOfFile } from '@ganscout/storage';
import type { FactTable } from '../report-data.js';
import { nameSource } from './order-sources.js';
import { countOf, formatBytes, formatSeconds, listOf } from './report-words.js';

/** Where the result comes from: what was run, with which options, on what, for how long, and digests to check it by. */
export function provenanceTables(view: CaseView, seed: number): FactTable[] {
  return [
    runTable(view, seed),
    machineTable(view),
    stageTable(view),
    historyTable(view),
    formerSources(view),
    digestTable(view),
    configTable(view),
  ].filter(({ rows }) => rows.length > 0);
}

function runTable(view: CaseView, seed: number): FactTable {
  const { summary, state, config, known, images } = view;
  const last = state.entries.at(-1);
  const { preset, counts } = summary;
  const software = Object.entries(summary.software).map(([name, version]) => [name, version]);
  return {
    title: 'What was run',
    columns: ['fact', 'value'],
    rows: [
      ['run', summary.name],
      ...spanOf(view),
      ['preset', preset],
      ['seed of the run', String(summary.seed)],
      ['seed of the random contact sheets', String(seed)],
      [
        'labelled images',
        `${countOf(known.images.length, 'image')} of ${countOf(counts.knownSources, 'known source')}`,
      ],
      ['images under study', countOf(images.length, 'image')],
      ['made from', config.data.discoveryFeatures === null ? 'image files' : 'features computed elsewhere'],
      ['rounds', `${summary.rounds.length} of at most ${config.run.rounds}: ${summary.endedBecause}`],
      ...(last === undefined
        ? [['case', 'never opened as a case: there is no log']]
        : [['as of entry', `${last.number}, of ${last.time}`]]),
      ...software,
    ],
  };
}

/** When the run began and ended, by its own record; a run that was resumed began when it was first begun. */
function spanOf({ directory }: CaseView): string[][] {
  const path = join(directory, RUN_FILES.events);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const moments = [
    ['begun', lines[0]],
    ['ended', lines.at(-1)],
  ] as const;
  return moments.flatMap(([name, line]) => {
    const time = /^\{"time":"([^"]{1,40})"/.exec(line ?? '')?.[1];
    return time === undefined ? [] : [[name, time]];
  });
}

function machineTable({ timings }: CaseView): FactTable {
  const rows = Object.entries(timings?.machine ?? {}).map(([name, value]) => {
    return name === 'memoryBytes' ? ['memory', formatBytes(Number(value))] : [name, String(value)];
  });
  return { title: 'Machine', columns: ['fact', 'value'], rows };
}

function stageTable({ timings }: CaseView): FactTable {
  const stages = timings?.stages ?? [];
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = stages.map(({ round, stage, seconds, peakMemoryBytes }) => [
    String(round),
    stage,
    formatSeconds(seconds),
    peakMemoryBytes === undefined ? 'not recorded' : formatBytes(peakMemoryBytes),
  ]);
  return {
    title: 'Time and memory of the stages',
    columns: ['round', 'stage', 'time', 'most memory so far'],
    rows: stages.length === 0 ? [] : [...rows, ['', 'all', formatSeconds(total), '']],
  };
}

/** Entries of a case, the last ones if there are many. */
const MOST_ENTRIES = 200;

function historyTable({ state: { entries } }: CaseView): FactTable {
  const shown = entries.slice(-MOST_ENTRIES);
  const title =
    shown.length < entries.length ? `Log, the last ${shown.length} of ${entries.length} entries` : 'Log';
  return {
    title,
    columns: ['entry', 'time', 'kind', 'hash'],
    rows: shown.map(({ number, time, kind, hash }) => [String(number), time, kind, hash]),
  };
}

function formerSources({ sources }: CaseView): FactTable {
  const former = sources.filter(({ state }) => state !== 'active' && state !== 'retired');
  return {
    title: 'Sources that are no more',
    columns: ['source', 'state', 'what became of it'],
    rows: former.map((source) => [nameSource(source), source.state, listOf(source.lineage.slice(-3), 3)]),
  };
}

/** Files that a run was made from; images have digests of their own, which are their ids in `inputs.csv`. */
function inputFiles({ config: { data, directoryOf } }: CaseView): string[][] {
  return (['knownFeatures', 'discoveryFeatures', 'truth'] as const).flatMap((key) => {
    const path = data[key];
    if (path === null) return [];
    return [[`data.${key}, as it is now`, digestOfFile(resolve(directoryOf[key], path)) ?? 'not there']];
  });
}

function digestTable(view: CaseView): FactTable {
  const { directory, state } = view;
  const names = [
    RUN_FILES.config,
    RUN_FILES.inputs,
    RUN_FILES.assignments,
    RUN_FILES.sources,
    RUN_FILES.summary,
  ];
  const head = state.entries.at(-1);
  const files = names.map((name) => [name, digestOfFile(join(directory, name)) ?? 'not there']);
  return {
    title: 'Digests (SHA-256)',
    columns: ['what', 'digest'],
    rows: [
      ...files,
      ...inputFiles(view),
      ...(head === undefined
        ? []
        : [
            [AUDIT_FILES.log, digestOfFile(join(directory, AUDIT_FILES.log)) ?? 'not there'],
            [`head of the log, entry ${head.number}`, head.hash],
          ]),
    ],
  };
}

function configTable({ config }: CaseView): FactTable {
  const lines = formatConfig(config).trimEnd().split('\n');
  return { title: 'Configuration', columns: [RUN_FILES.config], rows: lines.map((line) => [line]) };
}
