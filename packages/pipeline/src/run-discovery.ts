import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkDevice } from '@ganscout/autodiff';
import { setKernelThreads } from '@ganscout/kernels';
import { AUDIT_FILES, lockFolder } from '@ganscout/storage';
import type { ResolvedConfig } from './config/resolve.js';
import { formatConfig } from './config/resolve.js';
import { runChain } from './discovery-chain.js';
import { logEvents, logTimings } from './event-log.js';
import type { Listener, RunEvent } from './events.js';
import { countFailedInputs, finishRun } from './finish-run.js';
import { gatherInputs, threadCount } from './inputs.js';
import { stageOrder, stagesOfRound } from './round-stages.js';
import { holdsRun, RUN_FILES, RunExistsError, writeRunFiles } from './run-directory.js';
import type { RunSummary } from './run-summary.js';
import { describeMachine, peakMemoryBytes, SOFTWARE_VERSION } from './software.js';
import type { StageName } from './stage-name.js';
import { createPlanner, createStageRunner, PlanEnd, type PlannedStage } from './stage-runner.js';
import { StageStore } from './stage-store.js';

/** How a run is made. */
export interface RunSettings {
  /** Whether to go on with what the output directory holds. */
  readonly resume: boolean;
  /** Stage from which on everything is done again; what comes before is kept. */
  readonly force: { readonly stage: StageName; readonly round: number } | null;
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** A finished run. */
export interface RunOutcome {
  readonly directory: string;
  readonly summary: RunSummary;
  /** Inputs that are unreadable or too small. */
  readonly failedInputs: number;
}

/**
 * Runs discovery: inspects and describes the images, makes the rounds, and writes the run directory.
 *
 * @throws {RunExistsError} if the output holds a run and neither `resume` nor `force` is set.
 * @throws {FolderLockedError} if another process is writing to it.
 * @throws {InputError} if there is no usable input. @throws {StageError} if a stage fails.
 * @throws {RangeError} if a backbone is to run on a device that the installed onnxruntime was not built for.
 * @throws the signal's reason if it is aborted; what was done is kept for `resume`.
 */
export async function runDiscovery(config: ResolvedConfig, settings: RunSettings): Promise<RunOutcome> {
  const { force, signal, now } = settings;
  const directory = config.run.output;
  refuseExisting(directory, settings);
  if (config.rounds[0]?.extractor.backbone) checkDevice(config.run.device);
  setKernelThreads(threadCount(config.run.threads));
  const early: RunEvent[] = [];
  const keep: Listener = (event) => void (event.type !== 'progress' && early.push(event));
  const inputs = await gatherInputs(config, hearBoth(keep, settings.listener), signal);
  const unlock = lockFolder(directory, now);
  try {
    // Another process may have made its run in the meantime.
    refuseExisting(directory, settings);
    // A run has come to its end once its summary is there, so that of an earlier end must go.
    rmSync(join(directory, RUN_FILES.summary), { force: true });
    writeRunFiles(directory, { [RUN_FILES.config]: formatConfig(config) });
    const store = new StageStore(directory, SOFTWARE_VERSION);
    if (force !== null) store.discardFrom(force.round, force.stage, stageOrder(config.rounds));
    const log = logEvents(directory, now);
    for (const event of early) log(event);
    const timings = logTimings(directory, describeMachine(), peakMemoryBytes);
    const listener = hearBoth(log, hearBoth(timings, settings.listener));
    const clock = () => now().getTime();
    const runner = (hearing: Listener) => createStageRunner(store, hearing, signal, clock);
    const chain = await runChain({ config, inputs, runner, listener, signal });
    store.sweep();
    const summary = finishRun(config, chain, listener);
    return { directory, summary, failedInputs: countFailedInputs(chain) };
  } finally {
    unlock();
  }
}

/**
 * Says which stages a run would do, and which it would keep, and why; writes nothing.
 *
 * From the first stage that is not kept on, results are not known: later stages are listed as following it.
 */
export async function planRun(
  config: ResolvedConfig,
  { listener, signal }: Pick<RunSettings, 'listener' | 'signal'>,
): Promise<readonly PlannedStage[]> {
  const inputs = await gatherInputs(config, listener, signal);
  const planner = createPlanner(new StageStore(config.run.output, SOFTWARE_VERSION));
  try {
    await runChain({ config, inputs, runner: () => planner, listener: () => undefined, signal });
    return planner.planned;
  } catch (error) {
    if (!(error instanceof PlanEnd)) throw error;
    return [...error.planned, ...following(error.planned, config)];
  }
}

/** The stages after the last one planned; a round may turn out to be the last. */
function following(planned: readonly PlannedStage[], { rounds }: ResolvedConfig): PlannedStage[] {
  const last = planned.at(-1) as PlannedStage;
  const reason = `follows "${last.stage}" of round ${last.round}`;
  const order = stageOrder(rounds);
  const done = order.indexOf(last.stage);
  return rounds.flatMap((_, i) => {
    const round = i + 1;
    if (round < last.round) return [];
    return stagesOfRound(rounds, round)
      .filter((stage) => round > last.round || order.indexOf(stage) > done)
      .map((stage) => ({ round, stage, kept: false, reason }));
  });
}

function refuseExisting(directory: string, { resume, force }: RunSettings): void {
  if (existsSync(join(directory, AUDIT_FILES.log))) {
    const advice =
      'add images to it with "ganscout add", or choose another directory (--name, or --set run.output=DIRECTORY)';
    throw new RunExistsError(
      directory,
      `${directory} is a case, whose run is not changed any more; ${advice}`,
    );
  }
  if (holdsRun(directory) && !resume && force === null) throw new RunExistsError(directory);
}

function hearBoth(first: Listener, second: Listener): Listener {
  return (event) => {
    first(event);
    second(event);
  };
}
