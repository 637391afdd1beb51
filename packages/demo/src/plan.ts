import type { Catalog, GeneratorEntry, RealDataSet } from './catalog.js';
import { REAL_DATA_SETS } from './catalog.js';

/** How many images of each kind the demo has. */
export interface DemoCounts {
  /** Labelled images of every known source. */
  readonly labelledPerKnownSource: number;
  /** Images of every known source in the discovery set. */
  readonly imagesPerKnownSource: number;
  /** Images of every unknown source in the discovery set. */
  readonly imagesPerUnknownSource: number;
  /** Source name → images in the discovery set, for those that differ, such as rare sources. */
  readonly discoveryOverrides: Readonly<Record<string, number>>;
}

/** About 4,000 images; two unknown sources are rare. */
export const DEFAULT_DEMO_COUNTS: DemoCounts = {
  labelledPerKnownSource: 160,
  imagesPerKnownSource: 100,
  imagesPerUnknownSource: 200,
  discoveryOverrides: { 'bilinear-lsgan-landscape-0': 35, 'style-noise-bce-leaves-0': 35 },
};

/** One source of the demo; images `[0, labelled)` are labelled, the next `discovery` ones are not. */
export interface PlannedSource {
  readonly source: string;
  readonly kind: 'real' | 'gan';
  readonly unknown: boolean;
  readonly labelled: number;
  readonly discovery: number;
  /** What makes the images. */
  readonly maker: RealDataSet | GeneratorEntry;
}

/**
 * Lists the demo's sources with their numbers of images: the real data sets, then the catalog's generators.
 *
 * @throws {RangeError} if a count is not an integer of at least 0, or an override names no source.
 */
export function planDemo(catalog: Catalog, counts: DemoCounts): PlannedSource[] {
  const { discoveryOverrides, ...others } = counts;
  for (const [name, count] of Object.entries({ ...others, ...discoveryOverrides })) {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`planDemo: ${name} must be an integer of at least 0, got ${count}`);
    }
  }
  const makers = [...REAL_DATA_SETS, ...catalog.generators];
  const sources = makers.map((maker): PlannedSource => {
    const source = typeof maker === 'string' ? `real-${maker}` : maker.name;
    const unknown = typeof maker !== 'string' && maker.role === 'unknown';
    return {
      source,
      kind: typeof maker === 'string' ? 'real' : 'gan',
      unknown,
      labelled: unknown ? 0 : counts.labelledPerKnownSource,
      discovery:
        discoveryOverrides[source] ?? (unknown ? counts.imagesPerUnknownSource : counts.imagesPerKnownSource),
      maker,
    };
  });
  for (const name of Object.keys(discoveryOverrides)) {
    if (!sources.some(({ source }) => source === name)) {
      throw new RangeError(`planDemo: discoveryOverrides must name sources of the demo, got ${name}`);
    }
  }
  return sources;
}
