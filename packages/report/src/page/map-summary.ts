import type { MapPoints, ReportMap } from '../report-data.js';
import type { MappedSource } from './map-section.js';
import { formatInteger, shorten, type TableContent } from './markup.js';

interface Cloud {
  readonly x: number;
  readonly y: number;
  readonly spread: number;
}

/** For those who do not see the maps: where each source lies, how wide it spreads, and which other one is nearest. */
export function mapSummary(
  maps: readonly ReportMap[],
  { source }: MapPoints,
  mapped: readonly MappedSource[],
): TableContent {
  const rowsOf = mapped.map((): number[] => []);
  source.forEach((label, row) => {
    rowsOf[label === -1 ? mapped.length - 1 : label]?.push(row);
  });
  const used = mapped.map((_, i) => i).filter((i) => (rowsOf[i] as number[]).length > 0);
  const columns = maps.map((map) => {
    const clouds = used.map((i) => cloudOf(map, rowsOf[i] as number[]));
    return clouds.map((cloud, i) => [
      `${round(cloud.x)}; ${round(cloud.y)}`,
      round(cloud.spread),
      nameOf(used[nearestTo(i, clouds)], mapped),
    ]);
  });
  return {
    caption:
      'Sources on the maps: the middle of each (x; y), the mean distance of its points from there, and the source whose middle is nearest',
    columns: [
      'Source',
      'Points',
      ...maps.flatMap(({ name }) => [`${name}: middle`, `${name}: spread`, `${name}: nearest`]),
    ],
    rows: used.map((i, k) => [
      nameOf(i, mapped),
      formatInteger((mapped[i] as MappedSource).count),
      ...columns.flatMap((column) => column[k] as string[]),
    ]),
  };
}

function cloudOf({ x, y }: ReportMap, rows: readonly number[]): Cloud {
  const mean = (value: (row: number) => number) =>
    rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const [meanX, meanY] = [mean((row) => x[row] as number), mean((row) => y[row] as number)];
  const spread = mean((row) => Math.hypot((x[row] as number) - meanX, (y[row] as number) - meanY));
  return { x: meanX, y: meanY, spread };
}

/** Position of the nearest other middle, the lower of two that are as near; -1 if there is no other. */
function nearestTo(i: number, clouds: readonly Cloud[]): number {
  let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
  const own = clouds[i] as Cloud;
  clouds.forEach(({ x, y }, k) => {
    const distance = Math.hypot(x - own.x, y - own.y);
    if (k !== i && distance < least) [nearest, least] = [k, distance];
  });
  return nearest;
}

function nameOf(i: number | undefined, mapped: readonly MappedSource[]): string {
  return i === undefined ? '–' : shorten((mapped[i] as MappedSource).name, 60);
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
