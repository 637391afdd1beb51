import { crc32, deflateSync } from 'node:zlib';
import { createRandom } from '@ganscout/numeric';
import type { ReportData, ReportPicture, ReportSource, SheetImage } from '../../src/report-data.js';

/** What a planted report is to hold. */
export interface Planted {
  readonly sources?: number;
  readonly points?: number;
  readonly hasTruth?: boolean;
  readonly hasImages?: boolean;
  /** Name of a source; by default `discovered-01`. */
  readonly nameOf?: (index: number) => string;
}

/** A report as a run might give it, from a seed: same arguments, same values. */
export function plantedReport({
  sources = 9,
  points = 400,
  hasTruth = true,
  hasImages = true,
  nameOf = (i) => (i < 3 ? `real-or-known-${i}` : `discovered-${String(i - 2).padStart(2, '0')}`),
}: Planted = {}): ReportData {
  const random = createRandom(5, 'planted report');
  const names = Array.from({ length: sources }, (_, i) => nameOf(i));
  const known = Math.min(3, sources);
  const discovered = names.slice(known);
  const labels = Int32Array.from({ length: points }, (_, i) =>
    i % 17 === 0 || sources === 0 ? -1 : i % sources,
  );
  const thumbs = hasImages
    ? Array.from({ length: Math.min(40, points) }, (_, i) => plantedPicture(48 + (i % 3), i))
    : [];
  const place = (i: number) =>
    labels[i] === -1 ? 9 * random.uniform() : (labels[i] as number) * 1.3 + random.uniform();
  const map = (name: 'PCA' | 'UMAP') => ({
    name,
    x: Float32Array.from({ length: points }, (_, i) => place(i)),
    y: Float32Array.from(
      { length: points },
      (_, i) => ((labels[i] as number) % 3) * 4 + 2 * random.uniform(),
    ),
    note: 'Two directions of the largest variance; distances across the plane say little.',
  });
  return {
    title: 'Report of run "planted"',
    headline: [
      `${points} images were looked at: most are of ${known} known sources, the others of ${discovered.length} new ones.`,
      'The figures below say how far to trust this.',
    ],
    counts: {
      images: points,
      known: Math.floor(points / 3),
      discovered: Math.floor(points / 2),
      unassigned: points - Math.floor(points / 3) - Math.floor(points / 2),
      knownSources: known,
      discoveredSources: discovered.length,
      unusable: 2,
    },
    hasTruth,
    finalFigures: hasTruth
      ? ['Purity', 'NMI', 'ARI'].map((name, i) => ({
          name,
          value: 0.9 - i / 20,
          low: 0.85 - i / 20,
          high: 0.95 - i / 20,
          meaning: 'What it means, in a sentence.',
        }))
      : [],
    rounds: [1, 2, 3].flatMap((round) =>
      ['ood', 'kmeans', 'merge', 'refine'].map((stage, i) => ({
        round,
        stage,
        assigned: Math.min(1, 0.3 * round + 0.02 * i),
        sources: known + (i === 1 ? 30 : discovered.length),
        purity: hasTruth ? 0.8 + 0.05 * round : null,
        nmi: hasTruth ? 0.75 + 0.05 * round : null,
        ari: hasTruth ? 0.7 + 0.05 * round : null,
      })),
    ),
    endedBecause: 'It ended after round 3, the last one allowed.',
    clusters: discovered.map((name, i) => ({ name, size: 300 - i, purity: hasTruth ? 1 - i / 400 : null })),
    sources: names.map((name, i) => plantedSource(name, i, { isKnown: i < known, hasImages })),
    maps: points === 0 ? [] : [map('PCA'), map('UMAP')],
    points:
      points === 0
        ? null
        : {
            total: 2 * points,
            source: labels,
            path: Array.from(labels, (_, i) => `/data/${nameOf(1)}/${i}.png`),
            thumb: Int32Array.from(labels, (_, i) => (i < thumbs.length ? i : -1)),
            thumbs,
          },
    confusion:
      hasTruth && sources > 0
        ? {
            rows: names.slice(0, 60).map((name) => `true ${name}`),
            columns: names.slice(0, 60),
            counts: names
              .slice(0, 60)
              .flatMap((_, i) =>
                names.slice(0, 60).map((_, k) => (i === k ? 90 : (i * 7 + k) % 11 === 0 ? 9 : 0)),
              ),
            note: 'Rows are true sources.',
          }
        : null,
    histograms: [
      {
        title: 'Out-of-distribution score',
        axis: 'score',
        edges: Array.from({ length: 31 }, (_, i) => i / 30),
        series: ['known', 'discovered', 'unassigned'].map((name, k) => ({
          name,
          counts: Array.from({ length: 30 }, (_, i) =>
            Math.round(80 * Math.exp(-(((i - 5 - 9 * k) / 3) ** 2))),
          ),
        })),
        thresholds: [{ name: 'limit', value: 0.31 }],
        note: 'Larger means farther from every known source.',
      },
    ],
    curves: hasTruth
      ? ['ROC', 'OSCR'].map((title) => ({
          title,
          xAxis: 'False positives',
          yAxis: 'True positives',
          x: Array.from({ length: 101 }, (_, i) => i / 100),
          y: Array.from({ length: 101 }, (_, i) => (i / 100) ** 0.2),
          area: 'AUROC 0.833',
          note: 'Over all images.',
        }))
      : [],
    issues: [
      {
        title: 'Mixed',
        reason: 'More than one generator may be in it.',
        columns: ['Source', 'Why'],
        rows: names.slice(0, 1).map((name) => [name, 'two peaks']),
        total: Math.min(1, sources),
      },
      {
        title: 'Unreadable',
        reason: 'These files could not be decoded.',
        columns: ['Path', 'Reason'],
        rows: [],
        total: 0,
      },
    ],
    provenance: [
      {
        title: 'Software',
        columns: ['What', 'Version'],
        rows: [
          ['ganscout', '0.1.0'],
          ['node', '20.20.2'],
        ],
      },
      {
        title: 'Time',
        columns: ['Stage', 'Seconds'],
        rows: [
          ['describe', '12.1'],
          ['kmeans', '0.3'],
        ],
      },
    ],
    leftOut: ['Thumbnails of 360 points were left out.'],
  };
}

function plantedSource(
  name: string,
  i: number,
  { isKnown, hasImages }: { readonly isKnown: boolean; readonly hasImages: boolean },
): ReportSource {
  const image = (k: number): SheetImage => ({
    ...plantedPicture(64, 100 * i + k),
    caption: `/data/images/${name}/${k}.png`,
    detail: 'p 0.41, margin 2.3',
  });
  return {
    id: `S${String(i + 1).padStart(4, '0')}`,
    name,
    kind: isKnown ? 'known' : 'discovered',
    state: 'living',
    size: 40 + ((i * 37) % 100),
    labelled: isKnown ? 160 : null,
    figures: [
      { name: 'Trust', value: '0.944', meaning: 'The mean of the next three.' },
      {
        name: 'Persistence',
        value: '0.971',
        meaning: 'Share of its images that it kept in another clustering.',
      },
    ],
    nearest: 'S0002 real-or-known-1',
    cautions: i === 4 ? ['It may hold two generators.'] : [],
    lineage: ['Discovered in round 1.'],
    notes: i === 5 ? ['Looks like the spring batch.'] : [],
    sheets: hasImages
      ? [
          { kind: 'central', title: 'Central images', images: [0, 1, 2, 3].map(image) },
          { kind: 'borderline', title: 'Borderline images', images: [4, 5].map(image) },
        ]
      : [],
    fingerprint: hasImages
      ? [
          { title: 'Spectrum', picture: plantedPicture(128, i) },
          { title: 'Spectrum of the real images', picture: plantedPicture(128, i + 1) },
        ]
      : [],
    fingerprintNote: hasImages ? 'Peaks at a quarter of the sampling rate: upsampling by four.' : '',
  };
}

/** A gray PNG with a pattern that depends on `seed`. */
export function plantedPicture(side: number, seed: number): ReportPicture {
  const rows = Buffer.alloc(side * (side + 1));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++)
      rows[y * (side + 1) + 1 + x] = (x * (seed + 3) + y * (seed + 7) + (x & y)) & 255;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  const png = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { png, width: side, height: side, alt: `pattern ${seed}` };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
