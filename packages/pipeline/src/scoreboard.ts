import { type StudyTruth, scoreAssignment } from './evaluation.js';
import type { Listener, RunEvent } from './events.js';
import type { RunSummary, StageSummary } from './run-summary.js';

/** Listens to the rounds of a run and scores every stage. It never speaks to the stages. */
export interface Scoreboard {
  readonly listener: Listener;
  rounds(): RunSummary['rounds'];
}

/**
 * @param truth null where there is no ground truth: then only counts are noted.
 * @param next hears every event, and the figures after each stage.
 */
export function createScoreboard(truth: StudyTruth | null, next: Listener): Scoreboard {
  const stages = new Map<number, StageSummary[]>();
  const changes = new Map<number, boolean>();
  const score = ({ round, stage, state, oodScore }: RunEvent & { type: 'stage-end' }) => {
    if (state === null) return;
    const { assignment } = state;
    const figures = truth === null ? null : scoreAssignment(truth, assignment, { oodScore });
    const assigned = assignment.labels.filter((label) => label >= 0).length;
    const clusters = assignment.clusterCount - assignment.knownCount;
    stages.set(round, [...(stages.get(round) ?? []), { stage, assigned, clusters, figures }]);
    if (figures !== null) next({ type: 'figures', round, stage, figures });
  };
  return {
    listener(event) {
      next(event);
      if (event.type === 'stage-end') score(event);
      if (event.type !== 'round-end') return;
      changes.set(event.round, event.changed);
      if (event.undone !== undefined) stages.delete(event.round);
    },
    rounds: () =>
      [...stages].map(([round, summaries]) => ({
        round,
        changed: changes.get(round) ?? true,
        stages: summaries,
      })),
  };
}
