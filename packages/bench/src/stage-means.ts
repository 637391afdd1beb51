import type { MemoryDiscovery } from '@ganscout/pipeline';

/** Figures that are shown after each stage. */
export const STAGE_FIGURES = [
  'accuracyKnown',
  'knownRejectedRate',
  'unknownAcceptedRate',
  'auroc',
  'discoveredAveragePurity',
  'unknownNmi',
  'accuracyUnknown',
  'clustersPerUnknownSource',
  'assignedShare',
] as const;
export type StageFigure = (typeof STAGE_FIGURES)[number];

/** Means over the splits after one stage. */
export interface StageMeans {
  readonly round: number;
  readonly stage: string;
  /** Splits that came to this stage. */
  readonly splits: number;
  /** Null where no split has the figure. */
  readonly means: Readonly<Record<StageFigure, number | null>>;
}

/** Takes the means over splits of the figures after each stage, by round and then in the order of the stages. */
export function summarizeStages(splits: readonly MemoryDiscovery['rounds'][]): StageMeans[] {
  const byStage = new Map<string, { round: number; stage: string; figures: StageFigures[] }>();
  for (const rounds of splits) {
    for (const { round, stages } of rounds) {
      for (const { stage, figures } of stages) {
        if (figures === null) continue;
        const key = `${String(round).padStart(2, '0')} ${stage}`;
        const entry = byStage.get(key) ?? { round, stage, figures: [] };
        entry.figures.push(figures);
        byStage.set(key, entry);
      }
    }
  }
  const entries = [...byStage.values()].sort((a, b) => a.round - b.round);
  return entries.map(({ round, stage, figures }) => ({
    round,
    stage,
    splits: figures.length,
    means: Object.fromEntries(
      STAGE_FIGURES.map((name) => [name, meanOf(figures, name)]),
    ) as StageMeans['means'],
  }));
}

type StageFigures = Readonly<Record<string, number | null>>;

function meanOf(figures: readonly StageFigures[], name: StageFigure): number | null {
  const present = figures.flatMap((values) => values[name] ?? []);
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}
