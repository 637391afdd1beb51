import { type FeatureSet, type ImageId, selectRows } from '@ganscout/data-model';
import { type ImageRecord, InputError } from '@ganscout/images';
import {
  type DescribedImages,
  joinDescriptions,
  type RunModel,
  type SpaceFeatures,
  type SpaceName,
  threadCount,
  trainsBackbone,
} from '@ganscout/pipeline';
import type { CaseModel } from './case-model.js';
import { openCaseDescriptions, readCaseInputs } from './case-records.js';
import type { CaseState } from './case-state.js';
import { readImportedDiscovery, readImportedKnown } from './imported-features.js';

/** Images of a case with their features. */
export interface StoredRows {
  readonly ids: readonly ImageId[];
  readonly features: SpaceFeatures;
}

/** Images whose features are read. */
interface WantedImages {
  readonly set: 'known' | 'discovery';
  readonly ids: readonly ImageId[];
  /** Reads their features where these were computed elsewhere. */
  readonly imported: () => FeatureSet;
}

/**
 * Reads features of any images of a case in the spaces of its present generation: from what is kept of them, or from the images
 * where a backbone was trained.
 *
 * @param rows of the case; ascending ones are read fastest, in blocks. @param spaces by default all of the generation's.
 * @returns in the order of the rows.
 * @throws {InputError} if an image has to be read again and cannot be.
 *
 * Cost: opening the inputs of the case, and what `rows` ask for.
 */
export async function readStoredRows(
  state: CaseState,
  { run }: Pick<CaseModel, 'run'>,
  rows: Int32Array,
  spaces: readonly SpaceName[] = run.spaces,
): Promise<StoredRows> {
  const ids = Array.from(rows, (row) => state.ids[row] as ImageId);
  const imported = () => selectRows(readImportedDiscovery(state, run.config), rows);
  return { ids, features: await readFeaturesOf(state, run, { set: 'discovery', ids, imported }, spaces) };
}

/** As {@link readStoredRows}, of labelled images of the known set. */
export async function readStoredKnown(
  state: CaseState,
  { run }: Pick<CaseModel, 'run'>,
  ids: readonly ImageId[],
  spaces: readonly SpaceName[] = run.spaces,
): Promise<StoredRows> {
  const imported = () => readImportedKnown(run.config, ids);
  return { ids, features: await readFeaturesOf(state, run, { set: 'known', ids, imported }, spaces) };
}

async function readFeaturesOf(
  state: CaseState,
  run: RunModel,
  { set, ids, imported }: WantedImages,
  spaces: readonly SpaceName[],
): Promise<SpaceFeatures> {
  const { config } = run;
  if (config.data.known === null) {
    return run.projectNew(imported(), spaces);
  }
  const inputs = readCaseInputs(state);
  if (trainsBackbone(config.rounds)) {
    const records = inputs.flatMap((input) => input[set]);
    return readImagesAgain(run, records, ids, spaces);
  }
  const sets = openCaseDescriptions(state, config, inputs);
  demandDescribed(sets, ids);
  return run.projectRows(ids, joinDescriptions(sets, ids), spaces);
}

function demandDescribed(sets: readonly DescribedImages[], ids: readonly ImageId[]): void {
  const missing = ids.find((id) => !sets.some(({ rowOf }) => rowOf.has(id)));
  if (missing === undefined) return;
  throw new InputError(`image ${missing} must be described in the case, and is not`);
}

async function readImagesAgain(
  run: RunModel,
  records: readonly ImageRecord[],
  ids: readonly ImageId[],
  spaces: readonly SpaceName[],
): Promise<SpaceFeatures> {
  const recordOf = new Map(
    records.filter(({ status }) => status === 'ok').map((record) => [record.id, record]),
  );
  const wanted = ids.map((id) => recordOf.get(id) as ImageRecord);
  const { signal } = new AbortController();
  const threads = threadCount(run.config.run.threads);
  const settings = {
    directory: null,
    cropIds: new Set<ImageId>(),
    threads,
    signal,
    spaces,
    onProgress: () => undefined,
  };
  const { features, failures } = await run.readNew(wanted, settings);
  for (const [id, reason] of failures) {
    throw new InputError(`${recordOf.get(id)?.file} must be read again, and cannot be: ${reason}`);
  }
  return features;
}
