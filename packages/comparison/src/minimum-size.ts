import type { BenchContext } from './bench-settings.js';
import { type BenchSplit, createSplit } from './bench-split.js';
import { methodRunner, obtainReference } from './compare-methods.js';
import { findSource, type SourceFinding } from './find-source.js';
import type { Outlook } from './outlook.js';
import type { SizeRow, SizeSection } from './sections.js';
import { shuffled } from './splits.js';
import { meanOf } from './summarize-values.js';

/** Images that an unknown source is cut to; null for all. */
const SIZES = [5, 10, 20, 40, 80, null] as const;

/** Unknown sources that are cut with each seed, one at a time. */
const SOURCES_A_SEED = 2;

interface Try {
  readonly seed: number;
  readonly source: string;
  readonly size: number | null;
}

/** Paces of all cells. */
export function pacesOfSizes(split: BenchSplit, seeds: readonly number[]): string[] {
  return planTries(split, seeds).map(paceOf);
}

/** Cuts one unknown source at a time to so many images and looks whether the default preset still finds it. */
export async function measureSizes(
  split: BenchSplit,
  context: BenchContext,
  outlook: Outlook,
): Promise<SizeSection> {
  const findings = new Map<number | null, SourceFinding[]>(SIZES.map((size) => [size, []]));
  for (const attempt of planTries(split, context.seeds)) {
    const { seed, source, size } = attempt;
    const cut = size === null ? split : withRareSource(split, source, size, seed);
    const title = `${size ?? 'all'} images of ${source}, seed ${seed}`;
    const runner = methodRunner(cut, seed, context);
    const outcome = await obtainReference(runner, cut, title, paceOf(attempt), context, outlook);
    const number = cut.truth.truth.sources.indexOf(source);
    const finding = findSource(outcome, (row) => cut.truth.truth.labels[row] === number);
    if (finding !== null) findings.get(size)?.push(finding);
  }
  const rows = SIZES.flatMap((size) => {
    const found = findings.get(size) ?? [];
    return found.length === 0 ? [] : [summarize(size, found)];
  });
  return {
    kind: 'sizes',
    id: 'minimum-size',
    title: 'How small an unknown source may be',
    notes: [
      `Default preset on the split of the configuration; with each seed ${SOURCES_A_SEED} unknown sources are cut to so many images, one at a time, all others stay as they are. A size that a source does not have is not tried.`,
      'Found: a discovered cluster holds at least half of its images, and they are at least half of it. In brackets the 95 % interval of the share found (E. Wilson, "Probable inference, the law of succession, and statistical inference", 1927), as if the tries were independent.',
    ],
    rows,
  };
}

function paceOf({ size }: Try): string {
  return size === null ? 'default' : 'default-rare-source';
}

/** Each seed takes the next sources of one order, so that seeds differ. */
function planTries({ unknownSources, discovery }: BenchSplit, seeds: readonly number[]): Try[] {
  const order = shuffled(unknownSources, 1, 'minimum size');
  const count = Math.min(SOURCES_A_SEED, order.length);
  return seeds.flatMap((seed, s) =>
    Array.from({ length: count }, (_, i) => order[(s * count + i) % order.length] as string).flatMap(
      (source) => {
        const images = discovery.filter((record) => record.source === source).length;
        return SIZES.filter((size) => size === null || size < images).map((size) => ({ seed, source, size }));
      },
    ),
  );
}

/** Keeps the first of the shuffled images of the source, so that a smaller draw is a part of a larger one. */
export function withRareSource(split: BenchSplit, source: string, size: number, seed: number): BenchSplit {
  const own = split.discovery.filter((record) => record.source === source);
  const kept = new Set(shuffled(own, seed, `rare/${source}`).slice(0, size));
  return createSplit(
    split.known,
    split.discovery.filter((record) => record.source !== source || kept.has(record)),
  );
}

function summarize(size: number | null, findings: readonly SourceFinding[]): SizeRow {
  const found = findings.filter(({ isFound }) => isFound).length;
  const purities = findings.flatMap(({ purity }) => purity ?? []);
  return {
    size,
    tried: findings.length,
    found,
    interval: wilsonInterval(found, findings.length),
    held: meanOf(findings.map(({ held }) => held)),
    purity: purities.length === 0 ? null : meanOf(purities),
  };
}

/** 95 % interval of a share. Source: E. B. Wilson, Journal of the American Statistical Association 22(158), 1927. */
export function wilsonInterval(count: number, total: number): readonly [number, number] {
  const z = 1.959963984540054;
  const share = count / total;
  const center = share + (z * z) / (2 * total);
  const reach = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return [Math.max(0, (center - reach) / scale), Math.min(1, (center + reach) / scale)];
}
