import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ganscout/storage';
import * as z from 'zod';
import type { Listener, RunEvent } from './events.js';
import { RUN_FILES } from './run-directory.js';

/** How long a stage took when it was last done. */
export interface StageTiming {
  readonly round: number;
  readonly stage: string;
  readonly seconds: number;
  /** Largest resident set of the process until the stage's end; absent in a record of an earlier version. */
  readonly peakMemoryBytes?: number | undefined;
}

/** What `timings.json` holds. */
export interface RunTimings {
  /** What the run was made on. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** In the order in which they were first done. */
  readonly stages: readonly StageTiming[];
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
 * Keeps `timings.json` up to date: seconds and memory of each stage when it was last done, and the machine's part in it.
 *
 * Times are kept apart from all else, so that equal runs have equal files beside this one and `metrics.jsonl`.
 *
 * @param peakMemoryBytes largest resident set of the process so far.
 */
export function logTimings(
  directory: string,
  machine: RunTimings['machine'],
  peakMemoryBytes: () => number,
): Listener {
  const path = join(directory, RUN_FILES.timings);
  const before = readTimings(directory)?.stages ?? [];
  const stages = new Map(before.map((timing) => [`${timing.round} ${timing.stage}`, timing]));
  return (event) => {
    if (event.type === 'stage-end' && !event.kept) {
      const { round, stage, seconds } = event;
      stages.set(`${round} ${stage}`, { round, stage, seconds, peakMemoryBytes: peakMemoryBytes() });
      const timings: RunTimings = { machine, stages: [...stages.values()] };
      writeDurably(path, `${JSON.stringify(timings, null, 2)}\n`);
    }
  };
}

const TIMINGS = z.object({
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  stages: z.array(
    z.object({
      round: z.int(),
      stage: z.string(),
      seconds: z.number(),
      peakMemoryBytes: z.number().optional(),
    }),
  ),
});

/** Reads `timings.json` of a run; null if there is none that can be read, since nothing rests on it. */
export function readTimings(directory: string): RunTimings | null {
  try {
    return TIMINGS.parse(JSON.parse(readFileSync(join(directory, RUN_FILES.timings), 'utf8')));
  } catch {
    return null;
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
