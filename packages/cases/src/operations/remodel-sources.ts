import { type ImageId, rowsWhere, UNASSIGNED } from '@ganscout/data-model';
import {
  byDigest,
  chooseExemplars,
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
import { heirOf, isLiving } from '../registry/registry.js';
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
  const living = new Set(registry.sources.filter(isLiving).map(({ number }) => number));
  const known = model.sources.slice(0, model.knownCount).filter((number) => living.has(number));
  const others = [...living].filter((number) => !known.includes(number));
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
  const fresh = new Int32Array(ids.length).fill(UNASSIGNED);
  for (const row of moved)
    if (!held.has(ids[row] as ImageId)) fresh[row] = labelOf.get(labels[row] as number) ?? UNASSIGNED;
  const wanted = chooseExemplars(ids, fresh, EXEMPLARS_PER_SOURCE);
  const firstGroup = nextGroup(exemplars);
  const standFor = async (rows: Int32Array): Promise<Exemplars> => ({
    ...(await readStoredRows(state, { run }, rows)),
    labels: rows.map((row) => fresh[row] as number),
    groups: rows.map((_, i) => firstGroup + i),
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
