import { BASELINES, NEAREST_KNOWN } from './baseline-methods.js';
import type { BenchContext } from './bench-settings.js';
import type { BenchSplit } from './bench-split.js';
import { type Cell, decisiveOptions, obtainOutcome } from './obtain-outcome.js';
import type { Outcome } from './outcome.js';
import type { Outlook } from './outlook.js';
import { ABLATIONS, type ConfiguredMethod, PRESETS, REFERENCE } from './presets-and-ablations.js';
import type { ProtocolSplits } from './protocol-splits.js';
import { type BaselineImages, MethodRunner } from './run-method.js';
import { type ComparisonSection, compareSection, type SectionMethod } from './sections.js';

/** A method with how it is run. */
interface RunnableMethod {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** What decides its result besides the split. */
  readonly decisive: (runner: MethodRunner) => Readonly<Record<string, unknown>>;
  readonly run: (runner: MethodRunner) => Promise<Outcome>;
}

const PART_TITLES = {
  methods: 'Presets and baselines',
  all: 'Baselines on all images, without the test',
  ablations: 'Ablations of the default preset',
} as const;

const PART_NOTES: Readonly<Record<keyof typeof PART_TITLES, readonly string[]>> = {
  methods: [
    'Baselines work on the features that k-means of the default preset sees in its first round. They cluster what the out-of-distribution test of that round rejected; the images that it accepted keep the known source it gave them. So they differ from the preset only in what comes after the test.',
    '"True k" is told the number of unknown sources in the discovery set, which nobody knows in use.',
  ],
  all: [
    'The same baselines on all images of the discovery set, known sources among them: how they do on their own. They name no known source, so that figures about these do not apply; "true k" is the number of all sources in the discovery set.',
  ],
  ablations: ['Each is the default preset without one stage, or one part of a stage.'],
};

/** Methods of each part, the reference first. */
const PARTS: Readonly<Record<keyof typeof PART_TITLES, readonly RunnableMethod[]>> = {
  methods: [...PRESETS.map(configured), nearestKnown(), ...baselines('rejected')],
  all: [configured(REFERENCE), ...baselines('all')],
  ablations: [REFERENCE, ...ABLATIONS].map(configured),
};

/** Paces of all cells of a protocol, in no order. */
export function pacesOfMethods({ splits }: Pick<ProtocolSplits, 'splits'>): string[] {
  return splits.flatMap(() => everyMethod().map(({ id }) => id));
}

/** Runs every method on every split of a protocol and compares them. */
export async function compareMethods(
  { protocol, title, notes, splits }: ProtocolSplits,
  context: BenchContext,
  outlook: Outlook,
): Promise<ComparisonSection[]> {
  const outcomes = new Map<string, Outcome[]>(everyMethod().map(({ id }) => [id, []]));
  for (const [s, split] of splits.entries()) {
    const seed = context.seeds[s] as number;
    const runner = methodRunner(split, seed, context);
    for (const method of everyMethod()) {
      const cell = cellOf(method, runner, split, `${title}, seed ${seed}, ${method.title}`, method.id);
      outcomes.get(method.id)?.push(await obtain(cell, context, outlook));
    }
  }
  const truths = splits.map(({ truth }) => truth);
  const parts = Object.keys(PARTS) as (keyof typeof PARTS)[];
  return parts.map((part) => {
    outlook.begin(`${title}: drawing images for intervals and tests`);
    const methods = PARTS[part].map(({ id, title: name, note }): SectionMethod => {
      // Baselines are described where they come first.
      const said = part === 'all' ? '' : note;
      return { id, title: name, note: said, outcomes: outcomes.get(id) as Outcome[], truths };
    });
    const heading = {
      id: `${protocol}-${part}`,
      title: `${PART_TITLES[part]}: ${title}`,
      notes: [...PART_NOTES[part], ...notes],
    };
    return compareSection(heading, methods, context.settings.firstSeed);
  });
}

/** What runs methods on a split with a seed. */
export function methodRunner(
  split: BenchSplit,
  seed: number,
  { settings, described }: Pick<BenchContext, 'settings' | 'described'>,
  more: readonly BenchContext['described'][] = [],
): MethodRunner {
  const { configure, signal, listener, now } = settings;
  return new MethodRunner({
    split,
    described: [described, ...more],
    seed,
    configure,
    signal,
    clock: () => now().getTime(),
    listener: (event) => {
      if (event.type === 'warning') listener(event);
    },
  });
}

/** Obtains the outcome of the reference on a split. */
export function obtainReference(
  runner: MethodRunner,
  split: BenchSplit,
  title: string,
  pace: string,
  context: BenchContext,
  outlook: Outlook,
): Promise<Outcome> {
  return obtain(cellOf(configured(REFERENCE), runner, split, title, pace), context, outlook);
}

function obtain(cell: Cell, { store, settings }: BenchContext, outlook: Outlook): Promise<Outcome> {
  return obtainOutcome(cell, store, outlook, settings.signal, () => settings.now().getTime());
}

function cellOf(
  method: RunnableMethod,
  runner: MethodRunner,
  split: BenchSplit,
  title: string,
  pace: string,
): Cell {
  return { title, pace, split, method: method.decisive(runner), compute: () => method.run(runner) };
}

function everyMethod(): RunnableMethod[] {
  const byId = new Map(
    Object.values(PARTS).flatMap((methods) => methods.map((method) => [method.id, method])),
  );
  return [...byId.values()];
}

function configured(method: ConfiguredMethod): RunnableMethod {
  const { id, title, note } = method;
  return {
    id,
    title,
    note,
    decisive: (runner) => decisiveOptions(runner.configOf(method)),
    run: (runner) => runner.discover(method),
  };
}

function baselines(images: BaselineImages): RunnableMethod[] {
  return BASELINES.map((baseline) => ({
    id: images === 'all' ? `${baseline.id}-all` : baseline.id,
    title: baseline.title,
    note: baseline.note,
    decisive: (runner) => ({
      baseline: baseline.id,
      note: baseline.note,
      images,
      ...firstRoundOptions(runner),
    }),
    run: (runner) => runner.cluster(baseline, images),
  }));
}

function nearestKnown(): RunnableMethod {
  const { id, title, note } = NEAREST_KNOWN;
  return {
    id,
    title,
    note,
    decisive: (runner) => ({ baseline: id, ...firstRoundOptions(runner) }),
    run: (runner) => runner.nearestKnown(),
  };
}

/** Baselines see the first round of the reference alone. */
function firstRoundOptions(runner: MethodRunner): Readonly<Record<string, unknown>> {
  const { seed, rounds } = decisiveOptions(runner.configOf(REFERENCE));
  return { seed, round: (rounds as readonly unknown[])[0] };
}
