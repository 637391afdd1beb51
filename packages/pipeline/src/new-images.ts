import { createFeatureSet, type FeatureSet, type ImageId } from '@ganscout/data-model';
import { createPatchLoader, type ImageRecord, readImages } from '@ganscout/images';
import {
  createPatchEmbedder,
  EMBEDDER_LAYERS,
  type EmbedderLayer,
  encodeEmbedder,
  type PatchEmbedder,
} from '@ganscout/networks';
import { embedTiles } from './backbone/tile-features.js';
import { isTrained, type NetworkOptions } from './config/backbone-options.js';
import type { ResolvedConfig } from './config/resolve.js';
import type { SpaceName } from './config/schema.js';
import { type DescribingMethod, describingMethod } from './describing-method.js';
import { threadCount } from './inputs.js';
import { type NewImages, stageFiles } from './project-features.js';
import { backboneOf, readBackboneWeights } from './stages/train-backbone.js';

/** How new images are read, to be taken into the spaces of a run. */
export interface NewImageReading {
  readonly threads: number;
  /** Null where no space asks for descriptions. */
  readonly method: DescribingMethod | null;
  /** Null where no space asks for layers of a trained backbone. */
  readonly backbone: TrainedReading | null;
}

interface TrainedReading {
  readonly options: NetworkOptions;
  readonly layers: readonly EmbedderLayer[];
  open(): Promise<PatchEmbedder>;
}

/** What has to be read of new images for the given spaces of a finished run. @param round its last. */
export function readingOf(
  directory: string,
  config: ResolvedConfig,
  spaces: readonly SpaceName[],
  round: number,
): NewImageReading {
  const threads = threadCount(config.run.threads);
  const options = config.rounds[round - 1]?.extractor.backbone ?? null;
  if (!isTrained(options)) return { threads, method: describingMethod(config), backbone: null };
  const layers = EMBEDDER_LAYERS.filter((name) => {
    return spaces.includes(name) || (name === 'backbone' && spaces.includes('whitened'));
  });
  const open = () => {
    const { read } = stageFiles(directory, round, 'train');
    const weights = readBackboneWeights({ read });
    const classCount = weights.get('head.3.bias')?.data.length ?? null;
    const plan = { backbone: backboneOf(options), patchSize: options.patch, classCount };
    return createPatchEmbedder(encodeEmbedder(plan, weights), options.patch, {
      threads: options.threads,
      device: config.run.device,
    });
  };
  const method = spaces.includes('descriptor') ? describingMethod(config) : null;
  return { threads, method, backbone: { options, layers, open } };
}

/** Images as they are before they are taken into spaces, and why the others could not be read. */
export interface ReadImages {
  /** Those that could be read, in the order of the rows. */
  readonly ids: readonly ImageId[];
  readonly images: NewImages;
  readonly failures: ReadonlyMap<ImageId, string>;
}

/** Reads new images. @param records those of status ok are read. */
export async function readNewImages(
  records: readonly ImageRecord[],
  { threads, method, backbone }: NewImageReading,
  signal: AbortSignal,
): Promise<ReadImages> {
  const described = method === null ? null : await describe(records, method, threads, signal);
  const failures = described?.failures ?? new Map<ImageId, string>();
  const readable = records.filter(({ status, id }) => status === 'ok' && !failures.has(id));
  const isRead = backbone !== null && readable.length > 0;
  const layers = isRead ? await embedAll(readable, backbone, signal) : new Map();
  const ids = readable.map(({ id }) => id);
  return { ids, images: { descriptors: described?.features ?? null, layers }, failures };
}

async function describe(
  records: readonly ImageRecord[],
  method: DescribingMethod,
  threads: number,
  signal: AbortSignal,
): Promise<{ features: FeatureSet; failures: ReadonlyMap<ImageId, string> }> {
  const describer = await method.open(threads);
  const failures = new Map<ImageId, string>();
  const pending: Promise<{ id: ImageId; whole: Float32Array }>[] = [];
  try {
    await readImages(records, { threads, signal }, ({ image, error }, { id }) => {
      if (image === null) failures.set(id, error.message);
      else pending.push(describer.describe(id, image).then(({ whole }) => ({ id, whole })));
    });
    const described = await Promise.all(pending);
    const { dims } = describer;
    const data = new Float32Array(described.length * dims);
    described.forEach(({ whole }, row) => void data.set(whole, row * dims));
    const space = { extractor: method.extractor, layer: '', round: 0, transform: '' };
    const ids = described.map(({ id }) => id);
    return { features: createFeatureSet(ids, dims, data, space), failures };
  } finally {
    await describer.close();
  }
}

async function embedAll(
  records: readonly ImageRecord[],
  { options, layers, open }: TrainedReading,
  signal: AbortSignal,
): Promise<Map<SpaceName, FeatureSet>> {
  const { patch, tiles } = options;
  const ids = records.map(({ id }) => id);
  const embedder = await open();
  const loader = createPatchLoader(records, { patchSize: patch, seed: 0 });
  try {
    const request = { records, layers, cropsOf: new Set<ImageId>(), side: patch, most: tiles };
    const features = await embedTiles(request, loader, embedder, { signal, onProgress: () => undefined });
    return new Map(
      layers.map((layer, i) => {
        const { dims, data } = features.layers[i] as (typeof features.layers)[number];
        const space = { extractor: 'backbone', layer, round: 0, transform: '' };
        return [layer, { ids, dims, data, space }];
      }),
    );
  } finally {
    await loader.close();
    await embedder.release();
  }
}
