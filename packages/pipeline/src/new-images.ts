import type { FeatureSet, ImageId } from '@ganscout/data-model';
import { createPatchLoader, type ImageRecord } from '@ganscout/images';
import {
  createPatchEmbedder,
  EMBEDDER_LAYERS,
  type EmbedderLayer,
  encodeEmbedder,
  type PatchEmbedder,
} from '@ganscout/networks';
import { digestOfLists } from '@ganscout/storage';
import { embedTiles } from './backbone/tile-features.js';
import { isTrained, type NetworkOptions } from './config/backbone-options.js';
import type { ResolvedConfig } from './config/resolve.js';
import type { SpaceName } from './config/schema.js';
import type { DescribeContext } from './describe-each.js';
import { type DescribingMethod, describingMethod } from './describing-method.js';
import { stageFiles } from './finished-stage.js';
import { writeInMemory } from './memory-runner.js';
import { once } from './once.js';
import { SOFTWARE_VERSION } from './software.js';
import { type StageOutput, StageStore, type StageWriter } from './stage-store.js';
import { type Descriptions, describeBy, type ImageDescriber, readDescriptions } from './stages/describe.js';
import { backboneOf, readBackboneWeights } from './stages/train-backbone.js';

/** How images that were not in the run are read. */
export interface NewImageSettings extends DescribeContext {
  /**
   * Where descriptions are kept, under `round-01/describe`, in parts, so that an interrupted reading goes on where it stopped;
   * null to keep nothing.
   */
  readonly directory: string | null;
  /** Images whose crops are described too. */
  readonly cropIds: ReadonlySet<ImageId>;
}

/** Images as they are before they are taken into spaces, and why the others could not be read. */
export interface ReadImages {
  /** Those that could be read, in the order of the rows. */
  readonly ids: readonly ImageId[];
  /** By the descriptor or a frozen backbone; null where a trained backbone does without. */
  readonly descriptions: Descriptions | null;
  /** Names what described them. */
  readonly extractor: DescribingMethod['extractor'];
  /** Layers of a trained backbone. */
  readonly layers: ReadonlyMap<SpaceName, FeatureSet>;
  readonly failures: ReadonlyMap<ImageId, string>;
}

/** Reads images as a run read its own; what it needs is opened when it is first needed. */
export interface NewImageReader {
  /** @param records those of status ok are read. @param spaces into which they are to be taken. */
  read(
    records: readonly ImageRecord[],
    spaces: readonly SpaceName[],
    settings: NewImageSettings,
  ): Promise<ReadImages>;
  close(): Promise<void>;
}

/** Opens what reads new images for a finished run. @param round its last. */
export function openNewImageReader(directory: string, config: ResolvedConfig, round: number): NewImageReader {
  const backbone = config.rounds[round - 1]?.extractor.backbone ?? null;
  const trained = isTrained(backbone) ? backbone : null;
  const method = once(() => describingMethod(config));
  let describer: Promise<ImageDescriber> | null = null;
  let embedder: Promise<PatchEmbedder> | null = null;
  return {
    async read(records, spaces, settings) {
      const usable = records.filter(({ status }) => status === 'ok');
      const isDescribed = trained === null || spaces.includes('descriptor');
      const open = (threads: number) => (describer ??= method().open(threads));
      const descriptions = isDescribed ? await describe(usable, method(), open, settings) : null;
      const failures = descriptions?.failures ?? new Map<ImageId, string>();
      const readable = usable.filter(({ id }) => !failures.has(id));
      const ids = readable.map(({ id }) => id);
      const extractor = isDescribed ? method().extractor : 'backbone';
      if (trained === null || readable.length === 0) {
        return { ids, descriptions, extractor, layers: new Map(), failures };
      }
      embedder ??= openEmbedder(directory, config, trained, round);
      const layers = await embedAll(readable, layersOf(spaces), trained, await embedder, settings.signal);
      return { ids, descriptions, extractor, layers, failures };
    },
    async close() {
      const opened = [describer, embedder] as const;
      describer = null;
      embedder = null;
      await (await opened[0])?.close();
      await (await opened[1])?.release();
    },
  };
}

/** Opens the descriptions that were kept in a directory. @throws {InputError} if they are not there. */
export function openDescriptions(directory: string, config: ResolvedConfig): Descriptions {
  return readDescriptions(stageFiles(directory, 1, 'describe'), describingMethod(config).cropsPerImage);
}

/** The layers of a trained backbone that are needed for some spaces. */
function layersOf(spaces: readonly SpaceName[]): EmbedderLayer[] {
  return EMBEDDER_LAYERS.filter(
    (name) => spaces.includes(name) || (name === 'backbone' && spaces.includes('whitened')),
  );
}

async function describe(
  records: readonly ImageRecord[],
  method: DescribingMethod,
  open: (threads: number) => Promise<ImageDescriber>,
  { directory, cropIds, ...context }: NewImageSettings,
): Promise<Descriptions> {
  const ids = records.map(({ id }) => id);
  const cropped = new Set(ids.filter((id) => cropIds.has(id)));
  const key = {
    round: 1,
    stage: 'describe',
    options: { ...method.options, crops: digestOfLists([[...cropped]]) },
    inputs: { images: digestOfLists([ids]), ...method.inputs },
  } as const;
  const compute = async (writer: StageWriter) => {
    const describer = await open(context.threads);
    await describeBy(describer, records, { cropped, copied: new Set() }, writer, context);
  };
  let output: StageOutput;
  if (directory === null) output = await writeInMemory(key, compute);
  else {
    const store = new StageStore(directory, SOFTWARE_VERSION);
    output = store.state(key).kept ? store.open(key) : await store.write(key, compute);
  }
  return readDescriptions(output, method.cropsPerImage);
}

async function openEmbedder(
  directory: string,
  config: ResolvedConfig,
  options: NetworkOptions,
  round: number,
): Promise<PatchEmbedder> {
  const weights = readBackboneWeights(stageFiles(directory, round, 'train'));
  const classCount = weights.get('head.3.bias')?.data.length ?? null;
  const plan = { backbone: backboneOf(options), patchSize: options.patch, classCount };
  return createPatchEmbedder(encodeEmbedder(plan, weights), options.patch, {
    threads: options.threads,
    device: config.run.device,
  });
}

async function embedAll(
  records: readonly ImageRecord[],
  layers: readonly EmbedderLayer[],
  { patch, tiles }: NetworkOptions,
  embedder: PatchEmbedder,
  signal: AbortSignal,
): Promise<Map<SpaceName, FeatureSet>> {
  const ids = records.map(({ id }) => id);
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
  }
}
