import { type SourceStyle, sourceStyles, UNASSIGNED_STYLE } from '../figures/source-styles.js';
import type { MapPoints, ReportData, ReportMap } from '../report-data.js';
import { escapeHtml, showHidden } from './escape-html.js';
import { mapSummary } from './map-summary.js';
import { fold, formatInteger, formatTable, paragraphs, shorten, toBase64 } from './markup.js';

const NAME_LENGTH = 60;

/** Pixels of the still map, and the empty border in it. */
const STILL = { size: 1000, border: 24 };

/** A source as it stands on the maps: those of the report in their order, then the images without one. */
export interface MappedSource {
  readonly name: string;
  readonly style: SourceStyle;
  /** Points of it. */
  readonly count: number;
}

/**
 * The maps: still pictures, which are all there is without script and on paper, and what the script draws from.
 *
 * The list of sources is the legend; with script its boxes highlight sources on every map.
 */
export function mapSection({ maps, points, sources }: ReportData): string {
  if (points === null || maps.length === 0 || points.source.length === 0) {
    return paragraphs(['There are no maps: too few images to lay out on a plane.']);
  }
  const mapped = mappedSources(
    points,
    sources.map(({ name }) => name),
  );
  const shown = points.source.length;
  const some =
    shown < points.total ? `${formatInteger(shown)} of ${formatInteger(points.total)} images are shown.` : '';
  return [
    paragraphs([
      `Each point is an image; ${formatInteger(shown)} of them. Point at one, touch it, or go from one to the next with the arrow keys, to see it and its source. The keys + and − enlarge and reduce, 0 shows everything, Escape hides the image.`,
      ...(some === '' ? [] : [some]),
    ]),
    legend(mapped),
    `<div class="maps" id="maps">\n${maps.map((map, i) => mapFigure(map, { index: i, points, mapped })).join('\n')}\n</div>`,
    fold('The maps as a table', formatTable(mapSummary(maps, points, mapped))),
    dataBlock(maps, points, mapped),
  ].join('\n');
}

function mappedSources({ source }: MapPoints, names: readonly string[]): MappedSource[] {
  const counts = new Int32Array(names.length + 1);
  for (const i of source)
    counts[i === -1 ? names.length : i] = (counts[i === -1 ? names.length : i] as number) + 1;
  const styles = sourceStyles(names.length);
  return [
    ...names.map((name, i) => ({ name, style: styles[i] as SourceStyle, count: counts[i] as number })),
    { name: 'Without a source', style: UNASSIGNED_STYLE, count: counts[names.length] as number },
  ];
}

function legend(mapped: readonly MappedSource[]): string {
  const order = mapped
    .map((_, i) => i)
    .filter((i) => (mapped[i] as MappedSource).count > 0)
    .sort((a, b) => (mapped[b] as MappedSource).count - (mapped[a] as MappedSource).count || a - b);
  const items = order.map((i) => {
    const { name, style, count } = mapped[i] as MappedSource;
    return `<li data-name="${escapeHtml(name.toLowerCase())}"><label><input type="checkbox" value="${i}"> ${swatch(style)} <span>${escapeHtml(shorten(name, NAME_LENGTH))}</span> <span class="count">${formatInteger(count)}</span></label></li>`;
  });
  return `<fieldset class="legend" id="legend">
<legend>Sources on the maps</legend>
<p class="live"><label>Find <input type="search" id="legend-name" autocomplete="off" spellcheck="false"></label> <button type="button" id="legend-clear">Show all alike</button></p>
<ul tabindex="0" aria-label="Sources; checked ones are highlighted on the maps">
${items.join('\n')}
</ul>
</fieldset>`;
}

function swatch({ path, color, isHollow }: SourceStyle): string {
  const paint = isHollow ? `fill="none" stroke="${color}" stroke-width="0.45"` : `fill="${color}"`;
  return `<svg class="mark" viewBox="-1.8 -1.8 3.6 3.6" aria-hidden="true"><path d="${path}" ${paint}/></svg>`;
}

interface FigureContext {
  readonly index: number;
  readonly points: MapPoints;
  readonly mapped: readonly MappedSource[];
}

function mapFigure(map: ReportMap, { index, points, mapped }: FigureContext): string {
  const { name, note } = map;
  const label = `${name} map of ${formatInteger(points.source.length)} images, colored by source`;
  return `<figure class="map" data-map="${index}" data-label="${escapeHtml(label)}">
<h3>${escapeHtml(name)}</h3>
<div class="plot">
${stillMap(map, { index, points, mapped }, label)}
</div>
<figcaption>${escapeHtml(note)}</figcaption>
</figure>`;
}

/** All points of a source as one path that is seen by its markers only: few elements, however many points. */
function stillMap(map: ReportMap, { index, points, mapped }: FigureContext, label: string): string {
  const { size, border } = STILL;
  const [x, y] = toSquare(map, size - 2 * border);
  const places = mapped.map((): string[] => []);
  points.source.forEach((source, i) => {
    places[source === -1 ? mapped.length - 1 : source]?.push(
      `${border + (x[i] as number)} ${border + (y[i] as number)}`,
    );
  });
  const radius = markRadius(points.source.length);
  // Those without a source lie below.
  const order = [mapped.length - 1, ...mapped.slice(0, -1).map((_, i) => i)];
  const used = order.filter((i) => (places[i] as string[]).length > 0);
  const markers = used.map((i) => {
    const { path, color, isHollow } = (mapped[i] as MappedSource).style;
    const paint = isHollow ? `fill="none" stroke="${color}" stroke-width="0.45"` : `fill="${color}"`;
    return `<marker id="mark-${index}-${i}" viewBox="-2 -2 4 4" markerUnits="userSpaceOnUse" markerWidth="${4 * radius}" markerHeight="${4 * radius}"><path d="${path}" ${paint}/></marker>`;
  });
  const paths = used.map((i) => {
    const url = `url(#mark-${index}-${i})`;
    return `<path d="M${(places[i] as string[]).join('L')}" marker-start="${url}" marker-mid="${url}" marker-end="${url}"/>`;
  });
  return `<svg class="still" role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 ${size} ${size}">
<defs>${markers.join('')}</defs>
<g fill="none" stroke="none">${paths.join('\n')}</g>
</svg>`;
}

/** Radius of a mark on the still map: the more points, the smaller. */
function markRadius(count: number): number {
  return Math.round(10 * Math.min(9, Math.max(3.5, 260 / Math.sqrt(count)))) / 10;
}

/**
 * Places in a square of integers from 0 to `side`, y down, both axes to the same scale and the points in the middle.
 * What is not finite lies in the middle.
 */
export function toSquare({ x, y }: Pick<ReportMap, 'x' | 'y'>, side: number): [Uint16Array, Uint16Array] {
  const [left, right] = rangeOf(x);
  const [top, bottom] = rangeOf(y);
  const extent = Math.max(right - left, bottom - top);
  const scale = extent > 0 ? side / extent : 0;
  const place = (value: number, low: number, high: number) => {
    const offset = Number.isFinite(value) ? value - (low + high) / 2 : 0;
    return Math.min(side, Math.max(0, Math.round(side / 2 + scale * offset)));
  };
  return [
    Uint16Array.from(x, (value) => place(value, left, right)),
    Uint16Array.from(y, (value) => side - place(value, top, bottom)),
  ];
}

function rangeOf(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? [0, 0] : [low, high];
}

/** What the script draws from; numbers in base64, lowest byte first. */
function dataBlock(maps: readonly ReportMap[], points: MapPoints, mapped: readonly MappedSource[]): string {
  const data = {
    sources: mapped.map(({ name, style: { color, path, isHollow } }) => ({
      name: shorten(showHidden(name), 200),
      color,
      path,
      isHollow,
    })),
    source: toBase64(points.source.map((source) => (source === -1 ? mapped.length - 1 : source))),
    paths: points.path.map((path) => shorten(showHidden(path), 300)),
    thumb: toBase64(points.thumb),
    thumbs: points.thumbs.map(({ png, width, height, alt }) => ({
      png: toBase64(png),
      width,
      height,
      alt: shorten(showHidden(alt), 300),
    })),
    maps: maps.map((map) => toSquare(map, 65_535).map(toBase64)),
  };
  // Nothing in it may end the element that holds it.
  const text = JSON.stringify(data).replace(/</g, '\\u003c');
  return `<script type="application/json" id="map-data">${text}</script>`;
}
