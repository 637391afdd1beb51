import { type Environment, formatEnvironment } from '../speed/environment.js';
import { measureGrowth } from './growth.js';
import type { ScalingRun } from './run-once.js';

/** The report in Markdown: a table of seconds by stage and size with exponents, and peak memory. @param plot file name. */
export function formatScaling(runs: readonly ScalingRun[], environment: Environment, plot: string): string {
  const head = ['stage', ...runs.map(({ size }) => size.toLocaleString('en-US')), 'exponent'];
  const rows = measureGrowth(runs).map(({ stage, seconds, exponent }) => [
    stage,
    ...seconds.map((value) => (Number.isNaN(value) ? '' : value.toFixed(1))),
    exponent === null ? '' : exponent.toFixed(2),
  ]);
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    '# How time and memory grow with the number of images',
    '',
    formatEnvironment(environment),
    '',
    'Seconds of each stage over all rounds, by the number of discovery images; `ganscout run` from generated features with the default preset, files and bootstrap intervals included. The exponent b of time = a · n^b is fitted by least squares on logarithms; a part that does not depend on n lowers it.',
    '',
    line(head),
    line(head.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...rows.map(line),
    line(['rounds', ...runs.map(({ rounds }) => rounds), '']),
    line(['peak memory, MB', ...runs.map(({ peakMegabytes }) => peakMegabytes.toFixed(0)), '']),
    '',
    `![Time by stage](${plot})`,
    '',
  ].join('\n');
}
