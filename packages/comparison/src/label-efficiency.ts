import type { BenchContext } from './bench-settings.js';
import { type BenchSplit, createSplit } from './bench-split.js';
import { methodRunner, obtainReference } from './compare-methods.js';
import type { Outcome } from './outcome.js';
import type { Outlook } from './outlook.js';
import { type ComparisonSection, compareSection } from './sections.js';
import { shuffled } from './splits.js';

/** Labelled images of each known source; null for all. */
const AMOUNTS = [null, 10, 20, 40, 80] as const;

const pace = 'default-few-labels';

/** Paces of all cells. */
export function pacesOfLabels(seeds: readonly number[]): string[] {
  return seeds.flatMap(() => AMOUNTS.map((amount) => (amount === null ? 'default' : pace)));
}

/** Compares the default preset with few labelled images to the same with all, on the split of the configuration. */
export async function compareLabelAmounts(
  split: BenchSplit,
  context: BenchContext,
  outlook: Outlook,
): Promise<ComparisonSection> {
  const { seeds, settings } = context;
  const methods = [];
  for (const amount of AMOUNTS) {
    const outcomes: Outcome[] = [];
    for (const seed of seeds) {
      const few = amount === null ? split : withFewLabels(split, amount, seed);
      const title = `${nameOf(amount)}, seed ${seed}`;
      const runner = methodRunner(few, seed, context);
      outcomes.push(
        await obtainReference(runner, few, title, amount === null ? 'default' : pace, context, outlook),
      );
    }
    const truths = seeds.map(() => split.truth);
    methods.push({ id: `labels-${amount ?? 'all'}`, title: nameOf(amount), note: '', outcomes, truths });
  }
  const notes = [
    'Default preset on the split of the configuration. So many labelled images of each known source are drawn with the seed, fewer where there are fewer, the smaller draw a part of the larger; the others play no part. The discovery set stays the same.',
  ];
  const heading = { id: 'label-efficiency', title: 'Labelled images of each known source', notes };
  return compareSection(heading, methods, settings.firstSeed);
}

function nameOf(amount: number | null): string {
  return amount === null ? 'all labelled images' : `${amount} labelled images`;
}

/** Keeps the first of the shuffled images of each known source; the truth stays what it was. */
export function withFewLabels(split: BenchSplit, amount: number, seed: number): BenchSplit {
  const kept = new Set(
    split.knownSources.flatMap((source) => {
      const own = split.known.filter((record) => record.source === source);
      return shuffled(own, seed, `labels/${source}`).slice(0, amount);
    }),
  );
  return {
    ...createSplit(
      split.known.filter((record) => kept.has(record)),
      split.discovery,
    ),
    truth: split.truth,
  };
}
