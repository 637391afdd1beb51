import { join } from 'node:path';
import { decodeNpy, type FeatureSet, type ImageId } from '@ganscout/data-model';
import { type RowSource, rowsOf } from '@ganscout/extractor';
import { type ImageRecord, InputError } from '@ganscout/images';
import { loadConfig } from './config/load.js';
import { type ResolvedConfig, resolveConfig } from './config/resolve.js';
import type { SpaceName, StageOptions } from './config/schema.js';
import { type Exemplars, type RowBuffer, readBuffer, readExemplars } from './exemplars.js';
import { lastRoundOf, stageFiles } from './finished-stage.js';
import { type KeptImages, readKeptRows } from './kept-rows.js';
import { type NewImageSettings, openNewImageReader } from './new-images.js';
import { once } from './once.js';
import { type NewImages, type Projection, readProjection } from './project-features.js';
import { projectInBatches } from './project-in-batches.js';
import { trainsBackbone } from './round-stages.js';
import { holdsRun, noFinishedRun, RUN_FILES } from './run-directory.js';
import { readSourceTest } from './source-test-files.js';
import type { SpaceFeatures } from './space-features.js';
import type { StageWriter } from './stage-store.js';
import type { Descriptions } from './stages/describe.js';
import type { SourceTest } from './stages/source-test.js';

/** What a finished run knows of its sources, and how it takes in images that were not in it. */
export interface RunModel {
  readonly config: ResolvedConfig;
  /** Of the last round. */
  readonly options: StageOptions;
  /** The last, from 1. */
  readonly round: number;
  /** The spaces in which the stages of the last round work, ascending. */
  readonly spaces: readonly SpaceName[];
  /** Names by label: the known sources, then the discovered ones. */
  readonly sources: readonly string[];
  readonly knownCount: number;
  /** Read when it is first asked for, as the two after it. */
  readonly test: SourceTest;
  readonly exemplars: Exemplars;
  readonly buffer: RowBuffer;
  /**
   * Reads images and takes them into the spaces. What it opens stays open until {@link close}.
   *
   * @param records those of status ok are read.
   * @throws {InputError} if the run was made from features computed elsewhere.
   * @throws the signal's reason if it is aborted.
   */
  readNew(records: readonly ImageRecord[], settings: NewRowSettings): Promise<NewRows>;
  /**
   * Takes descriptors, or features computed elsewhere as those of the run, into spaces.
   *
   * @param names by default all of the model's.
   * @throws {InputError} if they have another number of columns, or a backbone that was trained on images is asked for.
   */
  projectNew(features: FeatureSet, names?: readonly SpaceName[]): Promise<SpaceFeatures>;
  /** As {@link projectNew}, of rows that need not be in memory all at once. */
  projectRows(
    ids: readonly ImageId[],
    source: RowSource,
    names?: readonly SpaceName[],
  ): Promise<SpaceFeatures>;
  /**
   * Reads rows of the run's own images, as its stages kept them.
   *
   * @returns null if they are not kept in one of the spaces: descriptors, and features of a frozen backbone.
   * @throws {InputError} if they are of another number of images.
   */
  readKept(images: KeptImages, names: readonly SpaceName[]): SpaceFeatures | null;
  close(): Promise<void>;
}

/** How new images are read, and into which spaces they are taken: by default all of the model's. */
export interface NewRowSettings extends NewImageSettings {
  readonly spaces?: readonly SpaceName[];
}

/** Images that were not in the run. */
export interface NewRows {
  /** Those that could be read, in the order of the rows. */
  readonly ids: readonly ImageId[];
  readonly features: SpaceFeatures;
  /** Why the others could not be decoded, by their ids. */
  readonly failures: ReadonlyMap<ImageId, string>;
  /** What they were made from; null where a trained backbone does without. */
  readonly descriptions: Descriptions | null;
}

/** What the stage `attribute` keeps beside the test, the exemplars and the buffer. */
interface StoredModel {
  readonly knownCount: number;
  readonly spaces: Readonly<Partial<Record<SpaceName, Pick<FeatureSet, 'dims' | 'space'>>>>;
}

const MODEL_FILE = 'model.json';

/** Writes what {@link openRunModel} reads first. */
export function writeModel(
  writer: Pick<StageWriter, 'write'>,
  knownCount: number,
  features: SpaceFeatures,
): void {
  const spaces = Object.fromEntries([...features].map(([name, { dims, space }]) => [name, { dims, space }]));
  const model: StoredModel = { knownCount, spaces };
  writer.write(MODEL_FILE, `${JSON.stringify(model, null, 2)}\n`);
}

/**
 * Opens what the last round of a run, or of a retrained one, left for images to come.
 *
 * Only the configuration and the names of the sources are read; the rest when it is needed, and nothing that grows with the
 * images of the run but the buffer.
 *
 * @param directory of a run; `config.resolved.yaml` and the stages of its rounds are enough.
 * @throws {InputError} if it holds no run that has come to its end, or one of an earlier version.
 */
export function openRunModel(directory: string): RunModel {
  const round = lastRoundOf(directory, 'attribute');
  if (round === null || !holdsRun(directory)) throw noFinishedRun(directory);
  const config = resolveConfig(loadConfig(join(directory, RUN_FILES.config)), {
    workingDirectory: directory,
  });
  const options = config.rounds[round - 1] as StageOptions;
  const attribute = stageFiles(directory, round, 'attribute');
  if (!attribute.has(MODEL_FILE)) {
    throw new InputError(`${directory} was made by an earlier version; make it anew with --resume`);
  }
  const json = (name: string) => JSON.parse(new TextDecoder().decode(attribute.read(name)));
  const model: StoredModel = json(MODEL_FILE);
  const spaces = Object.keys(model.spaces) as SpaceName[];
  const reader = openNewImageReader(directory, config, round);
  const projection = readProjection(directory, config.rounds, round);
  const parts = {
    test: once(() => readSourceTest(attribute.read)),
    exemplars: once(() => readExemplars(attribute.read)),
    buffer: once(() => readBuffer(attribute.read)),
  };
  const project = (images: NewImages, names: readonly SpaceName[]) =>
    projectAll(images, names, projection, model.spaces);
  const projectRows: RunModel['projectRows'] = (ids, source, names = spaces) => {
    if (trainsBackbone(config.rounds)) throw madeByBackbone(directory);
    if (ids.length === 0) return Promise.resolve(noRows(names, model.spaces));
    checkColumns(source, attribute.read('descriptor-mean.npy'));
    const stored = { ids, descriptors: source, extractor: 'descriptor', layers: new Map() } as const;
    return projectInBatches(stored, (images) => project(images, names));
  };
  const isImported = config.data.known === null;
  return {
    config,
    options,
    round,
    spaces,
    sources: json('sources.json'),
    knownCount: model.knownCount,
    get test() {
      return parts.test();
    },
    get exemplars() {
      return parts.exemplars();
    },
    get buffer() {
      return parts.buffer();
    },
    async readNew(records, { spaces: names = spaces, ...settings }) {
      if (isImported) throw madeFromFeatures(directory);
      const read = await reader.read(records, names, settings);
      const features =
        read.ids.length === 0
          ? noRows(names, model.spaces)
          : await projectInBatches({ ...read, descriptors: read.descriptions?.whole ?? null }, (images) =>
              project(images, names),
            );
      return { ids: read.ids, features, failures: read.failures, descriptions: read.descriptions };
    },
    projectNew({ ids, data, dims }, names) {
      return projectRows(ids, rowsOf(data, dims), names);
    },
    projectRows,
    readKept(images, names) {
      const rows = names.map((name) => {
        const space = model.spaces[name]?.space;
        if (space === undefined) return null;
        const set = readKeptRows(directory, { rounds: config.rounds, round }, images, name, space);
        return set === null ? null : ([name, set] as const);
      });
      return rows.includes(null) ? null : new Map(rows as (readonly [SpaceName, FeatureSet])[]);
    },
    close: () => reader.close(),
  };
}

/** The error of comparing images with a run that was made from features. */
export function madeFromFeatures(directory: string): InputError {
  return new InputError(
    `${directory} was made from features computed elsewhere, so images cannot be compared with it`,
  );
}

function madeByBackbone(directory: string): InputError {
  return new InputError(
    `${directory} rests on a backbone that was trained, which needs the images themselves`,
  );
}

/** @param spaces what the rows of the run are called, which those of new images are called too. */
async function projectAll(
  images: NewImages,
  names: readonly SpaceName[],
  projection: Projection,
  spaces: StoredModel['spaces'],
): Promise<SpaceFeatures> {
  const features = new Map<SpaceName, FeatureSet>();
  for (const name of names) {
    const projected = await projection(images, name);
    features.set(name, { ...projected, space: spaces[name]?.space ?? projected.space });
  }
  return features;
}

/** Without an image it is not known how many values would describe one. */
function noRows(names: readonly SpaceName[], spaces: StoredModel['spaces']): SpaceFeatures {
  const empty = { ids: [], data: new Float32Array(0) };
  return new Map(
    names.flatMap((name) => {
      const shape = spaces[name];
      return shape === undefined ? [] : [[name, { ...empty, ...shape }] as const];
    }),
  );
}

/** @param mean of the columns that the run had. */
function checkColumns({ dims }: RowSource, mean: Uint8Array): void {
  const expected = decodeNpy(mean).data.length;
  if (dims === expected) return;
  throw new InputError(`features must have ${expected} columns as those of the run have, got ${dims}`);
}
