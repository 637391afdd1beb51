import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { timeCli } from './time-cli.js';

/** What a run took. */
export interface ScalingRun {
  /** Discovery images. */
  readonly size: number;
  readonly rounds: number;
  /** Seconds of each stage, of all rounds together; `rest` is what is outside of stages, `total` all. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Largest resident set of the process. */
  readonly peakMegabytes: number;
}

/** Seconds of one stage, as `timings.json` has them. */
export interface StageSeconds {
  readonly round: number;
  readonly stage: string;
  readonly seconds: number;
}

/**
 * Runs `ganscout run` in a process of its own and reads what it took.
 *
 * @param folder that `generateFeatures` wrote. @throws {Error} if the process fails; its last lines are in the text.
 */
export async function runOnce(folder: string, size: number, signal: AbortSignal): Promise<ScalingRun> {
  const { seconds, peakMegabytes } = await timeCli(['run', 'pipeline.yaml', '--no-report'], folder, signal);
  const { stages } = JSON.parse(readFileSync(join(folder, 'run', 'timings.json'), 'utf8'));
  return { size, ...sumStages(stages, seconds), peakMegabytes };
}

/** Adds up the rounds. @param total seconds of the whole run. */
export function sumStages(
  stages: readonly StageSeconds[],
  total: number,
): Pick<ScalingRun, 'rounds' | 'seconds'> {
  const seconds: Record<string, number> = {};
  for (const { stage, seconds: own } of stages) seconds[stage] = (seconds[stage] ?? 0) + own;
  const inStages = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const rounds = stages.reduce((largest, { round }) => Math.max(largest, round), 0);
  return { rounds, seconds: { ...seconds, rest: total - inStages, total } };
}
