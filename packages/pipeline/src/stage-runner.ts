import { createRandom } from '@ganscout/numeric';
import type { Listener } from './events.js';
import type { LabelState } from './label-state.js';
import { StageError, type StageName } from './stage-name.js';
import type { StageKey, StageOutput, StageStore, StageWriter } from './stage-store.js';

/** A stage that would be done, or kept, by a run. */
export interface PlannedStage {
  readonly round: number;
  readonly stage: StageName;
  readonly kept: boolean;
  readonly reason: string;
}

/** Labels and scores that a stage leaves, for listeners. */
export interface StageReport {
  readonly state: LabelState | null;
  readonly oodScore: Float32Array | null;
}

/** Does stages one after the other, or only says what it would do. */
export interface StageRunner {
  /**
   * Does or keeps a stage and reads its result.
   *
   * @throws {StageError} if the stage fails. @throws the signal's reason if it was aborted.
   */
  run<Result>(
    key: StageKey,
    compute: (writer: StageWriter) => Promise<void>,
    read: (output: StageOutput) => Result,
    report?: (result: Result) => StageReport,
  ): Promise<{ readonly result: Result; readonly digest: string }>;
}

/** What ends a plan: from here on stages depend on results that are not there. */
export class PlanEnd extends Error {
  readonly planned: readonly PlannedStage[];

  constructor(planned: readonly PlannedStage[]) {
    super('the plan ends here');
    this.planned = planned;
  }
}

/** @param clock milliseconds from any start. */
export function createStageRunner(
  store: Pick<StageStore, 'state' | 'open' | 'write'>,
  listener: Listener,
  signal: AbortSignal,
  clock: () => number,
): StageRunner {
  return {
    async run(key, compute, read, report) {
      signal.throwIfAborted();
      const { round, stage } = key;
      const state = store.state(key);
      listener({
        type: 'stage-start',
        round,
        stage,
        reason: state.kept ? `kept: ${state.reason}` : state.reason,
      });
      const start = clock();
      try {
        const output = state.kept ? store.open(key) : await store.write(key, compute);
        const result = read(output);
        const { state: labels, oodScore } = report?.(result) ?? { state: null, oodScore: null };
        const seconds = (clock() - start) / 1000;
        listener({ type: 'stage-end', round, stage, kept: state.kept, seconds, state: labels, oodScore });
        return { result, digest: output.digest };
      } catch (error) {
        signal.throwIfAborted();
        throw new StageError(round, stage, error);
      }
    },
  };
}

/** A runner that reads what is kept and ends with {@link PlanEnd} at the first stage that is not. */
export function createPlanner(
  store: StageStore,
): StageRunner & { readonly planned: readonly PlannedStage[] } {
  const planned: PlannedStage[] = [];
  return {
    planned,
    async run(key, _compute, read) {
      const { kept, reason } = store.state(key);
      planned.push({ round: key.round, stage: key.stage, kept, reason });
      if (!kept) throw new PlanEnd(planned);
      const output = store.open(key);
      return { result: read(output), digest: output.digest };
    },
  };
}

/** The seed of a stage: equal for equal run seed, stage and round, unrelated otherwise. */
export function stageSeed(seed: number, stage: StageName, round: number): number {
  return createRandom(seed, `${stage}/${round}`).integer(2 ** 32);
}
