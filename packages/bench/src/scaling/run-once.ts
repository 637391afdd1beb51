import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

const CLI = fileURLToPath(new URL('../../../cli/bin/ganscout.js', import.meta.url));
/** What the child does when it ends: it writes its largest resident set, in kilobytes. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  'import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(process.env.PEAK_FILE,String(process.resourceUsage().maxRSS)))',
)}`;

/**
 * Runs `ganscout run` in a process of its own and reads what it took.
 *
 * @param folder that `generateFeatures` wrote. @throws {Error} if the process fails; its last lines are in the text.
 */
export async function runOnce(folder: string, size: number, signal: AbortSignal): Promise<ScalingRun> {
  const peakFile = join(folder, 'peak');
  const start = performance.now();
  await spawnRun(folder, peakFile, signal);
  const total = (performance.now() - start) / 1000;
  const { stages } = JSON.parse(readFileSync(join(folder, 'run', 'timings.json'), 'utf8'));
  return { size, ...sumStages(stages, total), peakMegabytes: Number(readFileSync(peakFile, 'utf8')) / 1024 };
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

function spawnRun(folder: string, peakFile: string, signal: AbortSignal): Promise<void> {
  const args = ['--import', REPORT_PEAK, CLI, 'run', 'pipeline.yaml'];
  const env = { ...process.env, PEAK_FILE: peakFile };
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    signal,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text = `${text}${chunk}`.slice(-2000);
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`ganscout run must end with code 0, it ended with ${code}: ${text}`));
    });
  });
}
