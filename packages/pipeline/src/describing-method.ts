import { createDescriber, cropCount, DESCRIPTOR_DIMS } from '@ganscout/extractor';
import { digestOfBackbone, withoutPaths } from './backbone/backbone-files.js';
import { CROPS_PER_IMAGE } from './backbone/tile-layout.js';
import type { ResolvedConfig } from './config/resolve.js';
import type { StageOptions } from './config/schema.js';
import { once } from './once.js';
import { trainsBackbone } from './round-stages.js';
import type { ImageDescriber } from './stages/describe.js';

/** What describes images before the rounds, with all that its results depend on. */
export interface DescribingMethod {
  /** Names the features. */
  readonly extractor: 'descriptor' | 'backbone';
  readonly cropsPerImage: number;
  readonly options: Readonly<Record<string, unknown>>;
  /** Read when it is first asked for. @throws {InputError} if a file of the backbone cannot be read. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Opens it; to be closed. */
  open(threads: number): Promise<ImageDescriber>;
}

/** The frozen backbone of a configuration, or else the descriptor. */
export function describingMethod({ rounds, run }: Pick<ResolvedConfig, 'rounds' | 'run'>): DescribingMethod {
  const { backbone, descriptor } = (rounds[0] as StageOptions).extractor;
  if (backbone !== null && !trainsBackbone(rounds)) {
    const digest = once(() => digestOfBackbone(backbone));
    return {
      extractor: 'backbone',
      cropsPerImage: CROPS_PER_IMAGE,
      options: { backbone: withoutPaths(backbone) },
      get inputs() {
        return { backbone: digest() };
      },
      async open() {
        const { openFrozenBackbone } = await import('./backbone/frozen-backbone.js');
        return openFrozenBackbone(backbone, run);
      },
    };
  }
  const cropsPerImage = cropCount(descriptor);
  return {
    extractor: 'descriptor',
    cropsPerImage,
    options: { descriptor },
    inputs: {},
    async open(threads) {
      return { ...createDescriber(descriptor, { threads }), dims: DESCRIPTOR_DIMS, cropsPerImage };
    },
  };
}
