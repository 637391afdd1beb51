import { formatCsvRow, type ImageRecord, parseCsv } from '@ganscout/images';
import type { AssignmentRow, SourceRow } from './run-summary.js';

/** Characters that a part of a table has at least, but for the last. */
const PART_LENGTH = 1 << 16;

/** `inputs.csv`: one row per input of both sets, none dropped; in parts, as all of it may be longer than a string can be. */
export function* formatInputs(sets: {
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
}): Iterable<string> {
  const header = [
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
  ];
  const row = (record: ImageRecord, set: string) => {
    const { id, path, bytes, width, height, format, status, reason, source, group } = record;
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
    ]);
  };
  yield formatCsvRow(header);
  yield* inParts(sets.known, (record) => row(record, 'known'));
  yield* inParts(sets.discovery, (record) => row(record, 'discovery'));
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
