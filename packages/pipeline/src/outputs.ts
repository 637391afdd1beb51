import { formatCsvRow, type ImageRecord, parseCsv } from '@ganscout/images';
import type { AssignmentRow, SourceRow } from './run-summary.js';

/** `inputs.csv`: one row per input of both sets, none dropped. */
export function formatInputs(sets: {
  readonly known: readonly ImageRecord[];
  readonly discovery: readonly ImageRecord[];
}): string {
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
  return [
    formatCsvRow(header),
    ...sets.known.map((record) => row(record, 'known')),
    ...sets.discovery.map((record) => row(record, 'discovery')),
  ].join('');
}

/** `assignments.csv`: one row per image of the discovery set that was studied, copies included. */
export function formatAssignments(rows: readonly AssignmentRow[]): string {
  const header = ['image_id', 'path', 'kind', 'source', 'score', 'margin', 'round', 'reason'];
  return [
    formatCsvRow(header),
    ...rows.map(({ imageId, path, kind, source, score, margin, round, reason }) =>
      formatCsvRow([imageId, path, kind, source, rounded(score), rounded(margin), round, reason]),
    ),
  ].join('');
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
function rounded(value: number): number {
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
