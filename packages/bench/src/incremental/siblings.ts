import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readCase } from '@ganscout/cases';
import { shuffled } from '@ganscout/comparison';
import { holderOf } from './follow-sources.js';
import { beginCase, type CaseOptions, growCase, type RetrainChoice, writeTable } from './grow-case.js';
import { type EstablishedKind, findSiblings, type SiblingPair } from './sibling-pairs.js';
import type { Study, StudyImage } from './study-folder.js';

/** What became of a few images of a new source beside a large one that resembles it. */
export interface SiblingOutcome extends SiblingPair {
  readonly kind: EstablishedKind;
  readonly retrain: RetrainChoice;
  /** Images of the established source that the case had. */
  readonly establishedImages: number;
  /** Images of the new source, and where they are. */
  readonly newImages: number;
  readonly inEstablished: number;
  readonly inOther: number;
  readonly waiting: number;
  /** In sources that were born by the add. */
  readonly inNew: number;
  /** The largest of these: its images, and how many of them are of the new source. */
  readonly largest: { readonly images: number; readonly right: number } | null;
  /** Images of the established source that it held before, and after. */
  readonly heldBefore: number;
  readonly heldAfter: number;
}

/** What is tried. */
export interface SiblingRequest {
  readonly kinds: readonly EstablishedKind[];
  readonly retrain: readonly RetrainChoice[];
  /** Images of the new source. */
  readonly newImages: number;
  readonly seed: number;
  /** Folder for the cases. */
  readonly directory: string;
  readonly options: CaseOptions;
}

/** A case before anything is added, and the images left for that. */
interface Beginning {
  readonly labelled: readonly StudyImage[];
  readonly discovery: readonly StudyImage[];
  /** Of other known sources: they are added with the new source. */
  readonly others: readonly StudyImage[];
}

/**
 * Adds a few images of one generator to a case that holds many of its sibling: the same architecture, loss and images to learn
 * from, another seed.
 *
 * The case's run has all images of the established siblings and half of those of the other known sources; the other half comes
 * with the new images. Where the established one is to be discovered, the siblings with labels lose them and are the new ones.
 */
export async function* studySiblings(
  study: Study,
  { kinds, retrain, newImages, seed, directory, options }: SiblingRequest,
  onStep: (text: string) => void,
): AsyncGenerator<SiblingOutcome> {
  for (const kind of kinds) {
    const pairs = findSiblings(study, kind);
    const { labelled, discovery, others } = beginningOf(study, pairs, seed);
    const begun = join(directory, `siblings-${kind}`, 'begun');
    const tables = {
      labelled: writeTable(join(directory, `siblings-${kind}`, 'known.csv'), labelled, true),
      discovery: writeTable(join(directory, `siblings-${kind}`, 'begun.csv'), discovery, false),
    };
    onStep(`siblings, established ${kind}: run on ${discovery.length} images`);
    await beginCase(begun, tables, options);
    for (const pair of pairs) {
      const fresh = draw(imagesOf(study, pair.newcomer), newImages, seed);
      const table = join(directory, `siblings-${kind}`, `${pair.newcomer}.csv`);
      writeTable(table, [...fresh, ...others], false);
      for (const choice of retrain) {
        onStep(`siblings, established ${kind}: ${pair.newcomer}, retrain ${choice}`);
        const own = join(directory, `siblings-${kind}`, `${pair.newcomer}-retrain-${choice}`);
        rmSync(own, { recursive: true, force: true });
        cpSync(begun, own, { recursive: true });
        const numbers = await addTo(own, table, choice, options);
        const established = imagesOf(study, pair.established);
        yield { ...pair, kind, retrain: choice, ...score(numbers, established, fresh) };
      }
    }
    rmSync(begun, { recursive: true });
  }
}

function beginningOf(
  { labelled, discovery, known }: Study,
  pairs: readonly SiblingPair[],
  seed: number,
): Beginning {
  const established = new Set(pairs.map((pair) => pair.established));
  const newcomers = new Set(pairs.map((pair) => pair.newcomer));
  const others: StudyImage[] = [];
  const first: StudyImage[] = [];
  for (const name of known.filter((source) => !established.has(source) && !newcomers.has(source))) {
    const own = discovery.filter(({ source }) => source === name);
    const taken = new Set(draw(own, Math.ceil(own.length / 2), seed));
    for (const image of own) (taken.has(image) ? first : others).push(image);
  }
  return {
    labelled: labelled.filter(({ source }) => !newcomers.has(source)),
    discovery: [...discovery.filter(({ source }) => established.has(source)), ...first],
    others,
  };
}

function imagesOf({ discovery }: Study, name: string): StudyImage[] {
  return discovery.filter(({ source }) => source === name);
}

/** Some of the images, drawn at random. */
function draw(images: readonly StudyImage[], count: number, seed: number): StudyImage[] {
  return shuffled(images, seed, 'siblings').slice(0, count);
}

/** Source of each image by its id, before and after a table is added, and the first number that the add could give. */
interface Numbers {
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  readonly firstNew: number;
}

async function addTo(
  directory: string,
  table: string,
  retrain: RetrainChoice,
  options: CaseOptions,
): Promise<Numbers> {
  const start = readCase(directory);
  const { state } = await growCase(directory, table, retrain, options);
  const byId = ({ ids, labels }: typeof state) => new Map(ids.map((id, row) => [id, labels[row] as number]));
  return { before: byId(start), after: byId(state), firstNew: start.registry.nextNumber };
}

function score(
  { before, after, firstNew }: Numbers,
  established: readonly StudyImage[],
  fresh: readonly StudyImage[],
): Omit<SiblingOutcome, keyof SiblingPair | 'kind' | 'retrain'> {
  const count = (images: Iterable<string>, numbers: ReadonlyMap<string, number>, number: number) =>
    [...images].filter((id) => numbers.get(id) === number).length;
  const ids = established.map(({ id }) => id);
  const freshIds = fresh.map(({ id }) => id);
  const holder = mostOften(ids.map((id) => before.get(id) ?? 0));
  const places = freshIds.map((id) => after.get(id) as number);
  const born = places.filter((number) => number >= firstNew);
  const largest = mostOften(born);
  return {
    establishedImages: ids.filter((id) => before.has(id)).length,
    newImages: fresh.length,
    inEstablished: places.filter((number) => number === holder).length,
    inOther: places.filter((number) => number > 0 && number < firstNew && number !== holder).length,
    waiting: places.filter((number) => number === 0).length,
    inNew: born.length,
    largest:
      largest === 0
        ? null
        : { images: count(after.keys(), after, largest), right: count(freshIds, after, largest) },
    heldBefore: count(ids, before, holder),
    heldAfter: count(ids, after, holder),
  };
}

/** The number that occurs most often, 0 left out; ties go to the lower one; 0 if there is none. */
function mostOften(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) if (number !== 0) counts.set(number, (counts.get(number) ?? 0) + 1);
  return holderOf(counts);
}
