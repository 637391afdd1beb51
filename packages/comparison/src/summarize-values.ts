/** Mean and spread of some values. */
export interface ValueSummary {
  readonly mean: number;
  /** Standard deviation, n - 1 below; null of one value. */
  readonly deviation: number | null;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** Mean and spread of the values that are not null; null if there are none. */
export function summarizeValues(values: readonly (number | null)[]): ValueSummary | null {
  const present = values.filter((value): value is number => value !== null);
  if (present.length === 0) return null;
  const mean = meanOf(present);
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: present.length < 2 ? null : Math.sqrt(squares / (present.length - 1)),
    least: Math.min(...present),
    most: Math.max(...present),
    count: present.length,
  };
}

/** Arithmetic mean; NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
