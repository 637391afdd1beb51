import { fileId, type ImageRecord, InputError } from '@ganscout/images';
import type { ResolvedConfig } from '@ganscout/pipeline';
import type { CaseInputs } from '../case-records.js';
import type { CaseState } from '../case-state.js';
import { knownNumbers } from '../registry/known-numbers.js';
import { countOf } from './history.js';
import type { CaseView, ViewedImage } from './viewed-case.js';
import { type CaseInput, listInputs } from './why-find.js';

/** The parts of a view that tables of inputs say. */
export type ViewedInputs = Pick<CaseView, 'images' | 'known' | 'unusable' | 'copies' | 'warnings'>;

/**
 * Sorts the inputs of a case by what became of them.
 *
 * @param groups of the images of the discovery set and of dumps, N. @throws {InputError} if these are not those of the case.
 */
export function viewInputs(
  state: CaseState,
  config: ResolvedConfig,
  inputs: readonly CaseInputs[],
  groups: readonly (string | null)[],
): ViewedInputs {
  const listed = listInputs(inputs);
  const used = listed.filter(({ record }) => record.status === 'ok');
  const isImported = config.data.known === null;
  const studied = used.filter(({ set }) => set === 'discovery');
  demandImages(state, studied);
  const images = studied.map((input, row) => viewImage(input, isImported, groups[row] ?? null));
  const labelled = used.filter(({ set, record }) => set === 'known' && record.source !== null);
  const numberOf = knownNumbers(state);
  const nameless = used.length - studied.length - labelled.length;
  return {
    images,
    known: {
      images: labelled.map((input) => viewImage(input, isImported, input.record.group)),
      labels: Int32Array.from(labelled, ({ record }) => numberOf.get(record.source as string) ?? 0),
    },
    unusable: listed.flatMap(({ record: { path, status, reason }, set, entry }) =>
      status === 'unreadable' || status === 'too_small' ? [{ path, set, status, reason, entry }] : [],
    ),
    copies: viewCopies(listed, [...labelled, ...studied]),
    warnings:
      nameless === 0
        ? []
        : [`${countOf(nameless, 'image')} of the known set had no source and took no part.`],
  };
}

function viewCopies(listed: readonly CaseInput[], used: readonly CaseInput[]): ViewedInputs['copies'] {
  const copies = listed.filter(({ record }) => record.status === 'duplicate');
  if (copies.length === 0) return [];
  // Patches of one file are copied together, so files are compared.
  const pathOf = new Map<string, string>();
  for (const { record } of used) {
    const file = fileId(record.id);
    if (!pathOf.has(file)) pathOf.set(file, record.path);
  }
  return copies.map(({ record: { path, id }, set, entry }) => {
    return { path, set, id, of: pathOf.get(fileId(id)) ?? '', entry };
  });
}

function viewImage({ record, entry }: CaseInput, isImported: boolean, group: string | null): ViewedImage {
  const { id, path, file, width, height, format, bytes, patch } = record;
  return {
    id,
    path,
    file: isImported ? null : file,
    width: width === 0 ? null : width,
    height: height === 0 ? null : height,
    format,
    bytes: bytes === 0 ? null : bytes,
    patch,
    entry,
    group,
  };
}

/** Rows of a case are the images in the order in which they came, so the tables must list the same. */
function demandImages(
  { directory, ids }: CaseState,
  studied: readonly { readonly record: ImageRecord }[],
): void {
  const other = studied.findIndex(({ record }, row) => record.id !== ids[row]);
  if (other === -1 && studied.length === ids.length) return;
  throw new InputError(
    `the tables of inputs of ${directory} must list the ${ids.length} images of the case, and do not; see "ganscout verify"`,
  );
}
