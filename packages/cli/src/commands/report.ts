import { existsSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { WrittenReport } from '@ganscout/report';
import { defineCommand } from '../command.js';
import { formatJson, formatLines } from '../escape-text.js';
import { EXIT, type ExitCode, UsageError } from '../exit-codes.js';
import { createProgress } from '../progress.js';
import type { Shell } from '../shell.js';

interface ReportArguments {
  readonly case: string;
  readonly output: string | undefined;
  readonly 'size-limit': string;
  readonly truth: string | undefined;
  readonly title: string | undefined;
  readonly real: readonly string[];
  readonly 'no-umap': boolean;
  readonly force: boolean;
  readonly json: boolean;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** A page without any picture takes up about half of it. */
const SMALLEST = 1_000_000;

/** `ganscout report`: writes one HTML page on a run, or on a case as it stands. */
export const reportCommand = defineCommand({
  usage: 'report <case>',
  summary: 'Write a page that shows what was found, and how far to trust it',
  positionals: { case: { type: 'string', demandOption: true, describe: "A case, or a run's directory" } },
  options: {
    output: {
      type: 'string',
      requiresArg: true,
      describe: 'File for the page; report.html in the directory unless named',
    },
    'size-limit': {
      type: 'string',
      requiresArg: true,
      default: '25MB',
      describe:
        'Largest size of the page; what does not fit is left out, and said (kB, MB, GB, or KiB and so on)',
    },
    truth: {
      type: 'string',
      requiresArg: true,
      describe:
        'Table of true sources with columns path or image_id, and source; that of the run unless named',
    },
    title: {
      type: 'string',
      requiresArg: true,
      describe: 'Title of the page; the name of the run unless named',
    },
    real: {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe:
        'A known source whose images are real, to hold fingerprints against; by its name unless named',
    },
    'no-umap': { type: 'boolean', default: false, describe: 'Leave out the map that takes longest' },
    force: { type: 'boolean', default: false, describe: 'Replace the file that --output names' },
    json: { type: 'boolean', default: false, describe: 'Print what was written as one line of JSON' },
  },
  examples: [
    ['ganscout report runs/default', 'runs/default/report.html, to be opened in a browser'],
    ['ganscout report runs/default --output for-the-lab.html --size-limit 8MB', 'small enough for a mail'],
    ['ganscout report runs/default --truth truth.csv', 'with figures against true sources'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.interrupted],
  run: reportAndTell,
});

async function reportAndTell(values: ReportArguments, shell: Shell): Promise<ExitCode> {
  const at = (path: string) => resolve(shell.workingDirectory, path);
  const directory = at(values.case);
  const maximumBytes = parseSize(values['size-limit']);
  const output = values.output === undefined ? undefined : at(values.output);
  if (output !== undefined)
    await demandFreeFile(output, { directory, name: values.output as string, force: values.force });
  const { writeReport } = await import('@ganscout/report');
  const progress = createProgress(shell, { isQuiet: values.json });
  const written = await writeReport(directory, {
    output,
    maximumBytes,
    truthFile: values.truth === undefined ? null : at(values.truth),
    title: values.title,
    realSources: values.real.length === 0 ? undefined : values.real,
    umap: !values['no-umap'],
    onProgress: (what) => progress.note(what),
    signal: shell.signal,
  }).finally(() => progress.close());
  shell.stdout.write(values.json ? `${formatJson(written)}\n` : formatWritten(written));
  return EXIT.done;
}

/** Where the page is and what it does not show, after a run. */
export function formatReportPlace({ file, leftOut }: WrittenReport): string {
  return formatLines(['', `Report, to be opened in a browser: ${file}`, ...leftOut]);
}

/** Where the page is, how large, and what it does not show. */
function formatWritten({ file, bytes, leftOut }: WrittenReport): string {
  return formatLines([`Report: ${file} (${formatSize(bytes)}), to be opened in a browser.`, ...leftOut]);
}

/**
 * Reads `25MB`, `500 kB`, `1GiB`, or bytes.
 *
 * @throws {UsageError} if it is no size, or too small for any page.
 */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b|)$/i.exec(text.trim()) ?? [];
  const scale = UNITS[(unit ?? '').toLowerCase()];
  const bytes = Math.floor(Number(number) * (scale ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes >= SMALLEST) return bytes;
  throw new UsageError(`--size-limit must be a size of at least 1MB, such as 25MB, got "${text}"`);
}

/** @throws {UsageError} if the file is one of the case's own, a folder, or there already and not to be replaced. */
async function demandFreeFile(
  file: string,
  { directory, name, force }: { readonly directory: string; readonly name: string; readonly force: boolean },
): Promise<void> {
  const { reportFile } = await import('@ganscout/report');
  if (file === reportFile(directory)) return;
  const inside = relative(directory, file);
  if (inside !== '..' && !inside.startsWith(`..${sep}`) && inside !== file) {
    throw new UsageError(`--output must be outside of the case, or its report.html, got "${name}"`);
  }
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) throw new UsageError(`--output must be a file, "${name}" is a folder`);
  if (!force) throw new UsageError(`"${name}" is there already; --force replaces it`);
}

function formatSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
