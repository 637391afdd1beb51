import { COUNTS, type Tally } from './trial.js';

const WIDTH = 52;

/** One line, and one for each thing that went wrong. */
export function formatTally({ fault, counts, failures }: Tally): string {
  const cells = COUNTS.map((name) => String(counts[name] ?? '-').padStart(10)).join('');
  return [fault.padEnd(WIDTH) + cells, ...failures.map((failure) => `  FAILED ${failure}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** All lines under the titles of their columns, and what the columns mean. */
export function formatTallies(tallies: readonly Tally[]): string {
  const failed = tallies.reduce((sum, { failures }) => sum + failures.length, 0);
  const titles = 'fault'.padEnd(WIDTH) + COUNTS.map((name) => name.padStart(10)).join('');
  return [
    `${titles}\n`,
    ...tallies.map(formatTally),
    '\nstruck: the fault came before the command was done, or the second writer was refused.\n',
    'clean, named: verifying found nothing, or a difference. completed, same: it went on to the end, with the same result.\n',
    'recorded, lost: entries of audit.jsonl before the fault, and those of them that are gone. -: not looked at.\n',
    failed === 0 ? 'Nothing went wrong.\n' : `${failed} things went wrong.\n`,
  ].join('');
}
