import type { CaseView } from '@ganscout/cases';
import { type FeatureSet, rowsByLabel, selectRows } from '@ganscout/data-model';
import { createRandom, permutation } from '@ganscout/numeric';
import { orderSources, placesOf } from '../gather/order-sources.js';
import { readPictures } from '../gather/read-pictures.js';
import { countOf, formatCount, percent } from '../gather/report-words.js';
import type { MapPoints, ReportMap, ReportPicture } from '../report-data.js';
import { sampleForMap } from './map-sample.js';
import { LEAST_ROWS, MAP_NEIGHBORS, neighborPlane } from './neighbor-plane.js';
import { type Plane, principalPlane } from './principal-plane.js';

/** Images on a map at the most: with them UMAP takes some 15 s, and more points would hide each other. */
const MOST_POINTS = 8000;

/** How maps are made. */
export interface MapSettings {
  /** Of what is drawn at random. */
  readonly seed: number;
  /** Whether UMAP is made beside the principal components; true by default. */
  readonly umap?: boolean | undefined;
  /** Points of a map at the most, 2 or more; 8,000 by default. */
  readonly points?: number | undefined;
  /** Points with a thumbnail, at the most; 0 for none. */
  readonly thumbs: number;
  /** Pixels of a thumbnail each way, at the most. */
  readonly thumbSide: number;
  readonly signal?: AbortSignal | undefined;
}

/** Maps of a discovery set and what their points are; no map and null where there are fewer than two images. */
export interface Maps {
  readonly maps: readonly ReportMap[];
  readonly points: MapPoints | null;
}

/**
 * Lays the images of a case out on planes by their features: along principal components, and by UMAP.
 *
 * Of more images than `points` some are drawn, of every source; all maps show the same ones. Thumbnails are spread over the
 * sources alike, and only their images are read. Equal cases give equal bytes, whatever the number of threads.
 *
 * @param features N × D, rows of `view.images`; not modified. @throws what `signal` says if it is aborted.
 *
 * Cost: that of UMAP, some 15 s with 8,000 points; without it a second.
 */
export async function makeMaps(
  view: CaseView,
  features: FeatureSet,
  { seed, umap = true, points: most = MOST_POINTS, thumbs, thumbSide, signal }: MapSettings,
): Promise<Maps> {
  const total = features.ids.length;
  if (total < 2) return { maps: [], points: null };
  const rows = sampleForMap(view.labels, most, seed);
  const shown = rows.length === total ? features : selectRows(features, rows);
  const { plane, shares } = await principalPlane(shown, seed);
  const maps = [{ name: 'PCA' as const, ...plane, note: principalNote(shares, rows.length, total) }];
  return {
    maps:
      umap && rows.length >= LEAST_ROWS
        ? [...maps, await neighborMap(shown, plane, seed, { total, signal })]
        : maps,
    points: await describePoints(view, rows, { count: thumbs, side: thumbSide, seed, signal }),
  };
}

async function neighborMap(
  shown: FeatureSet,
  start: Plane,
  seed: number,
  { total, signal }: { readonly total: number; readonly signal: AbortSignal | undefined },
): Promise<ReportMap> {
  const count = shown.ids.length;
  const plane = await neighborPlane(shown, start, seed, signal);
  const neighbors = Math.min(MAP_NEIGHBORS, count - 1) - 1;
  const note = [
    `UMAP keeps each image near the ${countOf(neighbors, 'image')} most like it by their features; seed ${seed}.`,
    'Which images lie together means something; how large a group is, how far it is from another and where it lies on the plane do not.',
    ...sampleNote(count, total),
  ].join(' ');
  return { name: 'UMAP', ...plane, note };
}

function principalNote([first, second]: readonly [number, number], count: number, total: number): string {
  return [
    `The two directions in which the features differ most: ${percent(first)} of all variance across and ${percent(second)} upwards.`,
    'What differs in other directions cannot be seen here: images that lie together may still differ, those that lie apart do differ.',
    ...sampleNote(count, total),
  ].join(' ');
}

function sampleNote(count: number, total: number): string[] {
  return count === total
    ? []
    : [
        `Made from ${formatCount(count)} of ${formatCount(total)} images, drawn at random from each source, so that small sources are seen too: the number of points is no measure of their size.`,
      ];
}

interface ThumbWishes {
  readonly count: number;
  readonly side: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

async function describePoints(view: CaseView, rows: Int32Array, wishes: ThumbWishes): Promise<MapPoints> {
  const places = placesOf(view, orderSources(view));
  const labels = rows.map((row) => view.labels[row] as number);
  const images = Array.from(rows, (row) => view.images[row] as CaseView['images'][number]);
  const chosen = spreadOver(labels, wishes.count, wishes.seed).filter((at) => images[at]?.file !== null);
  const wanted = chosen.map((at) => images[at] as CaseView['images'][number]);
  const { pictures } = await readPictures(
    wanted.map((image) => ({ image, isShown: true, collectors: [] })),
    wishes.side,
    wishes.signal,
  );
  const thumb = new Int32Array(rows.length).fill(-1);
  const thumbs: ReportPicture[] = [];
  for (const at of chosen) {
    const picture = pictures.get(images[at]?.id as string);
    if (picture !== undefined) thumb[at] = thumbs.push(picture) - 1;
  }
  return {
    total: view.images.length,
    source: labels.map((number) => places[number] as number),
    path: images.map(({ path }) => path),
    thumb,
    thumbs,
  };
}

/** Positions, ascending: one of each label, then one more of each, and so on, drawn at random; `count` at the most. */
function spreadOver(labels: Int32Array, count: number, seed: number): number[] {
  const random = createRandom(seed, 'report/map-thumbs');
  const turns = new Float64Array(labels.length);
  for (const own of rowsByLabel(labels).values()) {
    permutation(random, own.length).forEach((place, turn) => {
      turns[own[place] as number] = turn;
    });
  }
  const order = Array.from(labels.keys()).sort(
    (a, b) => (turns[a] as number) - (turns[b] as number) || a - b,
  );
  return order.slice(0, count).sort((a, b) => a - b);
}
