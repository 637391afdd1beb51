import { formatCsvRow, type ImageRecord, parseCsv } from '@ganscout/images';
import type { AssignmentRow, SourceRow } from './run-summary.js';

/** Characters that a part of a table has at least, but for the last. */
const PART_LENGTH = 1 << 16;

const INPUT_COLUMNS = [
  'image_id',
  'path',
  'bytes',
  'width',
  'height',
  'format',
  'status',
  'reason',
  'set',
  'source',
  'group',
  'size',
  'encoding',
  'jpeg_quality',
  'chroma',
  'color_profile',
  'metadata',
  'file',
] as const;
type InputColumn = (typeof INPUT_COLUMNS)[number];
const PLACE_OF = Object.fromEntries(INPUT_COLUMNS.map((column, place) => [column, place])) as Record<
  InputColumn,
  number
>;

/** `inputs.csv`: one row per input of both sets, none dropped; in parts, as all of it may be longer than a string can be. */
export function* formatInputs(sets: {
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
}): Iterable<string> {
  const row = (record: ImageRecord, set: string) => {
    const { id, path, bytes, width, height, format, status, reason, source, group, file } = record;
    const { size, encoding, jpegQuality, chroma, colorProfile, metadata } = record.facts;
    const facts = [size, encoding, jpegQuality, chroma, colorProfile, metadata];
    return formatCsvRow([
      id,
      path,
      bytes,
      width,
      height,
      format,
      status,
      reason,
      set,
      source,
      group,
      ...facts,
      file,
    ]);
  };
  yield formatCsvRow(INPUT_COLUMNS);
  yield* inParts(sets.known, (record) => row(record, 'known'));
  yield* inParts(sets.discovery, (record) => row(record, 'discovery'));
}

/**
 * Reads the records that {@link formatInputs} wrote, in their order.
 *
 * @throws {SyntaxError} if the text is no such table, as that of an earlier version is not.
 */
export function readInputs(text: string): {
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
} {
  const { columns, rows } = parseCsv(text);
  const expected = INPUT_COLUMNS.join(',');
  if (columns.join(',') !== expected) {
    throw new SyntaxError(`inputs.csv must have the columns ${expected}, got ${columns.join(',')}`);
  }
  const known: ImageRecord[] = [];
  const discovery: ImageRecord[] = [];
  for (const row of rows) (row[PLACE_OF.set] === 'known' ? known : discovery).push(inputRecord(row));
  return { known, discovery };
}

/** The id of a patch, as it is made when images are cut: of anything else nothing is known. */
const PATCH_ID = /^[0-9a-f]{64}#(\d+),(\d+),(\d+),(\d+)$/;

function inputRecord(row: readonly string[]): ImageRecord {
  const cell = (column: InputColumn) => row[PLACE_OF[column]] as string;
  const cellOrNull = (column: 'source' | 'group') => (cell(column) === '' ? null : cell(column));
  const part = PATCH_ID.exec(cell('image_id'))?.slice(1).map(Number);
  const [x, y, width, height] = (part ?? []) as [number, number, number, number];
  return {
    id: cell('image_id'),
    path: cell('path'),
    file: cell('file'),
    source: cellOrNull('source'),
    group: cellOrNull('group'),
    bytes: Number(cell('bytes')),
    width: Number(cell('width')),
    height: Number(cell('height')),
    format: cell('format'),
    facts: {
      size: cell('size'),
      encoding: cell('encoding'),
      jpegQuality: cell('jpeg_quality'),
      chroma: cell('chroma'),
      colorProfile: cell('color_profile'),
      metadata: cell('metadata'),
    },
    status: cell('status') as ImageRecord['status'],
    reason: cell('reason'),
    patch: part === undefined ? null : { x, y, width, height },
  };
}

/** `assignments.csv`: one row per image of the discovery set that was studied, copies included; in parts. */
export function* formatAssignments(rows: Iterable<AssignmentRow>): Iterable<string> {
  yield formatCsvRow(['image_id', 'path', 'kind', 'source', 'score', 'margin', 'round', 'reason']);
  yield* inParts(rows, ({ imageId, path, kind, source, score, margin, round, reason }) =>
    formatCsvRow([imageId, path, kind, source, rounded(score), rounded(margin), round, reason]),
  );
}

/** The lines of some values together, part after part. */
function* inParts<Value>(values: Iterable<Value>, formatLine: (value: Value) => string): Generator<string> {
  let part = '';
  for (const value of values) {
    part += formatLine(value);
    if (part.length < PART_LENGTH) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

/** `sources.csv`: one row per source, known ones first. */
export function formatSources(rows: readonly SourceRow[]): string {
  const header = [
    'source',
    'kind',
    'name',
    'size',
    'first_round',
    'trust',
    'neighbor_share',
    'persistence',
    'rejected_share',
    'cohesion',
    'stability',
    'nearest',
    'separation',
    'majority',
    'purity',
    'confounder',
    'confounder_strength',
  ];
  return [
    formatCsvRow(header),
    ...rows.map((row) =>
      formatCsvRow([
        row.source,
        row.kind,
        row.kind === 'known' ? row.source : '',
        row.size,
        row.firstRound,
        roundedOrNull(row.trust),
        roundedOrNull(row.neighborShare),
        roundedOrNull(row.persistence),
        roundedOrNull(row.rejectedShare),
        roundedOrNull(row.cohesion),
        roundedOrNull(row.stability),
        row.nearest,
        roundedOrNull(row.separation),
        row.majority,
        roundedOrNull(row.purity),
        row.confounder,
        roundedOrNull(row.confounderStrength),
      ]),
    ),
  ].join('');
}

/** Six significant digits: more would only show noise of the arithmetic. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

/** Reads what {@link formatAssignments} wrote. */
export function readAssignments(text: string): AssignmentRow[] {
  return parseCsv(text).rows.map((row) => {
    const [imageId, path, kind, source, score, margin, round, reason] = row as [
      string,
      string,
      AssignmentRow['kind'],
      string,
      string,
      string,
      string,
      string,
    ];
    return {
      imageId,
      path,
      kind,
      source,
      score: Number(score),
      margin: Number(margin),
      round: Number(round),
      reason,
    };
  });
}
