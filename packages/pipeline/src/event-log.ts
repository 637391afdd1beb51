import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ganscout/storage';
import type { Listener, RunEvent } from './events.js';
import { RUN_FILES } from './run-directory.js';

/** How long a stage took when it was last done. */
export interface StageTiming {
  readonly round: number;
  readonly stage: string;
  readonly seconds: number;
}

/**
 * Returns an event as plain data: label arrays become counts, scores are left out.
 *
 * Progress is not for the record and gives null.
 */
export function recordOf(event: RunEvent): Readonly<Record<string, unknown>> | null {
  if (event.type === 'progress') return null;
  if (event.type === 'stage-end') {
    const { state, oodScore: _, ...rest } = event;
    return state === null ? rest : { ...rest, ...countsOf(state.assignment) };
  }
  if (event.type === 'round-end') {
    const { state, ...rest } = event;
    return { ...rest, ...countsOf(state.assignment) };
  }
  return { ...event };
}

/** Appends every event to `metrics.jsonl`, with its time. */
export function logEvents(directory: string, now: () => Date): Listener {
  const path = join(directory, RUN_FILES.events);
  return (event) => {
    const record = recordOf(event);
    if (record !== null)
      appendFileSync(path, `${JSON.stringify({ time: now().toISOString(), ...record })}\n`);
  };
}

/**
 * Keeps `timings.json` up to date: seconds of each stage when it was last done, and the machine's part in it.
 *
 * Times are kept apart from all else, so that equal runs have equal files beside this one and `metrics.jsonl`.
 */
export function logTimings(directory: string, machine: Readonly<Record<string, unknown>>): Listener {
  const path = join(directory, RUN_FILES.timings);
  const stages = new Map(readTimings(path).map((timing) => [`${timing.round} ${timing.stage}`, timing]));
  return (event) => {
    if (event.type === 'stage-end' && !event.kept) {
      const { round, stage, seconds } = event;
      stages.set(`${round} ${stage}`, { round, stage, seconds });
      writeDurably(path, `${JSON.stringify({ machine, stages: [...stages.values()] }, null, 2)}\n`);
    }
  };
}

function readTimings(path: string): StageTiming[] {
  if (!existsSync(path)) return [];
  try {
    return JSON.parse(readFileSync(path, 'utf8')).stages;
  } catch {
    return [];
  }
}

function countsOf({
  labels,
  knownCount,
  clusterCount,
}: {
  labels: Int32Array;
  knownCount: number;
  clusterCount: number;
}) {
  return {
    known: labels.filter((label) => label >= 0 && label < knownCount).length,
    discovered: labels.filter((label) => label >= knownCount).length,
    unassigned: labels.filter((label) => label < 0).length,
    clusters: clusterCount - knownCount,
  };
}
