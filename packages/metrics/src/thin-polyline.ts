/** Distances below this are rounding. */
const ROUNDING = 1e-15;

/** A piece of the line between two kept points. */
interface Piece {
  readonly from: number;
  readonly to: number;
  /** Point between them that is farthest from the chord, and its distance; -1 and 0 if none is off it. */
  readonly farthest: number;
  readonly distance: number;
}

/**
 * Leaves points of a line out: keeps the ends, then again and again the point that is farthest from what is drawn, until
 * none is farther than `tolerance` or `points` are kept.
 *
 * Neither x nor y may fall along the line, so that the distance from a chord is that from the piece between its ends.
 * Arguments are not checked.
 *
 * @param x P values, P ≥ 2. @param y P values. @param points 2 or more.
 * @returns positions of the kept points, ascending, and the largest distance of one left out.
 *
 * Cost: O(P · kept) at the worst. Source: D. Douglas, T. Peucker, "Algorithms for the reduction of the number of points
 * required to represent a digitized line or its caricature", Cartographica 10(2), 1973. Departs from the source: takes
 * the farthest point of all pieces first, so that a limit on the number of points keeps those that matter most.
 */
export function thinPolyline(
  x: Float64Array,
  y: Float64Array,
  points: number,
  tolerance: number,
): { readonly kept: Int32Array; readonly deviation: number } {
  const pieces = [pieceOf(x, y, 0, x.length - 1)];
  for (;;) {
    let widest = 0;
    for (let i = 1; i < pieces.length; i++) if (pieces[i].distance > pieces[widest].distance) widest = i;
    const { from, to, farthest, distance } = pieces[widest];
    if (distance <= Math.max(tolerance, ROUNDING) || pieces.length + 1 >= points) {
      const kept = Int32Array.of(...pieces.map((piece) => piece.from), x.length - 1).sort();
      return { kept, deviation: distance <= ROUNDING ? 0 : distance };
    }
    pieces[widest] = pieceOf(x, y, from, farthest);
    pieces.push(pieceOf(x, y, farthest, to));
  }
}

function pieceOf(x: Float64Array, y: Float64Array, from: number, to: number): Piece {
  const width = x[to] - x[from];
  const height = y[to] - y[from];
  const length = Math.hypot(width, height);
  let farthest = -1;
  let distance = 0;
  for (let i = from + 1; i < to && length > 0; i++) {
    const off = Math.abs(width * (y[i] - y[from]) - height * (x[i] - x[from])) / length;
    if (off > distance) {
      farthest = i;
      distance = off;
    }
  }
  return { from, to, farthest, distance };
}
