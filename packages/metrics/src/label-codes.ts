/** Labels renumbered without gaps. */
export interface LabelCodes {
  /** N, each in [0, count of distinct labels). */
  readonly codes: Int32Array;
  /** Label of each code, ascending. */
  readonly distinct: Int32Array;
}

/**
 * Renumbers labels without gaps, in ascending order of the labels. Any integer is a label, -1 too.
 *
 * Cost: O(N) for a range of labels up to 4 N + 65536; with a wider one, O(N + u log u) for u distinct labels.
 */
export function encodeLabels(labels: Int32Array): LabelCodes {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < low) low = labels[i];
    if (labels[i] > high) high = labels[i];
  }
  const span = high - low + 1;
  if (labels.length > 0 && span > 4 * labels.length + 65536) return encodeSparse(labels);
  const codeOf = new Int32Array(Math.max(0, span));
  for (let i = 0; i < labels.length; i++) codeOf[labels[i] - low] = 1;
  let count = 0;
  for (let offset = 0; offset < codeOf.length; offset++) if (codeOf[offset] === 1) codeOf[offset] = ++count;
  const distinct = new Int32Array(count);
  for (let offset = 0; offset < codeOf.length; offset++) {
    if (codeOf[offset] > 0) distinct[codeOf[offset] - 1] = low + offset;
  }
  const codes = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) codes[i] = codeOf[labels[i] - low] - 1;
  return { codes, distinct };
}

function encodeSparse(labels: Int32Array): LabelCodes {
  const distinct = Int32Array.from(new Set(labels)).sort();
  const codeOf = new Map(Array.from(distinct, (label, code) => [label, code]));
  return { codes: labels.map((label) => codeOf.get(label) as number), distinct };
}

/** Rows grouped by code: those of code c are `order[starts[c]]` to `order[starts[c + 1] - 1]`. */
export interface CodeOrder {
  readonly order: Int32Array;
  /** One more than there are codes. */
  readonly starts: Int32Array;
}

/**
 * Sorts rows by code, keeping the given order inside each code (counting sort).
 *
 * @param previous the order to refine, a permutation of the rows; row order if left out.
 *
 * Cost: O(N + count).
 */
export function orderByCode(codes: Int32Array, count: number, previous?: Int32Array): CodeOrder {
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < codes.length; i++) starts[codes[i] + 1]++;
  for (let c = 0; c < count; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const order = new Int32Array(codes.length);
  for (let position = 0; position < codes.length; position++) {
    const row = previous === undefined ? position : previous[position];
    order[next[codes[row]]++] = row;
  }
  return { order, starts };
}
