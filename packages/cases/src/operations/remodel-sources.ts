import type { ImageId } from '@ganscout/data-model';
import { rowsWhere } from '@ganscout/data-model';
import {
  byDigest,
  EXEMPLARS_PER_SOURCE,
  type Exemplars,
  fitExemplarTest,
  type RowBuffer,
  selectExemplars,
} from '@ganscout/pipeline';
import { nextGroup } from '../adding/admit-candidates.js';
import type { SourceModel } from '../adding/intake.js';
import { joinExemplars } from '../adding/row-sets.js';
import type { CaseModel } from '../case-model.js';
import type { CaseState } from '../case-state.js';
import { readStoredRows } from '../stored-case-rows.js';

/**
 * Makes exemplars and test anew after images changed their source by a person's word.
 *
 * Sources that are no more leave the test; a retired one stays in it, so that its images are told apart and not found again.
 *
 * @param state as it will be. @param moved rows of the case that change their source.
 */
export async function remodelSources(
  state: CaseState,
  { sources: model, run }: CaseModel,
  moved: Int32Array,
  seed: number,
): Promise<SourceModel> {
  const { ids, labels, registry } = state;
  const isThere = (number: number) => /^(active|retired)$/.test(registry.sources[number - 1]?.state ?? '');
  const known = model.sources.slice(0, model.knownCount).filter(isThere);
  const others = registry.sources
    .map(({ number }) => number)
    .filter((number) => isThere(number) && !known.includes(number));
  const numbers = [...known, ...others];
  const labelOf = new Map(numbers.map((number, label) => [number, label]));
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  // A labelled image stays with its source, wherever that went; others have the label that they have now.
  const { exemplars } = model;
  const sourceNow = exemplars.ids.map((id, i) => {
    if (exemplars.labelled[i] === 1)
      return heirOf(registry, model.sources[exemplars.labels[i] as number] as number);
    return labels[rowOf.get(id) as number] as number;
  });
  const kept = [...sourceNow.keys()].filter((i) => labelOf.has(sourceNow[i] as number));
  const old = {
    ...selectExemplars(exemplars, kept),
    labels: Int32Array.from(kept, (i) => labelOf.get(sourceNow[i] as number) as number),
  };
  const held = new Set(old.ids);
  const fresh = [...moved].filter(
    (row) => labelOf.has(labels[row] as number) && !held.has(ids[row] as ImageId),
  );
  const wanted = choose(fresh, ids, labels);
  const standFor = async (rows: Int32Array): Promise<Exemplars> => ({
    ...(await readStoredRows(state, { run }, rows)),
    labels: rows.map((row) => labelOf.get(labels[row] as number) as number),
    groups: rows.map((_, i) => nextGroup(exemplars) + i),
    labelled: new Uint8Array(rows.length),
  });
  const all = wanted.length === 0 ? old : joinExemplars(old, await standFor(wanted));
  const chosen = mostOfEach(all, numbers.length);
  // A source without an exemplar cannot be tested for.
  const reference = model.test.fused?.reference ?? null;
  const test = fitExemplarTest(chosen, numbers.length, reference, run.options, seed);
  return { test, sources: numbers, knownCount: known.length, exemplars: chosen };
}

/** The buffer as it will be: rows that got a source leave it, and those that lost theirs join it; the same object if none did. */
export async function remodelBuffer(state: CaseState, { buffer, run }: CaseModel): Promise<RowBuffer> {
  const rows = rowsWhere(state.labels, (label) => label === 0);
  const isSame = rows.length === buffer.rows.length && rows.every((row, i) => row === buffer.rows[i]);
  if (isSame) return buffer;
  return { rows, ...(await readStoredRows(state, { run }, rows)) };
}

/** The source that a source's images are of now, through all merges. */
function heirOf({ sources }: CaseState['registry'], number: number): number {
  const source = sources[number - 1];
  if (source === undefined || source.state !== 'merged' || source.into === null) return number;
  const into = sources.find(({ id }) => id === source.into);
  return into === undefined ? number : heirOf({ sources } as CaseState['registry'], into.number);
}

/** At most as many rows of each source as stand for it. */
function choose(rows: readonly number[], ids: readonly ImageId[], labels: Int32Array): Int32Array {
  const ofSource = new Map<number, number[]>();
  for (const row of rows) {
    const label = labels[row] as number;
    const own = ofSource.get(label);
    if (own === undefined) ofSource.set(label, [row]);
    else own.push(row);
  }
  const chosen = [...ofSource.values()].flatMap((own) => byDigest(ids, own).slice(0, EXEMPLARS_PER_SOURCE));
  return Int32Array.from(chosen).sort();
}

/** The exemplars of each source that stand for it, labelled ones before others. */
function mostOfEach(exemplars: Exemplars, sourceCount: number): Exemplars {
  const { ids, labels, labelled } = exemplars;
  const chosen = Array.from({ length: sourceCount }, (_, label) => {
    const own = [...labels.keys()].filter((i) => labels[i] === label);
    const first = byDigest(
      ids,
      own.filter((i) => labelled[i] === 1),
    );
    const others = byDigest(
      ids,
      own.filter((i) => labelled[i] !== 1),
    );
    return [...first, ...others].slice(0, EXEMPLARS_PER_SOURCE);
  });
  return selectExemplars(exemplars, Int32Array.from(chosen.flat()).sort());
}
