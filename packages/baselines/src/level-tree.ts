import { createComponents } from './components.js';
import type { SpanningTree } from './spanning-tree.js';

/**
 * What the rows are joined to as the distance grows. Nodes 0 … N - 1 are the rows; each later node is the union of two or
 * more earlier ones at one distance, and the last is the whole set.
 */
export interface LevelTree {
  readonly rows: number;
  /** Distance of each node; 0 for a row. */
  readonly heights: readonly number[];
  readonly sizes: readonly number[];
  readonly children: readonly (readonly number[])[];
}

/** Joins the rows by the tree's edges in ascending order, those of equal weight at once. Cost: O(N log N). */
export function joinByLevel({ from, to, weights }: SpanningTree): LevelTree {
  const rows = weights.length + 1;
  const order = Int32Array.from(weights.keys()).sort((a, b) => weights[a] - weights[b] || a - b);
  const heights = new Array<number>(rows).fill(0);
  const sizes = new Array<number>(rows).fill(1);
  const children: (readonly number[])[] = Array.from({ length: rows }, () => []);
  const components = createComponents(rows);
  const nodes = Int32Array.from({ length: rows }, (_, row) => row);
  for (let start = 0, end = 0; start < order.length; start = end) {
    const height = weights[order[start]];
    // The nodes that each new set is made of.
    const parts = new Map<number, number[]>();
    for (; end < order.length && weights[order[end]] === height; end++) {
      const a = components.find(from[order[end]]);
      const b = components.find(to[order[end]]);
      components.join(a, b);
      parts.set(Math.min(a, b), joinParts(parts.get(a) ?? [nodes[a]], parts.get(b) ?? [nodes[b]]));
      parts.delete(Math.max(a, b));
    }
    for (const [root, joined] of parts) {
      nodes[root] = heights.length;
      heights.push(height);
      sizes.push(joined.reduce((sum, node) => sum + sizes[node], 0));
      children.push(joined);
    }
  }
  return { rows, heights, sizes, children };
}

/** Appends the shorter list to the longer, which is overwritten. */
function joinParts(a: number[], b: number[]): number[] {
  const [longer, shorter] = a.length < b.length ? [b, a] : [a, b];
  for (const node of shorter) longer.push(node);
  return longer;
}

/** The rows of a node, in no order. */
export function rowsUnder({ rows, children }: LevelTree, node: number): number[] {
  const found: number[] = [];
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next < rows) found.push(next);
    else for (const child of children[next]) open.push(child);
  }
  return found;
}
