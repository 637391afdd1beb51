import type { CaseView, ViewedSource } from '@ganscout/cases';
import { optimalAssignment } from '@ganscout/metrics';
import { countOf } from '../gather/report-words.js';
import type { Confusion } from '../report-data.js';

/** Rows and columns at the most, what is joined and the unassigned included. */
const MOST = 60;

const UNASSIGNED_COLUMN = 'unassigned';

/** Counts of true sources (rows) by sources found (columns); unassigned images stand apart. */
interface Counts {
  readonly rows: readonly string[];
  readonly columns: readonly ViewedSource[];
  /** rows × columns, row-major. */
  readonly cells: Float64Array;
  /** Of each row. */
  readonly unassigned: Float64Array;
}

/**
 * Counts the images of each true source by the source that was found for them.
 *
 * The best one-to-one pairing of true and found sources stands on the diagonal, known sources first, then the largest. Rows and
 * columns without a partner follow, in the order of what they have most images in common with; the unassigned come last. Of
 * more than 60 rows or columns the smallest are joined.
 *
 * @returns null without truth.
 */
export function confusionOf(view: Pick<CaseView, 'labels' | 'truth' | 'sources'>): Confusion | null {
  if (view.truth === null) return null;
  const counts = countPairs(view, view.truth);
  const { pairs, rows, columns } = orderCells(counts);
  const shownRows = chooseShown(rows, (row) => rowTotal(counts, row), MOST);
  const partners = new Set(pairs.filter(([row]) => shownRows.includes(row)).map(([, column]) => column));
  const columnRank = (column: number) =>
    partners.has(column) ? Number.POSITIVE_INFINITY : columnTotal(counts, column);
  const shownColumns = chooseShown(columns, columnRank, MOST - 1);
  const rest = { rows: without(rows, shownRows), columns: without(columns, shownColumns) };
  const rowGroups = groupsOf(shownRows, rest.rows);
  const columnGroups = groupsOf(shownColumns, rest.columns);
  const unknown = view.truth.filter((source) => source === null).length;
  return {
    rows: [
      ...shownRows.map((row) => counts.rows[row] as string),
      ...(rest.rows.length > 0 ? [`${countOf(rest.rows.length, 'other true source')}`] : []),
    ],
    columns: [
      ...shownColumns.map((column) => (counts.columns[column] as ViewedSource).name),
      ...(rest.columns.length > 0 ? [`${countOf(rest.columns.length, 'other source')} found`] : []),
      UNASSIGNED_COLUMN,
    ],
    counts: rowGroups.flatMap((group) => [
      ...columnGroups.map((own) =>
        sumOver(group, (row) => sumOver(own, (column) => cellOf(counts, row, column))),
      ),
      sumOver(group, (row) => counts.unassigned[row] as number),
    ]),
    note: noteOf(pairs.length, pairs.length < Math.max(rows.length, columns.length), rest, unknown),
  };
}

function countPairs(
  { labels, sources }: Pick<CaseView, 'labels' | 'sources'>,
  truth: readonly (string | null)[],
): Counts {
  const rows = [...new Set(truth)].filter((source) => source !== null).sort();
  const rowOf = new Map(rows.map((source, row) => [source, row]));
  const occurring = new Set(labels);
  const columns = sources.filter(({ number }) => occurring.has(number));
  const columnOf = new Map(columns.map(({ number }, column) => [number, column]));
  const cells = new Float64Array(rows.length * columns.length);
  const unassigned = new Float64Array(rows.length);
  truth.forEach((source, image) => {
    const row = source === null ? undefined : rowOf.get(source);
    if (row === undefined) return;
    const column = columnOf.get(labels[image] as number);
    const [counts, at] = column === undefined ? [unassigned, row] : [cells, row * columns.length + column];
    counts[at] = (counts[at] as number) + 1;
  });
  return { rows, columns, cells, unassigned };
}

/** Pairs of a row and a column, and all rows and columns in the order of the figure. */
function orderCells(counts: Counts): {
  readonly pairs: readonly (readonly [number, number])[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
} {
  const { rows, columns, cells } = counts;
  const columnOf = optimalAssignment(cells, rows.length, columns.length);
  const pairs = Array.from(columnOf, (column, row) => [row, column] as const).filter(
    ([row, column]) => column !== -1 && cellOf(counts, row, column) > 0,
  );
  const isKnown = (column: number) => columns[column]?.kind === 'known';
  pairs.sort(
    ([rowA, a], [rowB, b]) =>
      Number(isKnown(b)) - Number(isKnown(a)) ||
      cellOf(counts, rowB, b) - cellOf(counts, rowA, a) ||
      rowA - rowB,
  );
  const pairedRows = pairs.map(([row]) => row);
  const pairedColumns = pairs.map(([, column]) => column);
  const placeOfMost = (partners: readonly number[], count: (partner: number) => number) => {
    const most = partners.reduce((best, partner) => Math.max(best, count(partner)), 0);
    return most === 0 ? partners.length : partners.findIndex((partner) => count(partner) === most);
  };
  const looseRows = sortBy(without([...rows.keys()], pairedRows), (row) =>
    placeOfMost(pairedColumns, (column) => cellOf(counts, row, column)),
  );
  const allRows = [...pairedRows, ...looseRows];
  const looseColumns = sortBy(without([...columns.keys()], pairedColumns), (column) =>
    placeOfMost(allRows, (row) => cellOf(counts, row, column)),
  );
  return { pairs, rows: allRows, columns: [...pairedColumns, ...looseColumns] };
}

/** The largest ones, in their order; if not all fit, one place is left for those that are joined. */
function chooseShown(ordered: readonly number[], size: (item: number) => number, most: number): number[] {
  if (ordered.length <= most) return [...ordered];
  const rank = ordered.map((item, place) => ({ item, place, size: size(item) }));
  rank.sort((a, b) => (a.size === b.size ? a.place - b.place : b.size > a.size ? 1 : -1));
  const kept = new Set(rank.slice(0, most - 1).map(({ item }) => item));
  return ordered.filter((item) => kept.has(item));
}

function noteOf(
  pairs: number,
  hasLoose: boolean,
  rest: { readonly rows: readonly number[]; readonly columns: readonly number[] },
  unknown: number,
): string {
  return [
    `Rows are true sources, columns the sources found. The first ${pairs} of both are paired one to one so that most images are on the diagonal${hasLoose ? '; those that follow have no partner' : ''}.`,
    ...(rest.rows.length > 0
      ? [`The ${countOf(rest.rows.length, 'smallest true source')} are joined in one row.`]
      : []),
    ...(rest.columns.length > 0
      ? [
          `${countOf(rest.columns.length, 'found source')}, the smallest of those without a row here, are joined in one column.`,
        ]
      : []),
    ...(unknown > 0 ? [`${countOf(unknown, 'image')} of which the true source is not known: left out.`] : []),
  ].join(' ');
}

function cellOf({ cells, columns }: Counts, row: number, column: number): number {
  return cells[row * columns.length + column] as number;
}

function rowTotal(counts: Counts, row: number): number {
  return (
    (counts.unassigned[row] as number) +
    sumOver([...counts.columns.keys()], (column) => cellOf(counts, row, column))
  );
}

function columnTotal(counts: Counts, column: number): number {
  return sumOver([...counts.rows.keys()], (row) => cellOf(counts, row, column));
}

/** Each shown one by itself, then all others together. */
function groupsOf(shown: readonly number[], rest: readonly number[]): (readonly number[])[] {
  return [...shown.map((item) => [item]), ...(rest.length > 0 ? [rest] : [])];
}

function without(items: readonly number[], taken: readonly number[]): number[] {
  const set = new Set(taken);
  return items.filter((item) => !set.has(item));
}

function sortBy(items: readonly number[], key: (item: number) => number): number[] {
  return items
    .map((item) => ({ item, at: key(item) }))
    .sort((a, b) => a.at - b.at || a.item - b.item)
    .map(({ item }) => item);
}

function sumOver(items: readonly number[], value: (item: number) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
