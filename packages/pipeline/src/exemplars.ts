import {
  concatenateRows,
  decodeNpy,
  encodeNpy,
  type ImageId,
  selectRows,
  UNASSIGNED,
  unassignedRows,
} from '@ganscout/data-model';
import { byDigest } from './by-digest.js';
import type { SpaceName } from './config/schema.js';
import type { LabelState } from './label-state.js';
import { mapSpaces, readSpaceFeatures, type SpaceFeatures, writeSpaceFeatures } from './space-features.js';
import type { SpaceRows } from './spaces.js';
import type { StageWriter } from './stage-store.js';
import type { KnownLabels } from './stages/merge.js';

/** Images that stand for their sources, and what they are in every space that the last round works in. */
export interface Exemplars {
  readonly ids: readonly ImageId[];
  /** Source of each, in [0, S). */
  readonly labels: Int32Array;
  /** Images of one group show the same content. */
  readonly groups: Int32Array;
  /** 1 for a labelled image of a known source, 0 for one of a discovered source. */
  readonly labelled: Uint8Array;
  readonly features: SpaceFeatures;
}

/** Images of the discovery set that no source has. */
export interface RowBuffer {
  readonly ids: readonly ImageId[];
  /** Their rows in the discovery set, ascending. */
  readonly rows: Int32Array;
  readonly features: SpaceFeatures;
}

/** Images of a source that stand for it, at the most. */
export const EXEMPLARS_PER_SOURCE = 192;

const ARRAYS = ['labels', 'groups', 'labelled'] as const;

/**
 * Chooses the images that stand for each source: those whose ids have the smallest digests, so that the choice depends neither
 * on order nor on names, and changes little as a source grows.
 *
 * @param labels source of each image, or -1 for an image that stands for none.
 * @param most images of a source, at the most.
 * @returns their rows, ascending.
 *
 * Cost: a digest for each image of a source that has more than `most`.
 */
export function chooseExemplars(ids: readonly ImageId[], labels: Int32Array, most: number): Int32Array {
  const ofSource = new Map<number, number[]>();
  labels.forEach((label, row) => {
    if (label < 0) return;
    const rows = ofSource.get(label);
    if (rows === undefined) ofSource.set(label, [row]);
    else rows.push(row);
  });
  const chosen = [...ofSource.values()].flatMap((rows) =>
    rows.length <= most ? rows : byDigest(ids, rows).slice(0, most),
  );
  return Int32Array.from(chosen).sort();
}

/** Returns some of the exemplars. @param rows which, in the order wanted. */
export function selectExemplars(exemplars: Exemplars, rows: ArrayLike<number>): Exemplars {
  const { ids, labels, groups, labelled, features } = exemplars;
  const of = <Value>(values: ArrayLike<Value>) => Array.from(rows, (row) => values[row] as Value);
  return {
    ids: of(ids),
    labels: Int32Array.from(of(labels)),
    groups: Int32Array.from(of(groups)),
    labelled: Uint8Array.from(of(labelled)),
    features: mapSpaces(features, (set) => selectRows(set, rows)),
  };
}

/** Chooses the exemplars of a run: of its known sources labelled images, of the discovered ones their images. */
export function exemplarsOf(
  rowsIn: (name: SpaceName) => SpaceRows,
  names: readonly SpaceName[],
  known: KnownLabels,
  { assignment: { labels, knownCount } }: LabelState,
): Exemplars {
  const first = rowsIn(names[0] as SpaceName);
  const ids = [...first.known.ids, ...first.discovery.ids];
  const labelledCount = known.labels.length;
  const ofBoth = new Int32Array(ids.length);
  ofBoth.set(known.labels);
  ofBoth.set(
    labels.map((label) => (label < knownCount ? UNASSIGNED : label)),
    labelledCount,
  );
  const chosen = chooseExemplars(ids, ofBoth, EXEMPLARS_PER_SOURCE);
  const split = chosen.findIndex((row) => row >= labelledCount);
  const ofKnown = chosen.subarray(0, split === -1 ? chosen.length : split);
  const ofDiscovered = chosen.subarray(ofKnown.length).map((row) => row - labelledCount);
  // Nobody knows which unlabelled images share content: each is a group of its own.
  const firstFree = nextGroup(known.groups);
  const features = names.map((name) => {
    const rows = rowsIn(name);
    return [
      name,
      concatenateRows(selectRows(rows.known, ofKnown), selectRows(rows.discovery, ofDiscovered)),
    ] as const;
  });
  return {
    ids: Array.from(chosen, (row) => ids[row] as ImageId),
    labels: chosen.map((row) => ofBoth[row] as number),
    groups: chosen.map((row) => (row < labelledCount ? (known.groups[row] as number) : firstFree + row)),
    labelled: Uint8Array.from(chosen, (row) => (row < labelledCount ? 1 : 0)),
    features: new Map(features),
  };
}

/** The first number that no group has. */
export function nextGroup(groups: Int32Array): number {
  return groups.reduce((largest, group) => Math.max(largest, group), -1) + 1;
}

/** The images of a run's discovery set that no source has. */
export function bufferOf(
  rowsIn: (name: SpaceName) => SpaceRows,
  names: readonly SpaceName[],
  { assignment }: LabelState,
): RowBuffer {
  const rows = unassignedRows(assignment);
  const sets = names.map((name) => [name, selectRows(rowsIn(name).discovery, rows)] as const);
  return { ids: sets[0]?.[1].ids ?? [], rows, features: new Map(sets) };
}

/** Writes exemplars as `exemplar-labels.npy`, `exemplar-groups.npy`, `exemplar-labelled.npy` and as `writeSpaceFeatures`. */
export function writeExemplars(writer: Pick<StageWriter, 'write'>, exemplars: Exemplars): void {
  for (const name of ARRAYS) {
    const data = exemplars[name];
    writer.write(`exemplar-${name}.npy`, encodeNpy({ shape: [data.length], data }));
  }
  writeSpaceFeatures(writer, 'exemplar', exemplars.ids, exemplars.features);
}

/** Reads what {@link writeExemplars} wrote. */
export function readExemplars(read: (name: string) => Uint8Array): Exemplars {
  const array = (name: (typeof ARRAYS)[number]) => decodeNpy(read(`exemplar-${name}.npy`)).data;
  return {
    ...readSpaceFeatures(read, 'exemplar'),
    labels: array('labels') as Int32Array,
    groups: array('groups') as Int32Array,
    labelled: array('labelled') as Uint8Array,
  };
}

/** Writes a buffer as `buffer.npy` and as `writeSpaceFeatures`. */
export function writeBuffer(writer: Pick<StageWriter, 'write'>, { ids, rows, features }: RowBuffer): void {
  writer.write('buffer.npy', encodeNpy({ shape: [rows.length], data: rows }));
  writeSpaceFeatures(writer, 'buffer', ids, features);
}

/** Reads what {@link writeBuffer} wrote. */
export function readBuffer(read: (name: string) => Uint8Array): RowBuffer {
  return { ...readSpaceFeatures(read, 'buffer'), rows: decodeNpy(read('buffer.npy')).data as Int32Array };
}
