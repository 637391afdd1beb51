import type { CaseView, ViewedSource } from '@ganscout/cases';
import { rowsWhere } from '@ganscout/data-model';
import type { IssueList } from '../report-data.js';
import type { Majority } from './majorities.js';
import { nameSource } from './order-sources.js';
import type { ReadPictures } from './read-pictures.js';
import { formatFigure, formatNumber } from './report-words.js';
import { type Caution, type Doubt, LOW_PURITY, LOW_TRUST, NEAR, TINY } from './source-words.js';

/** Rows of a list that are shown; what is more is counted. */
const MOST_ROWS = 300;

/** A source with what is doubtful about it. */
export interface DoubtedSource {
  readonly source: ViewedSource;
  readonly cautions: readonly Caution[];
  readonly majority: Majority | undefined;
}

/** What a person should look at, and why. Lists without a row are left out. */
export function listIssues(
  view: CaseView,
  doubted: readonly DoubtedSource[],
  majorities: ReadonlyMap<number, Majority>,
  problems: ReadPictures['problems'],
): IssueList[] {
  return [
    ...sourceIssues(doubted),
    withoutSource(view),
    otherTruth(view, majorities),
    copies(view),
    unusable(view),
    changedFiles(problems),
    warnings(view),
  ].filter(({ total }) => total > 0);
}

function sourceIssues(doubted: readonly DoubtedSource[]): IssueList[] {
  const list = (title: string, reason: string, doubts: readonly Doubt[]): IssueList => {
    const rows = doubted.flatMap(({ source, cautions, majority }) => {
      const own = cautions.filter(({ doubt }) => doubts.includes(doubt)).map(({ text }) => text);
      if (own.length === 0) return [];
      return [
        [
          nameSource(source),
          String(source.size),
          figure(source.row?.trust),
          figure(majority?.share),
          own.join(' '),
        ],
      ];
    });
    return shortened({ title, reason, columns: ['source', 'images', 'trust', 'purity', 'why'] }, rows);
  };
  return [
    list(
      'Mixed or doubtful sources',
      `Trust below ${LOW_TRUST}, purity below ${LOW_PURITY}, or images of a known source: look at their contact sheets; split them, merge them or label them.`,
      ['low trust', 'mixed', 'nothing new'],
    ),
    list(
      'Tiny sources',
      `Fewer than ${TINY} images, or none: too few to judge by. Add images of the same origin, if there are any.`,
      ['tiny'],
    ),
    list(
      'Confounded sources',
      'A property of the files tells these images from the others as well as their content: compare them with files of the same kind before you call them a generator.',
      ['confounded'],
    ),
    list(
      'Sources near another',
      `Less than ${NEAR} of their own radii from another source: the two may be one. Compare their sheets and spectra, and merge them if they agree.`,
      ['near'],
    ),
  ];
}

function withoutSource({ images, labels, provenance }: CaseView): IssueList {
  const rows = [...rowsWhere(labels, (number) => number === 0)];
  const { score, pValue, reason } = provenance;
  const p = (row: number) => (Number.isNaN(pValue[row]) ? 2 : (pValue[row] as number));
  rows.sort((a, b) => p(a) - p(b) || a - b);
  return shortened(
    {
      title: 'Images without a source',
      reason:
        'No source accepts them, and they are not enough alike to be one. Those that fit least come first; they wait for more of their kind.',
      columns: ['path', 'p-value', 'score', 'why'],
    },
    rows
      .slice(0, MOST_ROWS)
      .map((row) => [images[row]?.path ?? '', number(pValue[row]), number(score[row]), reason[row] ?? '']),
    rows.length,
  );
}

function otherTruth(
  { images, labels, truth, sources, provenance }: CaseView,
  majorities: ReadonlyMap<number, Majority>,
): IssueList {
  const columns = ['path', 'its source', 'mostly', 'true source', 'margin'];
  const title = 'Images of another true source';
  const reason =
    'The ground truth says another source than that of most images beside them. Those with the largest margin come first.';
  if (truth === null) return shortened({ title, reason, columns }, []);
  const rows = [...rowsWhere(labels, (number) => number !== 0)].filter(
    (row) => truth[row] !== null && truth[row] !== majorities.get(labels[row] as number)?.source,
  );
  const margin = (row: number) =>
    Number.isFinite(provenance.margin[row]) ? (provenance.margin[row] as number) : 0;
  rows.sort((a, b) => margin(b) - margin(a) || a - b);
  return shortened(
    { title, reason, columns },
    rows.slice(0, MOST_ROWS).map((row) => {
      const source = sources[(labels[row] as number) - 1];
      const most = majorities.get(labels[row] as number)?.source ?? '';
      return [
        images[row]?.path ?? '',
        source === undefined ? '' : nameSource(source),
        most,
        truth[row] ?? '',
        number(provenance.margin[row]),
      ];
    }),
    rows.length,
  );
}

function copies({ copies: found }: CaseView): IssueList {
  return shortened(
    {
      title: 'Copies',
      reason:
        'Same bytes as an earlier input: each image is counted once. Many copies in one source may mean a dump that was collected twice.',
      columns: ['path', 'set', 'same as', 'entry'],
    },
    found.slice(0, MOST_ROWS).map(({ path, set, of, entry }) => [path, set, of, String(entry)]),
    found.length,
  );
}

function unusable({ unusable: found }: CaseView): IssueList {
  return shortened(
    {
      title: 'Inputs that could not be used',
      reason: 'They are in no figure. Get the files again, or convert them without loss.',
      columns: ['path', 'set', 'what', 'reason', 'entry'],
    },
    found
      .slice(0, MOST_ROWS)
      .map(({ path, set, status, reason, entry }) => [
        path,
        set,
        status === 'too_small' ? 'too small' : status,
        reason,
        String(entry),
      ]),
    found.length,
  );
}

function changedFiles(problems: ReadPictures['problems']): IssueList {
  return shortened(
    {
      title: 'Files that could not be shown',
      reason:
        'They were gone, changed or broken when this report was made: their pictures are missing from it. The figures are those of the files that were studied.',
      columns: ['path', 'reason'],
    },
    problems.slice(0, MOST_ROWS).map(({ path, reason }) => [path, reason]),
    problems.length,
  );
}

function warnings({ warnings: found }: CaseView): IssueList {
  return shortened(
    {
      title: 'What was noticed in reading',
      reason: 'It may change how far the rest can be trusted.',
      columns: ['what'],
    },
    found.map((text) => [text]),
  );
}

function shortened(
  head: Pick<IssueList, 'title' | 'reason' | 'columns'>,
  rows: readonly (readonly string[])[],
  total = rows.length,
): IssueList {
  return { ...head, rows: rows.slice(0, MOST_ROWS), total };
}

function figure(value: number | null | undefined): string {
  return typeof value === 'number' ? formatFigure(value) : '';
}

function number(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : formatNumber(value);
}
