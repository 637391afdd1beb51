import type { ImageId } from '@ganscout/data-model';
import type { ImageRecord, PatchLoader, PatchPlace } from '@ganscout/images';
import type { EmbedderLayer, LayerRows, PatchEmbedder } from '@ganscout/networks';
import { CROPS_PER_IMAGE, layTiles } from './tile-layout.js';

/** What is read of a network, and of which images. */
export interface TileRequest {
  /** N, those of the loader; no side shorter than a tile. */
  readonly records: readonly ImageRecord[];
  readonly layers: readonly EmbedderLayer[];
  /** Images whose crops are kept, of the layer `backbone`, which is among the layers then. */
  readonly cropsOf: ReadonlySet<ImageId>;
  readonly side: number;
  /** Tiles of an image at the most. */
  readonly most: number;
}

/** Rows of images in the layers of a network. */
export interface TileFeatures {
  /** N × D for each of the layers, in their order: means over the tiles. */
  readonly layers: readonly LayerRows[];
  /** M · 4 rows of the layer `backbone`, of the images that are large enough for crops; empty if there are none. */
  readonly crops: Float32Array;
}

/** Tiles that go through the network at once, unless one image has more. */
const TILES_AT_ONCE = 128;

/** Puts tiles of all images through a network, and takes the means over each image and over its crops. */
export async function embedTiles(
  request: TileRequest,
  loader: Pick<PatchLoader, 'loadAt'>,
  embedder: PatchEmbedder,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<TileFeatures> {
  const { records, layers, cropsOf } = request;
  const means = layers.map(() => new RowMeans());
  const crops = new RowMeans();
  const cropRows = new Map<number, number>();
  for await (const { tiles, patches } of loadTiles(request, loader)) {
    signal.throwIfAborted();
    const results = await embedder.embed(patches, layers);
    for (const [i, result] of results.entries()) {
      for (const [row, tile] of tiles.entries()) means[i]?.add(tile.image, result, row, tile.imageShare);
      if (layers[i] !== 'backbone') continue;
      for (const [row, { image, crop, cropShare }] of tiles.entries()) {
        if (crop === null || !cropsOf.has((records[image] as ImageRecord).id)) continue;
        const place = cropRows.get(image) ?? cropRows.size;
        cropRows.set(image, place);
        crops.add(place * CROPS_PER_IMAGE + crop, result, row, cropShare);
      }
    }
    onProgress((tiles.at(-1) as PlacedTile).image + 1);
  }
  return {
    layers: means.map((rows) => rows.take(records.length)),
    crops: crops.take(cropRows.size * CROPS_PER_IMAGE).data,
  };
}

/** A tile with its part in the means. */
interface PlacedTile extends PatchPlace {
  /** Null where the image has no crops. */
  readonly crop: number | null;
  /** One over the tiles of the image. */
  readonly imageShare: number;
  /** One over the tiles of the crop. */
  readonly cropShare: number;
}

/** Loads the tiles batch by batch, the next one while the present one is worked on. */
async function* loadTiles(request: TileRequest, loader: Pick<PatchLoader, 'loadAt'>) {
  const load = async (tiles: readonly PlacedTile[]) => ({
    tiles,
    patches: await loader.loadAt(tiles.map(({ image, x, y }) => ({ image, x, y }))),
  });
  let present: ReturnType<typeof load> | null = null;
  for (const tiles of tileBatches(request)) {
    const next = load(tiles);
    // What is not awaited in the end, since something else failed, is no unhandled failure.
    next.catch(() => undefined);
    if (present !== null) yield await present;
    present = next;
  }
  if (present !== null) yield await present;
}

function* tileBatches({ records, side, most }: TileRequest): Iterable<readonly PlacedTile[]> {
  let batch: PlacedTile[] = [];
  for (const [image, record] of records.entries()) {
    batch.push(...placeTiles(image, record, side, most));
    if (batch.length < TILES_AT_ONCE && image < records.length - 1) continue;
    yield batch;
    batch = [];
  }
}

function placeTiles(
  image: number,
  { width, height, patch }: ImageRecord,
  side: number,
  most: number,
): PlacedTile[] {
  const { tiles, crops } = layTiles(patch ?? { width, height }, side, most);
  const counts = new Array<number>(CROPS_PER_IMAGE).fill(0);
  for (const { crop } of tiles) counts[crop]! += 1;
  return tiles.map(({ x, y, crop }) => ({
    image,
    x,
    y,
    crop: crops === 0 ? null : crop,
    imageShare: 1 / tiles.length,
    cropShare: 1 / (counts[crop] as number),
  }));
}

/** Adds up rows of which it does not know the number and the length beforehand. */
class RowMeans {
  #sums: Float64Array[] = [];
  #dims = 0;

  add(place: number, { data, dims }: LayerRows, row: number, share: number): void {
    this.#dims = dims;
    this.#sums[place] ??= new Float64Array(dims);
    const sum = this.#sums[place] as Float64Array;
    for (let i = 0; i < dims; i++) sum[i]! += share * (data[row * dims + i] as number);
  }

  take(rows: number): LayerRows {
    const data = new Float32Array(rows * this.#dims);
    for (const [row, sum] of this.#sums.entries()) data.set(sum, row * this.#dims);
    return { dims: this.#dims, data };
  }
}
