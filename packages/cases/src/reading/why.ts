import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureSet, ImageId } from '@ganscout/data-model';
import { type ImageRecord, InputError } from '@ganscout/images';
import { joinSpaces, type SpaceFeatures, type SpaceName } from '@ganscout/pipeline';
import type { AuditEntry } from '@ganscout/storage';
import { bodyOf } from '../case-entry.js';
import { generationFolder, readEntryArray } from '../case-files.js';
import { type CaseModel, GENERATION_ROWS, openCaseModel } from '../case-model.js';
import { readCaseInputs } from '../case-records.js';
import { type CaseState, readCase } from '../case-state.js';
import { type CaseSource, sourceId } from '../registry/registry.js';
import { readStoredRows } from '../stored-case-rows.js';
import { numbersOf, type ReadNumbers, readMoves } from './entry-numbers.js';
import { nameOf } from './history.js';
import { describeConstraint, type EntryTrace, type ToldEntry, tellEntries } from './why-entries.js';
import { createImageFinder, type FoundImage, listInputs, pathsById } from './why-find.js';
import { nearestImages } from './why-nearest.js';
import { readStageStory, type StageStory } from './why-stages.js';

/** All that a case can say of the label of one image. */
export interface ImageStory {
  readonly id: ImageId;
  /** Inputs that hold it, copies too. */
  readonly inputs: readonly {
    readonly path: string;
    readonly set: 'known' | 'discovery';
    readonly entry: number;
    readonly status: ImageRecord['status'];
    readonly reason: string;
  }[];
  /** Source of a labelled image of the known set; null for one of the discovery set. */
  readonly labelledAs: string | null;
  /** Its source now; null if it waits in the buffer. */
  readonly source: Pick<CaseSource, 'id' | 'name' | 'kind' | 'state'> | null;
  /** What stages said of it: those of the run, then of each training again. */
  readonly trainings: readonly (StageStory & { readonly generation: number })[];
  readonly entries: readonly ToldEntry[];
  /** What people said of it that holds now. */
  readonly constraints: readonly { readonly operation: number; readonly text: string }[];
  readonly nearest: {
    /** Where its own features are from, or why there are none. */
    readonly how: string;
    readonly spaces: readonly SpaceName[];
    readonly images: readonly {
      readonly id: ImageId;
      readonly path: string;
      readonly source: string;
      readonly name: string;
      readonly isLabelled: boolean;
      readonly distance: number;
    }[];
  };
}

/** How an image is looked for and explained. */
export interface WhySettings {
  /** What a relative path is relative to. */
  readonly workingDirectory: string;
  /** Nearest images that are told, at the most. */
  readonly nearest: number;
  readonly signal: AbortSignal;
}

/**
 * Tells why an image of a case has the source that it has: what each stage of each round said of it, what each entry did to it,
 * which constraints hold for it, and which images that stand for sources are nearest.
 *
 * @param text path, file, id or beginning of an id, as for {@link createImageFinder}.
 * @throws {InputError} if there is no case, or no such image in it.
 *
 * Cost: reading the tables of inputs and the labels of every stage; an image whose features are not kept is described anew.
 */
export async function explainImage(
  directory: string,
  text: string,
  settings: WhySettings,
): Promise<ImageStory> {
  const state = readCase(directory);
  const inputs = listInputs(readCaseInputs(state));
  const image = createImageFinder(state, inputs)(text, settings.workingDirectory);
  const label = image.row === null ? 0 : (state.labels[image.row] as number);
  const labelled = image.inputs.find(({ set, record }) => set === 'known' && record.status === 'ok');
  const pathOf = pathsById(inputs.map(({ record }) => record));
  return {
    id: image.id,
    inputs: image.inputs.map(({ record: { path, status, reason }, set, entry }) => {
      return { path, set, entry, status, reason };
    }),
    labelledAs: labelled?.record.source ?? null,
    source: describeOwner(state.registry.sources[label - 1]),
    trainings: image.row === null ? [] : trainingsOf(state, image.row),
    entries: image.row === null ? [] : tellEntries(image.id, tracesOf(state, image.row)),
    constraints: state.constraints.flatMap(({ operation, ...constraint }) => {
      const said = describeConstraint(constraint, image.id);
      return said === null ? [] : [{ operation, text: said }];
    }),
    nearest: await nearestOf(state, image, pathOf, settings),
  };
}

function describeOwner(source: CaseSource | undefined): ImageStory['source'] {
  if (source === undefined) return null;
  const { id, name, kind, state } = source;
  return { id, name, kind, state };
}

/** The stages of each generation that had the image. */
function trainingsOf(state: CaseState, row: number): ImageStory['trainings'] {
  const { directory, entries } = state;
  const generations = entries.flatMap(({ number, body }) => {
    const { generation } = bodyOf({ body });
    return generation === undefined ? [] : [{ generation, number }];
  });
  const all = generations.length === 0 ? [{ generation: 1, number: 1 }] : generations;
  return all.flatMap(({ generation, number }) => {
    const own = rowInGeneration(directory, generation, number, row);
    const home = join(directory, generationFolder(generation));
    if (own === -1 || !existsSync(home)) return [];
    // A training again calls known sources by their ids, since names may change.
    const named = (name: string) => (generation === 1 ? name : nameOf(state.registry, name));
    const story = readStageStory(home, own, named);
    return story.steps.length === 0 ? [] : [{ generation, ...story }];
  });
}

/** @returns -1 if the generation did not have the image. */
function rowInGeneration(directory: string, generation: number, entry: number, row: number): number {
  return generation === 1
    ? row
    : (readEntryArray(directory, entry, GENERATION_ROWS) as Int32Array).indexOf(row);
}

/** What the files of each entry say of the image at a row. */
function tracesOf(
  { directory, entries }: CaseState,
  row: number,
): { entry: AuditEntry; trace: EntryTrace }[] {
  let first = 0;
  return entries.map((entry) => {
    const read = numbersOf(directory, entry);
    const labels = read('labels.npy') ?? [];
    const at = row - first;
    first += labels.length;
    const label = labels[at];
    const arrival = label === undefined ? null : arrivalAt(read, at, label);
    return { entry, trace: { arrival, moved: movedAt(read, row) } };
  });
}

function arrivalAt(read: ReadNumbers, at: number, label: number): EntryTrace['arrival'] {
  const value = (name: string) => read(name)?.[at] ?? null;
  const score = value('score.npy');
  const scores =
    score === null
      ? null
      : {
          score,
          pValue: value('p-value.npy') as number,
          margin: value('margin.npy') as number,
          nearest: value('nearest.npy') as number,
        };
  return { label, reason: value('reasons.npy'), scores };
}

function movedAt(read: ReadNumbers, row: number): EntryTrace['moved'] {
  const moved = readMoves(read);
  for (let at = 0; at < moved.length; at += 3) {
    if (moved[at] !== row) continue;
    const reason = read('moved-reasons.npy')?.[at / 3] ?? null;
    return { from: moved[at + 1] as number, to: moved[at + 2] as number, reason };
  }
  return null;
}

async function nearestOf(
  state: CaseState,
  image: FoundImage,
  pathOf: ReadonlyMap<ImageId, string>,
  { nearest: most, signal }: WhySettings,
): Promise<ImageStory['nearest']> {
  const model = openCaseModel(state);
  try {
    const { exemplars, sources } = model.sources;
    const spaces = model.run.options.ood.space;
    const { how, values } = await featuresOf(state, model, image, signal);
    if (values === null) return { how, spaces, images: [] };
    const nearby = {
      features: joinSpaces(exemplars.features, spaces),
      sources: exemplars.labels.map((label) => sources[label] as number),
      labelled: exemplars.labelled,
    };
    const images = nearestImages(image.id, values, nearby, most).map(({ source, ...near }) => ({
      ...near,
      path: pathOf.get(near.id) ?? '',
      source: sourceId(source),
      name: state.registry.sources[source - 1]?.name ?? '',
    }));
    return { how, spaces, images };
  } finally {
    await model.run.close();
  }
}

interface OwnFeatures {
  readonly how: string;
  readonly values: Float32Array | null;
}

/** The image in the spaces of the out-of-distribution test. */
async function featuresOf(
  state: CaseState,
  model: CaseModel,
  { id, row, inputs }: FoundImage,
  signal: AbortSignal,
): Promise<OwnFeatures> {
  const { sources, buffer, run } = model;
  const spaces = run.options.ood.space;
  const kept = rowOf(sources.exemplars, id, spaces) ?? rowOf(buffer, id, spaces);
  if (kept !== null) return { how: 'its features are kept with the case', values: kept };
  try {
    if (row !== null) {
      const stored = await readStoredRows(state, model, Int32Array.of(row));
      return { how: 'its features were made from what is kept of it', values: rowOf(stored, id, spaces) };
    }
    const settings = {
      directory: null,
      cropIds: new Set<ImageId>(),
      threads: 1,
      onProgress: () => undefined,
      signal,
    };
    const record = inputs.find(({ record: { status } }) => status === 'ok')?.record as ImageRecord;
    const read = await run.readNew([record], settings);
    const failure = read.failures.get(id);
    if (failure !== undefined) return { how: `its file could not be read again: ${failure}`, values: null };
    return { how: 'it was described anew from its file', values: rowOf(read, id, spaces) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { how: `its features are not at hand: ${error.message}`, values: null };
  }
}

function rowOf(
  { ids, features }: { readonly ids: readonly ImageId[]; readonly features: SpaceFeatures },
  id: ImageId,
  spaces: readonly SpaceName[],
): Float32Array | null {
  const row = ids.indexOf(id);
  if (row === -1) return null;
  const { data, dims }: FeatureSet = joinSpaces(features, spaces);
  return data.subarray(row * dims, (row + 1) * dims);
}
