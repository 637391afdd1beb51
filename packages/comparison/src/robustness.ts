import { join } from 'node:path';
import { fileId, type ImageRecord } from '@ganscout/images';
import {
  type DescribedImages,
  describeImages,
  needsCompressedCopies,
  type ResolvedConfig,
  type StageOptions,
  threadCount,
} from '@ganscout/pipeline';
import type { BenchImages } from './bench-images.js';
import type { BenchContext, BenchSettings } from './bench-settings.js';
import { type BenchSplit, createSplit } from './bench-split.js';
import { methodRunner, obtainReference } from './compare-methods.js';
import { inspectManifest } from './data-set.js';
import type { Outcome, ScoringTruth } from './outcome.js';
import type { Outlook } from './outlook.js';
import { ATTACK_TITLES, ATTACKS, type Attack, writePerturbed } from './perturb.js';
import { type ComparisonSection, compareSection, type SectionMethod } from './sections.js';

/** Which images are perturbed. */
const SCOPES = { all: 'all images alike', dump: 'the discovery set only' } as const;
type Scope = keyof typeof SCOPES;

/** Paces of all cells. */
export function pacesOfRobustness(seeds: readonly number[]): string[] {
  const cells = ATTACKS.flatMap(() => (Object.keys(SCOPES) as Scope[]).map(paceOf));
  return seeds.flatMap(() => ['default', ...cells]);
}

function paceOf(scope: Scope): string {
  return `default-perturbed-${scope}`;
}

/** Compares the default preset on perturbed images to the same on those that came in. */
export async function compareAttacks(
  split: BenchSplit,
  context: BenchContext,
  outlook: Outlook,
): Promise<ComparisonSection> {
  const clean = await outcomesOf('unperturbed', split, 'default', [], context, outlook);
  const truths = (truth: ScoringTruth) => context.seeds.map(() => truth);
  const methods: SectionMethod[] = [
    { id: 'unperturbed', title: 'as they came in', note: '', outcomes: clean, truths: truths(split.truth) },
  ];
  for (const attack of ATTACKS) {
    const { described, images } = await describePerturbed(attack, context);
    for (const [scope, scopeTitle] of Object.entries(SCOPES) as [Scope, string][]) {
      const changed = createSplit(scope === 'all' ? images.known : split.known, images.discovery);
      const title = `${attack}, ${scopeTitle}`;
      const outcomes = await outcomesOf(title, changed, paceOf(scope), [described], context, outlook);
      methods.push({
        id: `${attack}-${scope}`,
        title,
        note: ATTACK_TITLES[attack],
        outcomes,
        truths: truths(changed.truth),
      });
    }
  }
  const notes = [
    'Default preset on the split of the configuration. What is drawn for an image depends on the image alone, not on the seed. Perturbed images are described anew; nothing is told of what was done to them (extractor.whitening.compressionWeight is as configured).',
    'The attacks are those of N. Yu, L. Davis, M. Fritz, "Attributing fake images to GANs", ICCV 2019, without relighting, alone and in the combination.',
  ];
  const heading = { id: 'robustness', title: 'After noise, blur, crop and JPEG', notes };
  return compareSection(heading, methods, context.settings.firstSeed);
}

async function outcomesOf(
  title: string,
  split: BenchSplit,
  pace: string,
  more: readonly DescribedImages[],
  context: BenchContext,
  outlook: Outlook,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const seed of context.seeds) {
    const runner = methodRunner(split, seed, context, more);
    outcomes.push(await obtainReference(runner, split, `${title}, seed ${seed}`, pace, context, outlook));
  }
  return outcomes;
}

/** Perturbs the files of all images, cuts them as the configuration says, and describes them. */
async function describePerturbed(
  attack: Attack,
  { settings, images }: BenchContext,
): Promise<{ described: DescribedImages; images: BenchImages }> {
  const { directory, signal, listener, configure } = settings;
  const known = wholeFiles(images.known);
  const files = [...known, ...wholeFiles(images.discovery)];
  const folder = join(directory, 'perturbed', attack);
  const onProgress = (done: number) =>
    listener({ type: 'images', task: `${attack}: perturbing`, done, total: files.length });
  await writePerturbed({ records: files, kinds: new Map() }, attack, folder, { signal, onProgress });
  const { patchSize, patchesPerImage, minimumSide } = configure([]).data;
  const inspected = await inspectManifest(folder, { patchSize, patchesPerImage }, signal, minimumSide);
  const described = await describeBench(inspected, attack, settings);
  // A file is named by its place among the files.
  const isKnown = ({ path }: ImageRecord) => Number.parseInt(path, 10) < known.length;
  return {
    described,
    images: {
      known: described.records.filter(isKnown),
      discovery: described.records.filter((record) => !isKnown(record)),
    },
  };
}

/** Each file once, whole, in the order of its first patch. */
function wholeFiles(records: readonly ImageRecord[]): ImageRecord[] {
  const whole = new Map<string, ImageRecord>();
  for (const record of records) {
    const id = fileId(record.id);
    if (!whole.has(id)) whole.set(id, { ...record, id, patch: null });
  }
  return [...whole.values()];
}

/** Describes images, or takes from the output folder what an earlier call described. */
export async function describeBench(
  records: readonly ImageRecord[],
  name: string,
  { configure, directory, signal, listener }: BenchSettings,
): Promise<DescribedImages> {
  const config: ResolvedConfig = configure([]);
  const total = records.length;
  listener({ type: 'images', task: `${name}: describing`, done: 0, total });
  return describeImages(records, {
    directory: join(directory, 'descriptors', name),
    descriptor: (config.rounds[0] as StageOptions).extractor.descriptor,
    needsCompressedCopies: needsCompressedCopies(config.rounds),
    threads: threadCount(config.run.threads),
    signal,
    onProgress: (done) => listener({ type: 'images', task: `${name}: describing`, done, total }),
  });
}
