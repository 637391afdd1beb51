import type { SourceRow } from '@ganscout/pipeline';
import { type CaseState, isOpened } from '../case-state.js';
import { type CaseSource, heirOf, isLiving, type Registry } from '../registry/registry.js';
import { sizesOf } from '../registry/registry-counts.js';
import { describeEvent, tellLineages } from './history.js';
import type { ViewedSource } from './viewed-case.js';

/**
 * The sources of a case by number, those that are no more too.
 *
 * @param rows of the run's end, in the order in which sources got their ids.
 * @param knownLabels number of the source of each labelled image.
 */
export function viewSources(
  state: CaseState,
  rows: readonly SourceRow[],
  knownLabels: Int32Array,
): ViewedSource[] {
  const { registry, labels, entries } = state;
  const sizes = sizesOf(labels, registry.sources.length);
  const labelled = sizesOf(knownLabels, registry.sources.length);
  const lineages = tellLineages(entries);
  const numberOf = new Map(rows.map(({ source }, i) => [source, i + 1]));
  return registry.sources.map((source): ViewedSource => {
    const { number, id, name, kind, notes, representatives } = source;
    const row = rows[number - 1];
    return {
      number,
      id,
      name,
      kind,
      state: source.state,
      size: sizes[number] as number,
      labelled: kind === 'known' ? (labelled[number] as number) : null,
      notes,
      lineage: isOpened(state) ? (lineages.get(id) ?? []) : [describeBirth(source, row, registry)],
      row:
        row === undefined
          ? null
          : { ...row, source: name, nearest: nearestNow(row, source, numberOf, registry) },
      representatives,
    };
  });
}

/** The source that was nearest, by its name of now; `''` if it is no more, or part of the source itself. */
function nearestNow(
  { nearest }: SourceRow,
  source: CaseSource,
  numberOf: ReadonlyMap<string, number>,
  registry: Registry,
): string {
  const number = numberOf.get(nearest);
  if (number === undefined) return '';
  const heir = registry.sources[heirOf(registry, number) - 1];
  return heir === undefined || !isLiving(heir) || heir.number === heirOf(registry, source.number)
    ? ''
    : heir.name;
}

/** How a source of a run came about that was never opened as a case. */
function describeBirth(
  { id, name, kind, bornRound, representatives }: CaseSource,
  row: SourceRow | undefined,
  registry: Registry,
): string {
  const reason = kind === 'known' ? 'labelled images' : `discovered by the run in round ${bornRound}`;
  const event = { event: 'born', source: id, name, kind, round: bornRound, images: row?.size ?? 0 } as const;
  return `${describeEvent({ ...event, reason, representatives }, registry)}.`;
}
