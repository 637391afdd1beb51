import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml, showHidden } from './escape-html.js';
import { shorten } from './markup.js';

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

/** Colors of lines and areas, light and dark alike given by the page. */
export const SERIES_COLORS: readonly string[] = [1, 2, 3, 4, 5].map((i) => `var(--series-${i})`);

/** Dashes of lines, so that they differ without color too. */
export const SERIES_DASHES: readonly (string | number[])[] = ['solid', [7, 4], [2, 3], [10, 3, 2, 3], [4, 2]];

/** A legend above the plot; names are wider on a page than they are reckoned here. */
export const LEGEND = {
  top: 2,
  itemGap: 26,
  itemWidth: 34,
  textStyle: { color: 'var(--ink)', fontSize: 13 },
};

/** Pixels that a legend of these names takes up above a plot that is `width` wide. */
export function legendRoom(names: readonly string[], width: number): number {
  let [lines, used] = [1, 0];
  for (const name of names) {
    const own = LEGEND.itemWidth + LEGEND.itemGap + 8 * chartName(name).length;
    if (used > 0 && used + own > width) [lines, used] = [lines + 1, 0];
    used += own;
  }
  // The gap lies between lines as between items.
  return 16 + (14 + LEGEND.itemGap) * (lines - 1);
}

/** Characters of a line of an axis name. */
const NAME_WIDTH = 48;

/** Which chart of the page it is, and how large. */
export interface ChartFrame {
  /** Unique in the page; a word. */
  readonly id: string;
  /** What is seen, in a sentence, for those who do not see it. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a chart as SVG for a page that allows no inline styles: nothing moves, its colors are the page's, and it grows and
 * shrinks with the place it has. The same options give the same text, whatever was drawn before.
 *
 * @param option of ECharts; names in it may be hostile.
 */
export function drawChart(option: EChartsCoreOption, { id, label, width, height }: ChartFrame): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { color: 'var(--ink)', fontFamily: 'inherit' },
      ...option,
    });
    const text = chart.renderToSVGString({ useViewBox: true });
    const opening = `<svg class="chart" role="img" aria-label="${escapeHtml(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
    return text
      .replace(/^<svg[^>]*>/, () => opening)
      .replace(/<style\b[\s\S]*?<\/style>\n?/g, '')
      .replace(/ (?:class="zr\d+-[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*")/g, '')
      .replace(/ style="([^"]*)"/g, (_, style: string) => toAttributes(style))
      .replace(/ id="zr\d+-/g, ` id="${id}-`)
      .replace(/="url\(#zr\d+-/g, `="url(#${id}-`);
  } finally {
    chart.dispose();
  }
}

/** A name as a chart shows it: on one line, short, with nothing hidden in it. */
export function chartName(name: string, limit = 30): string {
  return shorten(showHidden(name.replace(/\s+/g, ' ')), limit);
}

/** An axis of figures: one across has its name below it, one upwards above its end, so that it reads from left to right. */
export function valueAxis(name: string, direction: 'across' | 'up', more: object = {}): object {
  const isUp = direction === 'up';
  return {
    type: 'value',
    name: wrapName(name),
    nameLocation: isUp ? 'end' : 'middle',
    nameGap: isUp ? 14 : 32,
    nameTextStyle: {
      color: 'var(--quiet)',
      fontSize: 13,
      lineHeight: 17,
      ...(isUp ? { align: 'left', padding: [0, 0, 0, -50] } : {}),
    },
    axisLabel: { color: 'var(--quiet)', fontSize: 13 },
    axisLine: { show: true, onZero: false, lineStyle: { color: 'var(--quiet)' } },
    splitLine: { lineStyle: { color: 'var(--line)' } },
    ...more,
  };
}

/** An axis of names. */
export function nameAxis(names: readonly string[], more: object = {}): object {
  return {
    type: 'category',
    data: names.map((name) => chartName(name)),
    axisTick: { alignWithLabel: true, lineStyle: { color: 'var(--quiet)' } },
    axisLabel: { color: 'var(--quiet)', fontSize: 12 },
    axisLine: { lineStyle: { color: 'var(--quiet)' } },
    ...more,
  };
}

/** A name on two lines at most. */
function wrapName(name: string): string {
  const text = chartName(name, 90);
  const space = text.lastIndexOf(' ', NAME_WIDTH);
  return text.length <= NAME_WIDTH || space === -1
    ? text
    : `${text.slice(0, space)}\n${text.slice(space + 1)}`;
}

/** `font-size:12px;font-weight:bold` as attributes: the page's policy lets no inline style count. */
function toAttributes(style: string): string {
  return style
    .split(';')
    .filter((rule) => rule.includes(':'))
    .map((rule) => {
      const colon = rule.indexOf(':');
      return ` ${rule.slice(0, colon).trim()}="${rule.slice(colon + 1).trim()}"`;
    })
    .join('');
}
