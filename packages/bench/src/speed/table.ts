import type { Environment } from './environment.js';
import { LONG_RUN, type Measurement, type Times } from './measure.js';

/** What came of the benchmarks that were run. */
export interface SpeedReport {
  readonly version: 1;
  readonly environment: Environment;
  readonly pairs: number;
  readonly threads: number;
  readonly measurements: readonly Measurement[];
  /** Benchmarks that failed, with the reason. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
}

const HEADINGS = ['benchmark', 'ours', 'least', 'peer', 'median', 'least', 'ratio', 'aim', 'met', 'load'];

/** The report as Markdown. */
export function formatSpeedReport(report: SpeedReport): string {
  const { environment, pairs, threads, measurements, failures } = report;
  const { processor, cores, memoryGigabytes, revision, date } = environment;
  const versions = { ...environment.versions, ...Object.assign({}, ...measurements.map((m) => m.versions)) };
  const lines = [
    '# Benchmarks',
    '',
    `${date}. ${processor}, ${cores} cores, ${memoryGigabytes} GB; ${threads} threads each; revision ${revision ?? 'unknown'}.`,
    '',
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    `Seconds of a run: the median and the least of ${pairs} pairs, ours and the peer's in turn, after a warm-up (one pair where a run takes more than ${LONG_RUN} s). ` +
      "The ratio is the median of the pairs' ratios ours / peer. Load: cores that other programs kept busy just before; above 0.2 the peers lose more by it than ours, as threads of OpenMP wait for each other.",
    '',
    ...formatTable(
      HEADINGS,
      measurements.map((measurement) => formatRow(measurement)),
    ),
    '',
    ...measurements.map(({ name, title, note }) => `- ${name}: ${title}.${note === '' ? '' : ` ${note}.`}`),
    ...failures.map(({ name, reason }) => `- ${name} failed: ${reason}`),
  ];
  return `${lines.join('\n')}\n`;
}

function formatRow({ name, ours, peer, peerTimes, ratio, aim, meetsAim, load }: Measurement): string[] {
  return [
    name,
    ...formatTimes(ours),
    peerTimes === null ? 'peer missing' : peer,
    ...formatTimes(peerTimes),
    formatRatio(ratio),
    `≤ ${aim}`,
    meetsAim === null ? '' : meetsAim ? 'yes' : 'no',
    load.toFixed(1),
  ];
}

function formatTimes(times: Times | null): [string, string] {
  return times === null ? ['', ''] : [formatSeconds(times.median), formatSeconds(times.least)];
}

/** Three digits, as many as a time repeats. */
function formatSeconds(seconds: number): string {
  if (seconds >= 100) return seconds.toFixed(0);
  return seconds < 0.001 ? seconds.toFixed(6) : seconds.toPrecision(3);
}

function formatRatio(ratio: number | null): string {
  if (ratio === null) return '';
  return ratio >= 100 ? ratio.toFixed(0) : ratio < 0.01 ? ratio.toFixed(4) : ratio.toPrecision(3);
}

/** Columns as wide as their longest cell, so that the table can be read as it is. */
function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, c) =>
    Math.max(heading.length, 3, ...rows.map((row) => (row[c] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, c) => cell.padEnd(widths[c] as number)).join(' | ')} |`;
  return [line(headings), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}

/** One line for programs; null where there is no peer. */
export function formatJsonLine({ name, ours, peer, peerTimes, ratio, aim }: Measurement): string {
  const values = { name, ours_s: ours.median, peer, peer_s: peerTimes?.median ?? null, ratio, aim };
  return JSON.stringify(values);
}
