import type { DescribedImages, ResolvedConfig } from '@ganscout/pipeline';
import type { Attribute } from './attribute-splits.js';
import type { BenchImages } from './bench-images.js';
import type { CellStore } from './cell-store.js';
import type { BenchListener } from './outlook.js';

/** How sources are split into known and unknown ones: as the configuration does, at random, or by an attribute. */
export const PROTOCOLS = ['own', 'random', 'dataset', 'architecture', 'seed'] as const;
export type ProtocolName = 'own' | 'random' | Attribute;

/** What is measured, and where it goes. */
export interface BenchSettings {
  /** The configuration with more settings. @throws {ConfigError} if one does not exist or is out of range. */
  readonly configure: (settings: readonly string[]) => ResolvedConfig;
  /** Takes the results, and keeps descriptors and finished cells. */
  readonly directory: string;
  readonly seeds: number;
  /** The next ones count up. */
  readonly firstSeed: number;
  readonly protocols: readonly ProtocolName[];
  /** Table of the attributes of sources, which protocols by attribute need; null without one. */
  readonly attributes: string | null;
  /** Share of the sources that are known in a random split. */
  readonly knownShare: number;
  readonly robustness: boolean;
  readonly minimumSize: boolean;
  readonly labelEfficiency: boolean;
  readonly listener: BenchListener;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What every part of a benchmark works with. */
export interface BenchContext {
  readonly settings: BenchSettings;
  /** Those that could be described. */
  readonly images: BenchImages;
  readonly described: DescribedImages;
  readonly store: CellStore;
  readonly seeds: readonly number[];
}
