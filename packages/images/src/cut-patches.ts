import type { Patch, RgbImage } from './image-record.js';

/**
 * Lays square patches on a grid from the top left corner, without overlap; what is left at the right and the bottom
 * belongs to none.
 *
 * If there are more than `maximum`, they are taken evenly from evenly spread grid rows.
 *
 * @param patchSize side in pixels.
 * @param maximum most patches, or null for all.
 * @returns row by row; empty if a side of the image is shorter than a patch.
 */
export function layPatches(
  width: number,
  height: number,
  patchSize: number,
  maximum: number | null,
): Patch[] {
  const columns = Math.floor(width / patchSize);
  const rows = Math.floor(height / patchSize);
  const wanted = Math.min(columns * rows, maximum ?? columns * rows);
  if (wanted === 0) return [];
  const squarest = Math.round(Math.sqrt((wanted * rows) / columns));
  const usedRows = Math.min(rows, wanted, Math.max(squarest, Math.ceil(wanted / columns)));
  const patches: Patch[] = [];
  for (const [i, row] of spread(usedRows, rows).entries()) {
    const inRow = Math.floor(((i + 1) * wanted) / usedRows) - Math.floor((i * wanted) / usedRows);
    for (const column of spread(inRow, columns)) {
      patches.push({ x: column * patchSize, y: row * patchSize, width: patchSize, height: patchSize });
    }
  }
  return patches;
}

/**
 * Lays the patches that an image is judged by: a grid without overlap in the middle of the image, as many as fit, and
 * of these at most `maximum`, evenly spread.
 *
 * @returns as `layPatches`.
 */
export function layCenteredPatches(
  width: number,
  height: number,
  patchSize: number,
  maximum: number | null,
): Patch[] {
  const left = Math.floor((width % patchSize) / 2);
  const top = Math.floor((height % patchSize) / 2);
  return layPatches(width, height, patchSize, maximum).map((patch) => ({
    ...patch,
    x: patch.x + left,
    y: patch.y + top,
  }));
}

/** Copies a part of an image. @throws {RangeError} if the part is not inside. */
export function cutPatch(image: RgbImage, patch: Patch): RgbImage {
  const { x, y, width, height } = patch;
  if (x < 0 || y < 0 || x + width > image.width || y + height > image.height) {
    throw new RangeError(
      `cutPatch: the patch must be inside ${image.width} × ${image.height}, got ${width} × ${height} at ${x}, ${y}`,
    );
  }
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}

/** `count` different places of [0, places), evenly spread. */
function spread(count: number, places: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * places) / count));
}
