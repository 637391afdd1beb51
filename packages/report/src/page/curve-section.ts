import type { RateCurve, ReportData, ScoreHistogram } from '../report-data.js';
import { type ChartFigure, formatChart, formatCharts } from './chart-figure.js';
import {
  chartName,
  drawChart,
  LEGEND,
  legendRoom,
  nameAxis,
  SERIES_COLORS,
  SERIES_DASHES,
  valueAxis,
} from './draw-chart.js';
import { formatFigure, formatInteger, paragraphs } from './markup.js';

const SIZE = { width: 400, height: 370 };

/** Rows that the table beside a curve has at most. */
const CURVE_ROWS = 21;

/** Where scores fall, and the thresholds they are held against. */
export function histogramSection(histograms: readonly ScoreHistogram[]): string {
  if (histograms.length === 0) return paragraphs(['No scores were kept by this run.']);
  return formatCharts(histograms.map(histogramChart));
}

/** ROC, OSCR and the like. */
export function curveSection({ curves, hasTruth }: ReportData): string {
  if (curves.length > 0) return formatCharts(curves.map(curveChart));
  return paragraphs([
    hasTruth
      ? 'There are no curves: the truth names no images on both sides of the detector.'
      : 'Without ground truth there are no rates, so there are no curves.',
  ]);
}

/** The paper's figure: how large the discovered sources are, and how pure. */
export function clusterSection({ clusters, hasTruth }: ReportData): string {
  if (clusters.length === 0) return paragraphs(['No source was discovered, so there is no cluster to show.']);
  const width = Math.max(1100, 90 + 16 * clusters.length);
  const title = hasTruth ? 'Size and purity of each discovered source' : 'Size of each discovered source';
  const svg = drawChart(clusterOption(clusters, hasTruth), {
    id: 'chart-clusters',
    label: `Bars, the largest source first. ${title}; the figures are in the table below.`,
    width,
    height: (hasTruth ? 346 : 204) + roomForNames(clusters.map(({ name }) => name)),
  });
  return formatChart({
    title,
    notes: ['The largest comes first.'],
    svg,
    isWide: true,
    table: {
      caption: title,
      columns: ['Source', 'Images', ...(hasTruth ? ['Purity'] : [])],
      rows: clusters.map(({ name, size, purity }) => [
        name,
        formatInteger(size),
        ...(hasTruth ? [formatFigure(purity)] : []),
      ]),
    },
  });
}

/** Pixels below an axis for names at 60 degrees. */
function roomForNames(names: readonly string[]): number {
  const longest = names.reduce((length, name) => Math.max(length, chartName(name).length), 0);
  return 20 + Math.round(6.4 * longest * Math.sin(Math.PI / 3));
}

function clusterOption(clusters: ReportData['clusters'], hasTruth: boolean) {
  const names = clusters.map(({ name }) => name);
  const rotated = { axisLabel: { color: 'var(--quiet)', fontSize: 12, rotate: 60, hideOverlap: true } };
  const sizes = { left: 60, right: 16, top: 34, height: 160 };
  const bars = {
    type: 'bar',
    data: clusters.map(({ size }) => size),
    color: SERIES_COLORS[0],
    itemStyle: { color: SERIES_COLORS[0] },
    barMaxWidth: 28,
    emphasis: { disabled: true },
  };
  if (!hasTruth) {
    return {
      grid: sizes,
      xAxis: nameAxis(names, rotated),
      yAxis: valueAxis('Images', 'up'),
      series: [bars],
    };
  }
  return {
    grid: [sizes, { left: 60, right: 16, top: 236, height: 100 }],
    xAxis: [nameAxis(names, { axisLabel: { show: false } }), nameAxis(names, { gridIndex: 1, ...rotated })],
    yAxis: [
      valueAxis('Images', 'up'),
      valueAxis('Purity', 'up', { gridIndex: 1, min: 0, max: 1, interval: 0.5 }),
    ],
    series: [
      bars,
      {
        type: 'bar',
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: clusters.map(({ purity }) => purity),
        color: SERIES_COLORS[1],
        itemStyle: { color: SERIES_COLORS[1] },
        barMaxWidth: 28,
        emphasis: { disabled: true },
      },
    ],
  };
}

function histogramChart(
  { title, axis, edges, series, thresholds, note }: ScoreHistogram,
  index: number,
): ChartFigure {
  const names = series.map(({ name }) => name);
  const limits = thresholds.map(({ name, value }) => `${name}: ${formatEdge(value)}`);
  const option = {
    grid: { left: 54, right: 18, top: 50 + legendRoom(names, SIZE.width), bottom: 52 },
    legend: { ...LEGEND, data: names.map((name) => chartName(name)) },
    xAxis: valueAxis(axis, 'across', {
      axisLabel: edgeLabels(edges),
      min: edges[0],
      max: edges.at(-1),
      splitLine: { show: false },
    }),
    yAxis: valueAxis('Images (square-root scale)', 'up', {
      nameGap: 26,
      axisLabel: {
        color: 'var(--quiet)',
        fontSize: 13,
        formatter: (root: number) => formatInteger(Math.round(root * root)),
      },
    }),
    series: series.map(({ name, counts }, i) => ({
      type: 'line',
      step: 'end',
      name: chartName(name),
      data: edges.map((edge, k) => [edge, Math.sqrt(counts[k] ?? 0)]),
      symbol: 'none',
      emphasis: { disabled: true },
      color: SERIES_COLORS[i % SERIES_COLORS.length],
      lineStyle: lineStyle(i),
      areaStyle: { color: SERIES_COLORS[i % SERIES_COLORS.length], opacity: 0.14 },
      ...(i === 0 && thresholds.length > 0 ? { markLine: thresholdLines(thresholds) } : {}),
    })),
  };
  const said = limits.length === 0 ? [] : [`Dashed line: ${limits.join('; ')}.`];
  return {
    title,
    notes: [...said, note].filter((text) => text !== ''),
    svg: drawChart(option, {
      id: `chart-histogram-${index + 1}`,
      label: `Histogram. ${title}. ${[...said, note].join(' ')}`,
      ...SIZE,
    }),
    table: {
      caption: `${title}: images by ${axis}`,
      columns: ['From', 'To', ...series.map(({ name }) => name)],
      rows: edges
        .slice(0, -1)
        .map((edge, k) => [
          formatEdge(edge),
          formatEdge(edges[k + 1] as number),
          ...series.map(({ counts }) => formatInteger(counts[k] ?? 0)),
        ]),
    },
  };
}

/** Labels of the ends are left out where they are no round numbers: they would run into others. */
function edgeLabels(edges: readonly number[]) {
  const isRound = (edge: number | undefined) => edge !== undefined && Number(edge.toPrecision(2)) === edge;
  return {
    color: 'var(--quiet)',
    fontSize: 13,
    formatter: formatEdge,
    showMinLabel: isRound(edges[0]),
    showMaxLabel: isRound(edges.at(-1)),
  };
}

function thresholdLines(thresholds: ScoreHistogram['thresholds']) {
  return {
    symbol: 'none',
    silent: true,
    label: { color: 'var(--ink)', fontSize: 12, textBorderWidth: 0 },
    lineStyle: { color: 'var(--ink)', type: [4, 3], width: 1.5 },
    data: thresholds.map(({ value }) => ({ xAxis: value, label: { formatter: formatEdge(value) } })),
  };
}

function curveChart({ title, xAxis, yAxis, x, y, area, note }: RateCurve, index: number): ChartFigure {
  const option = {
    grid: { left: 54, right: 18, top: 54, bottom: 60 },
    xAxis: valueAxis(xAxis, 'across', { min: 0, max: 1 }),
    yAxis: valueAxis(yAxis, 'up', { min: 0, max: 1 }),
    series: [
      {
        type: 'line',
        data: x.map((value, i) => [value, y[i] ?? 0]),
        symbol: 'none',
        emphasis: { disabled: true },
        color: SERIES_COLORS[0],
        lineStyle: lineStyle(0),
      },
    ],
  };
  const rows = Math.min(CURVE_ROWS, x.length);
  const picks = Array.from({ length: rows }, (_, i) =>
    Math.round((i * (x.length - 1)) / Math.max(1, rows - 1)),
  );
  return {
    title: area === '' ? title : `${title}: ${area}`,
    notes: note === '' ? [] : [note],
    svg: drawChart(option, {
      id: `chart-curve-${index + 1}`,
      label: `Curve. ${title}. ${area}. ${note}`,
      ...SIZE,
    }),
    table: {
      caption: rows < x.length ? `${title}, ${rows} of ${formatInteger(x.length)} points` : title,
      columns: [xAxis, yAxis],
      rows: picks.map((i) => [formatFigure(x[i] as number), formatFigure(y[i] ?? null)]),
    },
  };
}

function lineStyle(i: number) {
  return {
    width: 2,
    type: SERIES_DASHES[i % SERIES_DASHES.length],
    color: SERIES_COLORS[i % SERIES_COLORS.length],
  };
}

function formatEdge(value: number): string {
  return String(Number(value.toPrecision(4)));
}
