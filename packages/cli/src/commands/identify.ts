import type { Identification } from '@ganscout/pipeline';
import { defineCommand } from '../command.js';
import { formatJson } from '../escape-text.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { expandFolders } from '../expand-folders.js';
import { createProgress } from '../progress.js';
import { type Shell, tableWidth } from '../shell.js';
import { formatFigure, formatTable } from '../tables.js';

/** `ganscout identify`: names the source of single images by a finished run. */
export const identifyCommand = defineCommand({
  usage: 'identify <run> <images..>',
  summary: 'Name the source of images by the sources of a run',
  positionals: {
    run: { type: 'string', demandOption: true, describe: "The run's directory" },
    images: { type: 'string', array: true, demandOption: true, describe: 'Images, or folders of images' },
  },
  options: { json: { type: 'boolean', default: false, describe: 'Print one line of JSON an image' } },
  examples: [
    ['ganscout identify runs/default new.png', 'source, score, p-value, nearest sources'],
    ['ganscout identify runs/default dump/ --json', 'every image below a folder'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.someInputsFailed, EXIT.interrupted],
  run: identifyAndReport,
});

async function identifyAndReport(
  { run, images, json }: { run: string; images: readonly string[]; json: boolean },
  shell: Shell,
): Promise<ExitCode> {
  const { identifyImages } = await import('@ganscout/pipeline');
  const paths = await expandFolders(images, shell.workingDirectory);
  const progress = createProgress(shell);
  const found = await identifyImages(run, paths, {
    listener: progress.listener,
    signal: shell.signal,
  }).finally(() => progress.close());
  shell.stdout.write(
    json
      ? found.map((entry) => `${formatJson(entry)}\n`).join('')
      : formatIdentifications(found, tableWidth(shell.stdout)),
  );
  const failed = found.filter(({ status }) => status !== 'ok').length;
  if (failed === 0) return EXIT.done;
  shell.stderr.write(`${failed} of ${found.length} images could not be used; the table says why.\n`);
  return failed === found.length ? EXIT.noInput : EXIT.someInputsFailed;
}

/** One line an image: its source, how far it is from the known ones, and the three nearest sources. */
export function formatIdentifications(found: readonly Identification[], width?: number): string {
  const rows = found.map(({ path, status, reason, source, kind, score, pValue, nearest }) =>
    status === 'ok'
      ? [
          path,
          source ?? '-',
          kind,
          formatFigure(score),
          formatFigure(pValue),
          nearest.map((entry) => `${entry.source} ${formatFigure(entry.distance)}`).join(', '),
        ]
      : [path, '-', status, '-', '-', reason],
  );
  return formatTable(
    [
      { title: 'image', keep: 'end' },
      { title: 'source', keep: 'end' },
      { title: 'kind' },
      { title: 'score', align: 'right' },
      { title: 'p-value', align: 'right' },
      { title: 'nearest sources and distances', keep: 'start' },
    ],
    rows,
    width,
  );
}
