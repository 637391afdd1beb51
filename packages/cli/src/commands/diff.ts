import { resolve } from 'node:path';
import type { CaseComparison } from '@ganscout/cases';
import { defineCommand } from '../command.js';
import { formatJson } from '../escape-text.js';
import { EXIT } from '../exit-codes.js';
import { FIGURE_NOTE, formatFigures } from '../figure-table.js';
import { tableWidth } from '../shell.js';
import { formatCount, formatTable } from '../tables.js';

/** `ganscout diff`: compares two cases or runs. */
export const diffCommand = defineCommand({
  usage: 'diff <left> <right>',
  summary: 'Compare two cases or runs: options, sources, images whose source changed, figures',
  positionals: {
    left: { type: 'string', demandOption: true, describe: "A case, or a run's directory" },
    right: { type: 'string', demandOption: true, describe: 'Another' },
  },
  options: {
    all: { type: 'boolean', default: false, describe: 'List every image whose source changed' },
    json: { type: 'boolean', default: false, describe: 'Print all of it as JSON' },
  },
  examples: [['ganscout diff runs/first runs/second', 'what the second made of the same images']],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput],
  async run({ left, right, all, json }, shell) {
    const { compareCases } = await import('@ganscout/cases');
    const { workingDirectory } = shell;
    const comparison = compareCases(resolve(workingDirectory, left), resolve(workingDirectory, right));
    shell.stdout.write(
      json ? `${formatJson(comparison)}\n` : formatComparison(comparison, all, tableWidth(shell.stdout)),
    );
    return EXIT.done;
  },
});

/** The two sides are called A and B. */
export function formatComparison(comparison: CaseComparison, isAll: boolean, width?: number): string {
  return [
    formatCounts(comparison, width),
    formatOptions(comparison, width),
    formatSources(comparison, width),
    formatImages(comparison, isAll, width),
    formatBothFigures(comparison, width),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const RIGHT = 'right' as const;

function formatCounts({ left, right }: CaseComparison, width: number | undefined): string {
  const names: readonly (readonly [keyof CaseComparison['left']['counts'], string])[] = [
    ['images', 'images'],
    ['ofKnown', 'of known sources'],
    ['ofDiscovered', 'of discovered sources'],
    ['waiting', 'without a source'],
    ['knownSources', 'known sources'],
    ['discoveredSources', 'discovered sources'],
    ['entries', 'entries'],
  ];
  const rows = names.map(([name, title]) => [title, String(left.counts[name]), String(right.counts[name])]);
  const columns = [{ title: '' }, { title: 'A', align: RIGHT }, { title: 'B', align: RIGHT }];
  const sides = formatTable(
    [{ title: 'side' }, { title: 'directory', keep: 'end' }],
    [
      ['A', left.directory],
      ['B', right.directory],
    ],
    width,
  );
  return `${sides}\n${formatTable(columns, rows, width)}`;
}

function formatOptions({ options }: CaseComparison, width: number | undefined): string {
  if (options.length === 0) return 'All options are the same.\n';
  const columns = [{ title: 'option' }, { title: 'A', keep: 'end' }, { title: 'B', keep: 'end' }] as const;
  return formatTable(
    columns,
    options.map(({ path, left, right }) => [path, left, right]),
    width,
  );
}

function nameOf(source: CaseComparison['changed'][number]['left']): string {
  return source === null ? '-' : `${source.id} (${source.name})`;
}

function formatSources({ matched, vanished, appeared }: CaseComparison, width: number | undefined): string {
  const rows = [
    ...matched.map(({ left, right, shared, isRenamed }) => [
      nameOf(left),
      nameOf(right),
      String(shared),
      String(left.images),
      String(right.images),
      [
        ...(isRenamed ? ['renamed'] : []),
        ...(left.kind === right.kind ? [] : [`${left.kind} -> ${right.kind}`]),
        ...(left.state === right.state ? [] : [`${left.state} -> ${right.state}`]),
      ].join(', '),
    ]),
    ...vanished.map((source) => [nameOf(source), '-', '0', String(source.images), '-', 'vanished']),
    ...appeared.map((source) => ['-', nameOf(source), '0', '-', String(source.images), 'appeared']),
  ];
  const columns = [
    { title: 'source of A', keep: 'end' as const },
    { title: 'source of B', keep: 'end' as const },
    { title: 'shared', align: RIGHT },
    { title: 'images A', align: RIGHT },
    { title: 'images B', align: RIGHT },
    { title: 'what' },
  ];
  return formatTable(columns, rows, width);
}

function formatImages(
  { images, changed }: CaseComparison,
  isAll: boolean,
  width: number | undefined,
): string {
  const { shared, onlyLeft, onlyRight } = images;
  const head =
    `${formatCount(shared, 'image')} in both, ${onlyLeft} only in A, ${onlyRight} only in B. ` +
    `${formatCount(changed.length, 'image')} with another source${changed.length > 0 && !isAll ? ' (--all lists them)' : ''}.\n`;
  if (!isAll || changed.length === 0) return head;
  const rows = changed.map(({ id, path, left, right }) => [
    path === '' ? id : path,
    nameOf(left),
    nameOf(right),
  ]);
  const columns = [
    { title: 'image', keep: 'end' },
    { title: 'source in A', keep: 'end' },
    { title: 'source in B', keep: 'end' },
  ] as const;
  return head + formatTable(columns, rows, width);
}

function formatBothFigures({ figures }: CaseComparison, width: number | undefined): string {
  if (figures === null) return '';
  const { left, right } = figures;
  return `Figures of the runs:\n${formatFigures(
    [
      { title: 'A', ...left },
      { title: 'B', ...right },
    ],
    width,
  )}${FIGURE_NOTE}`;
}
