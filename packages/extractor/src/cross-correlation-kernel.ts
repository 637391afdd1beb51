/** Sums that `runningCrossProducts` keeps: red-green, red-blue, green-blue, green-red, blue-red, blue-green. */
export const CROSS_PRODUCTS = 6;

/**
 * Sums the products of each color's pixels of a run of columns and the other colors' partners at one lag, row after row.
 *
 * A kernel: arguments are not checked. Maps that hold integers give exact sums, as long as they stay below 2^53.
 *
 * @param maps red, green, blue; row-major, `width` columns; `from + offset` to `to + offset` must lie in them for every row;
 * not modified.
 * @param run columns [from, to).
 * @param rows number of rows, from the first.
 * @param offset distance of the partner in elements.
 * @param sums (rows + 1) × 6, overwritten: row y holds the sums over the maps' rows before y, first the color of the pixel
 * and then that of its partner: red-green, red-blue, green-blue, green-red, blue-red, blue-green.
 *
 * Cost: 6 · rows · (to - from) multiplications, from as many loads.
 */
export function runningCrossProducts(
  maps: readonly Float64Array[],
  width: number,
  run: { readonly from: number; readonly to: number },
  rows: number,
  offset: number,
  sums: Float64Array,
): void {
  const [red, green, blue] = maps;
  let redGreen = 0;
  let redBlue = 0;
  let greenBlue = 0;
  let greenRed = 0;
  let blueRed = 0;
  let blueGreen = 0;
  sums.fill(0, 0, CROSS_PRODUCTS);
  for (let y = 0; y < rows; y++) {
    const end = y * width + run.to;
    for (let p = y * width + run.from; p < end; p++) {
      const r = red[p];
      const g = green[p];
      const b = blue[p];
      const partnerRed = red[p + offset];
      const partnerGreen = green[p + offset];
      const partnerBlue = blue[p + offset];
      redGreen += r * partnerGreen;
      redBlue += r * partnerBlue;
      greenBlue += g * partnerBlue;
      greenRed += g * partnerRed;
      blueRed += b * partnerRed;
      blueGreen += b * partnerGreen;
    }
    const q = (y + 1) * CROSS_PRODUCTS;
    sums[q] = redGreen;
    sums[q + 1] = redBlue;
    sums[q + 2] = greenBlue;
    sums[q + 3] = greenRed;
    sums[q + 4] = blueRed;
    sums[q + 5] = blueGreen;
  }
}
