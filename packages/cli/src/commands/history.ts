import { resolve } from 'node:path';
import type { HistoryLine } from '@ganscout/cases';
import { defineCommand } from '../command.js';
import { formatJson, formatLines } from '../escape-text.js';
import { EXIT } from '../exit-codes.js';

/** `ganscout history`: tells what happened to a case. */
export const historyCommand = defineCommand({
  usage: 'history <case> [source]',
  summary: 'Tell what happened to a case, or to one of its sources',
  positionals: {
    case: { type: 'string', demandOption: true, describe: "A case, or a run's directory" },
    source: { type: 'string', describe: 'Id or name of a source; default all' },
  },
  options: { json: { type: 'boolean', default: false, describe: 'Print one line of JSON an entry' } },
  examples: [
    ['ganscout history runs/default', 'all entries, the newest last'],
    ['ganscout history runs/default S0007', 'what concerns one source'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput],
  async run(values, shell) {
    const { readHistory } = await import('@ganscout/cases');
    const directory = resolve(shell.workingDirectory, values.case);
    const { isOpened, lines } = readHistory(directory, values.source ?? null);
    if (values.json) {
      shell.stdout.write(lines.map((line) => `${formatJson(line)}\n`).join(''));
      return EXIT.done;
    }
    shell.stdout.write(
      isOpened
        ? formatHistoryLines(lines)
        : 'The run was not opened as a case yet, so nothing has happened to it; "ganscout add" or "ganscout sources" does that.\n',
    );
    return EXIT.done;
  },
});

/** A line an entry, and below it what became of sources. */
export function formatHistoryLines(lines: readonly HistoryLine[]): string {
  const width = Math.max(0, ...lines.map(({ entry }) => String(entry).length));
  const indent = ' '.repeat(width + 2);
  return lines
    .map(({ entry, time, what, details, undoneBy }) => {
      const undone = undoneBy === null ? '' : ` (undone by entry ${undoneBy})`;
      const head = `${String(entry).padStart(width)}  ${time}  ${what}${undone}`;
      return formatLines([head, ...details.map((detail) => indent + detail)]);
    })
    .join('');
}
