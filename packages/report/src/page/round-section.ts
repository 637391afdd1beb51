import type { ReportData, ReportStage } from '../report-data.js';
import { type ChartFigure, formatCharts } from './chart-figure.js';
import { drawChart, LEGEND, nameAxis, SERIES_COLORS, SERIES_DASHES, valueAxis } from './draw-chart.js';
import { formatFigure, formatInteger, formatShare, formatTable, paragraphs } from './markup.js';

const SIZE = { width: 400, height: 320 };

interface StageSeries {
  readonly name: string;
  readonly value: (stage: ReportStage) => number | null;
}

const TRUTH_SERIES: readonly StageSeries[] = [
  { name: 'Purity', value: ({ purity }) => purity },
  { name: 'NMI', value: ({ nmi }) => nmi },
  { name: 'ARI', value: ({ ari }) => ari },
];

/** How the result came about, stage by stage; empty if no stage is known. */
export function roundSection({ rounds, endedBecause, hasTruth }: ReportData): string {
  if (rounds.length === 0) return paragraphs(['No stage of this run left figures.']);
  const charts = [
    stageChart(rounds, {
      id: 'chart-assigned',
      title: 'Share of images that have a source',
      axis: 'Share',
      series: [{ name: 'Share', value: ({ assigned }) => assigned }],
      ceiling: 1,
    }),
    stageChart(rounds, {
      id: 'chart-sources',
      title: 'Number of sources, known and discovered',
      axis: 'Sources',
      series: [{ name: 'Sources', value: ({ sources }) => sources }],
      ceiling: null,
    }),
  ];
  if (hasTruth) {
    charts.push(
      stageChart(rounds, {
        id: 'chart-truth',
        title: 'Agreement with the truth',
        axis: 'Figure',
        series: TRUTH_SERIES,
        ceiling: 1,
      }),
    );
  }
  const without = hasTruth ? [] : ['Without ground truth there is no purity, NMI or ARI to show.'];
  return [
    paragraphs([...reasonOfEnd(rounds, endedBecause), ...without]),
    formatCharts(charts),
    '<h3>What each stage changed</h3>',
    formatTable(effectTable(rounds, hasTruth)),
  ].join('\n');
}

function reasonOfEnd(rounds: readonly ReportStage[], endedBecause: string): string[] {
  const last = rounds.at(-1)?.round ?? 0;
  const made = last === 1 ? 'After one round' : `After ${last} rounds`;
  return endedBecause === '' ? [] : [`${made} no further one was made: ${endedBecause.replace(/\.$/, '')}.`];
}

interface StageChart {
  readonly id: string;
  readonly title: string;
  readonly axis: string;
  readonly series: readonly StageSeries[];
  /** Upper end of the axis; null if the values decide. */
  readonly ceiling: number | null;
}

function stageChart(
  rounds: readonly ReportStage[],
  { id, title, axis, series, ceiling }: StageChart,
): ChartFigure {
  const names = rounds.map(({ round, stage }) => `${round} ${stage}`);
  const isSingle = series.length === 1;
  const last = rounds.at(-1);
  const ends = series.map(
    ({ name, value }) =>
      `${isSingle ? '' : `${name} `}${formatValue(last === undefined ? null : value(last))}`,
  );
  const option = {
    grid: { left: 54, right: 16, top: isSingle ? 34 : 64, bottom: 78 },
    legend: { ...LEGEND, show: !isSingle },
    xAxis: nameAxis(names, {
      axisLabel: { color: 'var(--quiet)', fontSize: 12, rotate: 45, hideOverlap: true },
    }),
    yAxis: valueAxis(axis, 'up', { min: 0, ...(ceiling === null ? { minInterval: 1 } : { max: ceiling }) }),
    series: series.map(({ name, value }, i) => ({
      type: 'line',
      name,
      data: rounds.map((stage) => value(stage)),
      emphasis: { disabled: true },
      symbol: ['circle', 'rect', 'triangle'][i],
      symbolSize: 7,
      color: SERIES_COLORS[i],
      lineStyle: { width: 2, type: SERIES_DASHES[i], color: SERIES_COLORS[i] },
      itemStyle: { color: SERIES_COLORS[i] },
    })),
  };
  return {
    title,
    notes: [`At the end: ${ends.join(', ')}.`],
    svg: drawChart(option, {
      id,
      label: `Lines by round and stage. ${title}. At the end: ${ends.join(', ')}.`,
      ...SIZE,
    }),
    table: {
      caption: `${title}, after each stage`,
      columns: ['After', ...series.map(({ name }) => name)],
      rows: rounds.map((stage) => [
        `Round ${stage.round}, ${stage.stage}`,
        ...series.map(({ value }) => formatValue(value(stage))),
      ]),
    },
  };
}

function effectTable(rounds: readonly ReportStage[], hasTruth: boolean) {
  const change = (
    value: number | null,
    before: number | null | undefined,
    format: (value: number) => string,
  ) => {
    if (value === null || before === null || before === undefined) return '–';
    const text = format(Math.abs(value - before));
    if (!/[1-9]/.test(text)) return '0';
    return `${value < before ? '−' : '+'}${text}`;
  };
  return {
    caption: 'Figures after each stage, and what it changed',
    columns: [
      'After',
      'Have a source',
      'Change',
      'Sources',
      'Change',
      ...(hasTruth ? TRUTH_SERIES.flatMap(({ name }) => [name, 'Change']) : []),
    ],
    rows: rounds.map((stage, i) => {
      const before = rounds[i - 1];
      return [
        `Round ${stage.round}, ${stage.stage}`,
        formatShare(stage.assigned),
        change(stage.assigned, before?.assigned, formatShare),
        formatInteger(stage.sources),
        change(stage.sources, before?.sources, formatInteger),
        ...(hasTruth ? TRUTH_SERIES : []).flatMap(({ value }) => [
          formatFigure(value(stage)),
          change(value(stage), before === undefined ? null : value(before), formatFigure),
        ]),
      ];
    }),
  };
}

function formatValue(value: number | null): string {
  return value !== null && Number.isInteger(value) && value > 1 ? formatInteger(value) : formatFigure(value);
}
