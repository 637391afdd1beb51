import type { CaseView, ViewedSource } from '@ganscout/cases';
import { quantile } from '@ganscout/numeric';
import type { NamedFigure } from '../report-data.js';
import type { Majority } from './majorities.js';
import { nameSource } from './order-sources.js';
import { countOf, formatFigure, formatNumber, percent } from './report-words.js';

/** Trust below which a source is to be looked at before anyone relies on it. */
export const LOW_TRUST = 0.5;
/** Purity below which a source is called mixed. */
export const LOW_PURITY = 0.9;
/** Images below which a source is called tiny: from so many on all 15 nearest others can be of it. */
export const TINY = 16;
/** Distance to the nearest source, in the source's own radii, below which the two are called near each other. */
export const NEAR = 1.5;

/** What makes a source doubtful. */
export type Doubt = 'low trust' | 'mixed' | 'nothing new' | 'tiny' | 'confounded' | 'near';

/** What is doubtful about a source, and a sentence that says so. */
export interface Caution {
  readonly doubt: Doubt;
  readonly text: string;
}

/**
 * Finds what is doubtful about a source.
 *
 * @param nearest as {@link nearestOf} gives it. @param majority of its images, where the truth is known.
 */
export function cautionsOf(
  source: ViewedSource,
  nearest: string | null,
  majority: Majority | undefined,
): Caution[] {
  return [
    ...trustCaution(source),
    ...purityCautions(source, majority),
    ...sizeCaution(source),
    ...confounderCaution(source),
    ...nearCaution(source, nearest),
  ];
}

function trustCaution({ kind, row }: ViewedSource): Caution[] {
  if (kind !== 'discovered' || row === null || row.trust === null || row.trust >= LOW_TRUST) return [];
  const { neighborShare, persistence, rejectedShare } = row;
  const reasons = [
    { value: neighborShare, text: (share: string) => `${share} of its nearest neighbors are of it too` },
    { value: persistence, text: (share: string) => `it agrees to ${share} with what the first round found` },
    {
      value: rejectedShare,
      text: (share: string) => `${share} of its images are foreign to every known source`,
    },
  ];
  const [weakest] = reasons
    .filter((reason): reason is typeof reason & { value: number } => reason.value !== null)
    .sort((a, b) => a.value - b.value);
  const why = weakest === undefined ? '' : `: only ${weakest.text(percent(weakest.value))}`;
  return [{ doubt: 'low trust', text: `Its trust is low, ${formatFigure(row.trust)}${why}.` }];
}

function purityCautions({ kind }: ViewedSource, majority: Majority | undefined): Caution[] {
  if (majority === undefined) return [];
  const { source, share, isKnown } = majority;
  const cautions: Caution[] = [];
  if (share < LOW_PURITY) {
    const text = `It is mixed: only ${percent(share)} of its images are of one true source, ${source}.`;
    cautions.push({ doubt: 'mixed', text });
  }
  if (kind === 'discovered' && isKnown) {
    const text = `By the ground truth most of its images are of the known source ${source}: it is not new.`;
    cautions.push({ doubt: 'nothing new', text });
  }
  return cautions;
}

function sizeCaution({ kind, size }: ViewedSource): Caution[] {
  if (size >= TINY) return [];
  if (kind === 'known') {
    if (size > 0) return [];
    return [{ doubt: 'tiny', text: 'No image of the discovery set was given to it.' }];
  }
  return [{ doubt: 'tiny', text: `It is tiny, ${countOf(size, 'image')}: its figures say little.` }];
}

function confounderCaution({ row }: ViewedSource): Caution[] {
  if (row === null || row.confounder === '') return [];
  const strength =
    row.confounderStrength === null ? '' : `, correlation ${formatFigure(row.confounderStrength)}`;
  const text = `A property of the files explains it as well: ${row.confounder}${strength}. It may be a group of files and no generator.`;
  return [{ doubt: 'confounded', text }];
}

function nearCaution({ row }: ViewedSource, nearest: string | null): Caution[] {
  if (nearest === null || row === null || row.separation === null || row.separation >= NEAR) return [];
  const text = `It is near ${nearest}, ${formatNumber(row.separation)} of its own radii away: the two may be one source.`;
  return [{ doubt: 'near', text }];
}

/** Id and name of the nearest other source; null if none is known. */
export function nearestOf({ row }: ViewedSource, { sources }: Pick<CaseView, 'sources'>): string | null {
  if (row === null || row.nearest === '') return null;
  const named = sources.filter(({ name }) => name === row.nearest);
  const found = named.find(({ state }) => state === 'active' || state === 'retired') ?? named[0];
  return found === undefined ? row.nearest : nameSource(found);
}

/** What the figures of one source are made from. */
export interface SourceFacts {
  readonly view: Pick<CaseView, 'provenance'>;
  /** Rows of its images. */
  readonly rows: readonly number[];
  readonly majority: Majority | undefined;
}

/** The figures of one source; those that are not known are left out. */
export function figuresOf(source: ViewedSource, { rows, view, majority }: SourceFacts): NamedFigure[] {
  const { row } = source;
  const figures: NamedFigure[] = [];
  const add = (name: string, value: number | null | undefined, meaning: string, format = formatFigure) => {
    if (value !== null && value !== undefined && Number.isFinite(value)) {
      figures.push({ name, value: format(value), meaning });
    }
  };
  add(
    'trust',
    row?.trust,
    'neighbor share × persistence × rejected share; it orders sources and is no probability',
  );
  add('neighbor share', row?.neighborShare, 'mean share of the 15 nearest other images that are of it too');
  add('persistence', row?.persistence, 'agreement (Jaccard index) with the best cluster of the first round');
  add(
    'rejected share',
    row?.rejectedShare,
    'share of its images that the test calls foreign to every known source',
  );
  add(
    'cohesion',
    row?.cohesion,
    'mean silhouette of its images: 1 far from all others, 0 between two sources',
  );
  add(
    'stability',
    row?.stability,
    'agreement with itself when it is made anew from a random half of the images',
  );
  add('separation', row?.separation, 'distance to the nearest source, in radii of this one', formatNumber);
  add(
    'median margin',
    median(view.provenance.margin, rows),
    'lead over the second best source; larger is surer',
    formatNumber,
  );
  add(
    'median p-value',
    median(view.provenance.pValue, rows),
    'how well an image fits among those of its source, from 0 to 1; the test turns low ones away',
  );
  add(
    'purity',
    majority?.share,
    `share of its images whose true source is ${majority?.source}, that of most of them`,
  );
  return figures;
}

/** Null if no value is known. */
function median(values: Float32Array, rows: readonly number[]): number | null {
  const known = rows.map((row) => values[row] as number).filter(Number.isFinite);
  return known.length === 0 ? null : quantile(known, 0.5);
}

/** Said where the figures of the run do not describe the source as it is now. */
export function staleness({ row, size, kind }: ViewedSource): string[] {
  if (row === null) {
    return kind === 'discovered' ? ['It came after the run: trust and cohesion are not known for it.'] : [];
  }
  if (row.size === size) return [];
  return [
    `Its figures are those of the run's end, when it had ${countOf(row.size, 'image')}; now it has ${countOf(size, 'image')}.`,
  ];
}
