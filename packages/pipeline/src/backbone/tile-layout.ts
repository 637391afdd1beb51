import { layCenteredPatches, type Patch } from '@ganscout/images';

/** Crops of an image: its quarters. */
export const CROPS_PER_IMAGE = 4;

/** Sides of an image or a tile in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A side must be this many tiles long for crops: else they would show nearly the same. */
const LEAST_TILES = 1.5;

/**
 * The four crops of an image, from whose differences content is learned: its quarters, row by row.
 *
 * A crop is at least as large as a tile, so that crops of an image of fewer than two tiles a side overlap.
 *
 * @returns none if a side of the image is shorter than one and a half tiles.
 */
export function layQuarters({ width, height }: Size, tile: Size): Patch[] {
  if (width < LEAST_TILES * tile.width || height < LEAST_TILES * tile.height) return [];
  const size = {
    width: Math.max(tile.width, Math.floor(width / 2)),
    height: Math.max(tile.height, Math.floor(height / 2)),
  };
  const [right, bottom] = [width - size.width, height - size.height];
  return [
    { x: 0, y: 0, ...size },
    { x: right, y: 0, ...size },
    { x: 0, y: bottom, ...size },
    { x: right, y: bottom, ...size },
  ];
}

/** A tile with the crop it is in. */
export interface CropTile extends Patch {
  /** Index of the crop, or 0 where the image has none. */
  readonly crop: number;
}

/** Where the tiles of an image are. */
export interface TileLayout {
  readonly tiles: readonly CropTile[];
  /** 4, or 0 for an image that is too small for crops. */
  readonly crops: number;
}

/**
 * Lays square tiles on an image: in the middle of each of its crops, or of the image where it has none.
 *
 * @param most tiles of an image, evenly shared by its crops; each crop has one at least.
 */
export function layTiles(image: Size, side: number, most: number): TileLayout {
  const quarters = layQuarters(image, { width: side, height: side });
  const regions = quarters.length > 0 ? quarters : [{ x: 0, y: 0, ...image }];
  const share = Math.max(1, Math.floor(most / regions.length));
  const tiles = regions.flatMap(({ x, y, width, height }, crop) =>
    layCenteredPatches(width, height, side, share).map((tile) => ({
      ...tile,
      x: x + tile.x,
      y: y + tile.y,
      crop,
    })),
  );
  return { tiles, crops: quarters.length };
}
