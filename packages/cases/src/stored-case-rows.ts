import { createFeatureSet, type FeatureSet, type ImageId, selectRows } from '@ganscout/data-model';
import { type ImageRecord, InputError } from '@ganscout/images';
import {
  type DescribedImages,
  type RunModel,
  type SpaceFeatures,
  threadCount,
  trainsBackbone,
} from '@ganscout/pipeline';
import type { CaseModel } from './case-model.js';
import { openCaseDescriptions, readCaseInputs } from './case-records.js';
import type { CaseState } from './case-state.js';
import { readImportedDiscovery } from './imported-features.js';

/** Images of a case with their features. */
export interface StoredRows {
  readonly ids: readonly ImageId[];
  readonly features: SpaceFeatures;
}

/**
 * Reads features of any images of a case in the spaces of its present generation: from what is kept of them, or from the images
 * where a backbone was trained.
 *
 * @param rows of the case. @returns in their order.
 * @throws {InputError} if an image has to be read again and cannot be.
 *
 * Cost: opening the inputs of the case, and what `rows` ask for.
 */
export async function readStoredRows(
  state: CaseState,
  { run }: Pick<CaseModel, 'run'>,
  rows: Int32Array,
): Promise<StoredRows> {
  const { config } = run;
  const ids = Array.from(rows, (row) => state.ids[row] as ImageId);
  if (config.data.known === null) {
    return { ids, features: await run.projectNew(selectRows(readImportedDiscovery(state, config), rows)) };
  }
  const inputs = readCaseInputs(state);
  if (trainsBackbone(config.rounds)) {
    return {
      ids,
      features: await readImagesAgain(
        run,
        inputs.flatMap(({ discovery }) => discovery),
        ids,
      ),
    };
  }
  return {
    ids,
    features: await run.projectNew(describedRows(openCaseDescriptions(state, config, inputs), ids)),
  };
}

function describedRows(sets: readonly DescribedImages[], ids: readonly ImageId[]): FeatureSet {
  const rows = ids.map((id) => {
    const set = sets.find(({ rowOf }) => rowOf.has(id));
    if (set === undefined) throw new InputError(`image ${id} must be described in the case, and is not`);
    const row = set.rowOf.get(id) as number;
    return set.descriptions.whole.read(row, row + 1);
  });
  const dims = Math.max(0, ...sets.map(({ descriptions }) => descriptions.whole.dims));
  const data = new Float32Array(ids.length * dims);
  rows.forEach((row, i) => void data.set(row, i * dims));
  return createFeatureSet(ids, dims, data, { extractor: 'descriptor', layer: '', round: 0, transform: '' });
}

async function readImagesAgain(
  run: RunModel,
  records: readonly ImageRecord[],
  ids: readonly ImageId[],
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
    onProgress: () => undefined,
  };
  const { features, failures } = await run.readNew(wanted, settings);
  for (const [id, reason] of failures) {
    throw new InputError(`${recordOf.get(id)?.file} must be read again, and cannot be: ${reason}`);
  }
  return features;
}
