import {
  createFeatureSet,
  encodeNpy,
  type FeatureSet,
  type FeatureSpace,
  type ImageId,
  joinColumns,
  readNpy,
} from '@ganscout/data-model';
import type { SpaceName } from './config/schema.js';
import type { StageWriter } from './stage-store.js';

/** The same rows in several spaces. */
export type SpaceFeatures = ReadonlyMap<SpaceName, FeatureSet>;

/** Returns the named spaces side by side. @throws {RangeError} if one of them is not there. */
export function joinSpaces(features: SpaceFeatures, names: readonly SpaceName[]): FeatureSet {
  return joinColumns(
    names.map((name) => {
      const found = features.get(name);
      if (found !== undefined) return found;
      throw new RangeError(
        `joinSpaces: space must be one of ${[...features.keys()].join(', ')}, got "${name}"`,
      );
    }),
  );
}

/** Makes other features of each space. */
export function mapSpaces(
  features: SpaceFeatures,
  change: (features: FeatureSet, name: SpaceName) => FeatureSet,
): SpaceFeatures {
  return new Map([...features].map(([name, rows]) => [name, change(rows, name)]));
}

/** Writes rows as `PREFIX-ids.json`, `PREFIX-spaces.json` and a `PREFIX-rows-SPACE.npy` for each space. */
export function writeSpaceFeatures(
  writer: Pick<StageWriter, 'write'>,
  prefix: string,
  ids: readonly ImageId[],
  features: SpaceFeatures,
): void {
  const spaces = Object.fromEntries([...features].map(([name, { space }]) => [name, space]));
  writer.write(`${prefix}-ids.json`, `${JSON.stringify(ids)}\n`);
  writer.write(`${prefix}-spaces.json`, `${JSON.stringify(spaces)}\n`);
  for (const [name, { dims, data }] of features) {
    writer.write(`${prefix}-rows-${name}.npy`, encodeNpy({ shape: [ids.length, dims], data }));
  }
}

/** Reads what {@link writeSpaceFeatures} wrote. @throws {TypeError} if there is not a row for each id. */
export function readSpaceFeatures(
  read: (name: string) => Uint8Array,
  prefix: string,
): { readonly ids: readonly ImageId[]; readonly features: SpaceFeatures } {
  const json = (name: string) => JSON.parse(new TextDecoder().decode(read(`${prefix}-${name}.json`)));
  const ids: readonly ImageId[] = json('ids');
  const spaces: Readonly<Record<string, FeatureSpace>> = json('spaces');
  const features = Object.entries(spaces).map(([name, space]) => {
    const { shape, data } = readNpy(read(`${prefix}-rows-${name}.npy`));
    return [
      name as SpaceName,
      createFeatureSet(ids, shape[1] as number, data as Float32Array, space),
    ] as const;
  });
  return { ids, features: new Map(features) };
}
