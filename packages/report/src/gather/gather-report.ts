import type { CaseView, ViewedSource } from '@ganscout/cases';
import { type FeatureSet, rowsByLabel } from '@ganscout/data-model';
import { InputError } from '@ganscout/images';
import { clusterFigure } from '../figures/cluster-figure.js';
import { confusionOf } from '../figures/confusion.js';
import { makeMaps } from '../figures/make-maps.js';
import { rateCurves } from '../figures/rate-curves.js';
import { scoreHistograms } from '../figures/score-histograms.js';
import type { MapPoints, ReportData, ReportSource } from '../report-data.js';
import { chooseSheets } from './choose-sheets.js';
import { finalFigures, stagesOf } from './final-figures.js';
import { tellHeadline } from './headline.js';
import { type DoubtedSource, listIssues } from './issue-lists.js';
import { findMajorities } from './majorities.js';
import { orderSources } from './order-sources.js';
import {
  fitLevel,
  LEVELS,
  type PictureLevel,
  pageBytes,
  tellLeftOut,
  textBytes,
  WHOLE,
} from './page-budget.js';
import { provenanceTables } from './provenance-tables.js';
import { findReference } from './real-sources.js';
import { DEFAULT_MAXIMUM_BYTES, type ReportSettings } from './report-settings.js';
import { formatBytes } from './report-words.js';
import { scoreView } from './score-view.js';
import {
  leastBytes,
  type PictureChoice,
  readSourcePictures,
  type SourcePictures,
} from './source-pictures.js';
import { cautionsOf, figuresOf, nearestOf, staleness } from './source-words.js';

/** Points of a map that have a thumbnail, at the most, and pixels of it each way. */
const THUMBS = 400;
const THUMB_SIDE = 48;

/**
 * Gathers all that a report shows of a case as it stands: the result in words, figures, sources with their images and residuals,
 * maps, what a person should look at, and where it all comes from.
 *
 * Only images that are shown or averaged are read, each once. What would make the page larger than it may be is left out step by
 * step and said; the most central images of discovered sources stay. Equal cases with equal files give equal reports.
 *
 * @throws {InputError} if a name of a real source is that of no known source.
 *
 * Cost: O(N · D) and what the maps take; of memory the features and all pictures.
 */
export async function gatherReport(view: CaseView, settings: ReportSettings = {}): Promise<ReportData> {
  const { maximumBytes = DEFAULT_MAXIMUM_BYTES, seed = view.summary.seed, signal, onProgress } = settings;
  const sources = orderSources(view);
  const reference = findReference(sources, settings.realSources);
  onProgress?.('reading features');
  const { features, problem } = await readFeatures(view);
  const hasFiles =
    view.images.some(({ file }) => file !== null) || view.known.images.some(({ file }) => file !== null);
  const sheets = hasFiles ? chooseSheets(sources, WHOLE.sheets, { view, features, seed }) : new Map();
  const choice: PictureChoice = { view, sources: hasFiles ? sources : [], sheets, reference, seed, signal };
  const first = fitLevel((at) => leastBytes(choice, at), maximumBytes);
  if (hasFiles) onProgress?.('reading images');
  const pictures = await readSourcePictures(choice, LEVELS[first] as PictureLevel);
  onProgress?.('making maps');
  const thumbs = hasFiles && (LEVELS[first] as PictureLevel).hasThumbs ? THUMBS : 0;
  const maps =
    features === null
      ? { maps: [], points: null }
      : await makeMaps(view, features, {
          seed,
          umap: settings.umap ?? true,
          thumbs,
          thumbSide: THUMB_SIDE,
          signal,
        });
  const told = tellReport(view, sources, pictures.problems, settings, seed);
  const sizeAt = pageSizes({ ...told, ...maps }, pictures, maps.points);
  const level = fitLevel(sizeAt, maximumBytes, first);
  const at = LEVELS[level] as PictureLevel;
  const size = sizeAt(at);
  return {
    ...told,
    maps: maps.maps,
    points: at.hasThumbs ? maps.points : withoutThumbs(maps.points),
    sources: told.sources.map((source, i) => {
      const viewed = sources[i] as ViewedSource;
      const { fingerprint, fingerprintNote } = pictures.fingerprintOf(viewed, at) ?? source;
      return { ...source, sheets: pictures.sheetsOf(viewed, at), fingerprint, fingerprintNote };
    }),
    leftOut: [
      ...problem,
      ...(hasFiles ? [] : [NO_FILES]),
      ...tellLeftOut(level, maximumBytes),
      ...(size > maximumBytes
        ? [`Even so the page takes up some ${formatBytes(size)}, more than ${formatBytes(maximumBytes)}.`]
        : []),
    ],
  };
}

const NO_FILES =
  'Contact sheets, thumbnails and residual spectra: the run was made from features that were computed elsewhere, and has no image files.';

async function readFeatures(
  view: CaseView,
): Promise<{ readonly features: FeatureSet | null; readonly problem: readonly string[] }> {
  try {
    return { features: await view.readRows(null), problem: [] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { features: null, problem: [`The maps: the features are not at hand (${error.message}).`] };
  }
}

/** All of a report but its pictures and maps. */
function tellReport(
  view: CaseView,
  viewed: readonly ViewedSource[],
  problems: SourcePictures['problems'],
  { title }: ReportSettings,
  seed: number,
): Omit<ReportData, 'maps' | 'points' | 'leftOut'> {
  const counts = countView(view, viewed);
  const scores = scoreView(view);
  const rowsOf = rowsByLabel(view.labels);
  const majorities = findMajorities(view);
  const doubted: DoubtedSource[] = viewed.map((source) => {
    const majority = majorities.get(source.number);
    return { source, majority, cautions: cautionsOf(source, nearestOf(source, view), majority) };
  });
  const discovered = viewed.filter(({ kind }) => kind === 'discovered');
  return {
    title: title ?? view.summary.name,
    headline: tellHeadline({ view, counts, sources: viewed, scores, majorities }),
    counts,
    hasTruth: scores !== null,
    finalFigures: finalFigures(view, discovered, scores),
    rounds: stagesOf(view),
    endedBecause: view.summary.endedBecause,
    clusters: clusterFigure(view),
    sources: doubted.map(({ source, cautions, majority }): ReportSource => {
      const { id, name, kind, state, size, labelled, lineage, notes } = source;
      return {
        ...{ id, name, kind, state, size, labelled, lineage, notes },
        figures: figuresOf(source, { view, majority, rows: rowsOf.get(source.number) ?? [] }),
        nearest: nearestOf(source, view),
        cautions: [...cautions.map(({ text }) => text), ...staleness(source)],
        sheets: [],
        fingerprint: [],
        fingerprintNote: '',
      };
    }),
    confusion: confusionOf(view),
    histograms: scoreHistograms(view),
    curves: rateCurves(view),
    issues: listIssues(view, doubted, majorities, problems),
    provenance: provenanceTables(view, seed),
  };
}

function countView(view: CaseView, sources: readonly ViewedSource[]): ReportData['counts'] {
  const of = (kind: ViewedSource['kind']) => sources.filter((source) => source.kind === kind);
  const sum = (own: readonly ViewedSource[]) => own.reduce((total, { size }) => total + size, 0);
  return {
    images: view.images.length,
    known: sum(of('known')),
    discovered: sum(of('discovered')),
    unassigned: view.labels.filter((number) => number === 0).length,
    knownSources: of('known').length,
    discoveredSources: of('discovered').length,
    unusable: view.unusable.length,
  };
}

/** Bytes of the page at each level. */
function pageSizes(told: unknown, pictures: SourcePictures, points: MapPoints | null) {
  const text = textBytes(told);
  const thumbs = (points?.thumbs ?? []).reduce((sum, { png }) => sum + pageBytes(png.length), 0);
  return (level: PictureLevel) => text + pictures.bytesAt(level) + (level.hasThumbs ? thumbs : 0);
}

function withoutThumbs(points: MapPoints | null): MapPoints | null {
  return points === null
    ? null
    : { ...points, thumbs: [], thumb: new Int32Array(points.thumb.length).fill(-1) };
}
