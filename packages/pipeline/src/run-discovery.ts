import type { ResolvedConfig } from './config/resolve.js';
import { formatConfig } from './config/resolve.js';
import { runChain } from './discovery-chain.js';
import { logEvents, logTimings } from './event-log.js';
import type { Listener } from './events.js';
import { countFailedInputs, finishRun } from './finish-run.js';
import { gatherInputs } from './inputs.js';
import { holdsRun, RUN_FILES, RunExistsError, writeRunFiles } from './run-directory.js';
import { lockRun } from './run-lock.js';
import type { RunSummary } from './run-summary.js';
import { describeMachine, SOFTWARE_VERSION } from './software.js';
import { STAGE_NAMES, type StageName } from './stage-name.js';
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
 * @throws {RunLockedError} if another process is writing to it.
 * @throws {InputError} if there is no usable input. @throws {StageError} if a stage fails.
 * @throws the signal's reason if it is aborted; what was done is kept for `resume`.
 */
export async function runDiscovery(config: ResolvedConfig, settings: RunSettings): Promise<RunOutcome> {
  const { resume, force, signal, now } = settings;
  const directory = config.run.output;
  if (holdsRun(directory) && !resume && force === null) throw new RunExistsError(directory);
  const inputs = await gatherInputs(config, settings.listener, signal);
  const unlock = lockRun(directory, now);
  try {
    writeRunFiles(directory, { [RUN_FILES.config]: formatConfig(config) });
    const store = new StageStore(directory, SOFTWARE_VERSION);
    if (force !== null) store.discardFrom(force.round, force.stage);
    const listener = logEvents(directory, now, logTimings(directory, describeMachine(), settings.listener));
    const clock = () => now().getTime();
    const runner = (hearing: Listener) => createStageRunner(store, hearing, signal, clock);
    const chain = await runChain({ config, inputs, runner, listener, signal });
    store.sweep(chain.rounds.lastRound);
    const summary = finishRun(config, chain);
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
    return [...error.planned, ...following(error.planned, config.rounds.length)];
  }
}

/** The stages after the last one planned; a round may turn out to be the last. */
function following(planned: readonly PlannedStage[], rounds: number): PlannedStage[] {
  const last = planned.at(-1) as PlannedStage;
  const reason = `follows "${last.stage}" of round ${last.round}`;
  const stages: PlannedStage[] = [];
  for (let round = last.round; round <= rounds; round++) {
    for (const stage of STAGE_NAMES) {
      const isBefore = round === last.round && STAGE_NAMES.indexOf(stage) <= STAGE_NAMES.indexOf(last.stage);
      if (isBefore || stage === 'describe' || (stage === 'attribute' && round < rounds)) continue;
      stages.push({ round, stage, kept: false, reason });
    }
  }
  return stages;
}
