import { GENERATED_SHAPE } from '../scaling/generate-features.js';
import type { TimedCommand } from '../scaling/time-cli.js';
import { type Environment, formatEnvironment } from '../speed/environment.js';
import { type AddingPair, type AddingRequest, ratiosOf } from './measure-adding.js';

/** Largest part of the time of a whole run that an add may take: the project's own aim. */
const ADDING_AIM = 0.03;

/** The report in Markdown: every pair, and the medians of their ratios. */
export function formatAdding(
  { size, added, seed }: Omit<AddingRequest, 'pairs'>,
  pairs: readonly AddingPair[],
  environment: Environment,
): string {
  const { dims, knownSources, unknownSources, labelledPerSource } = GENERATED_SHAPE;
  const count = (value: number) => value.toLocaleString('en-US');
  const seconds = (command: TimedCommand) => command.seconds.toFixed(2);
  const memory = (command: TimedCommand) => command.peakMegabytes.toFixed(0);
  const rows = pairs.map(({ first, second, whole }, i) => [
    `${i + 1}`,
    seconds(first),
    seconds(second),
    seconds(whole),
    (first.seconds / whole.seconds).toFixed(4),
    (second.seconds / whole.seconds).toFixed(4),
    `${memory(first)}, ${memory(second)}, ${memory(whole)}`,
  ]);
  const ratios = ratiosOf(pairs);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = ['pair', 'first add, s', 'second add, s', 'whole run, s', 'ratio, first', 'ratio, second'];
  head.push('peak memory of the three, MB');
  return [
    '# Adding to a case beside running it all again',
    '',
    formatEnvironment(environment),
    '',
    `Generated features of ${dims} dimensions, seed ${seed}: ${knownSources} known sources with ${count(labelledPerSource)} labelled images each, ${unknownSources} unknown ones. The first add takes ${count(added)} images into a finished run of ${count(size)} and makes it a case, the second ${count(added)} more; the whole run is on ${count(size + added)}. Whole commands (\`ganscout add\`, \`ganscout run\`), the start of Node included.`,
    '',
    line(head),
    line(head.map(() => '---:')),
    ...rows.map(line),
    line(['median', '', '', '', ratios.first.toFixed(4), ratios.second.toFixed(4), '']),
    '',
    `Aim: at most ${ADDING_AIM}.`,
    '',
  ].join('\n');
}
