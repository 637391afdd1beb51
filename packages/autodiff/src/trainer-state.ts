/** All that a training needs to go on as if it had not stopped. */
export interface TrainerState {
  /** Steps taken. */
  readonly steps: number;
  /**
   * By name: `parameter/NAME`, `buffer/NAME`, and what the optimizer has summed, such as `sgd/gradientSum/NAME` or
   * `adam/squareSum/NAME`.
   */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** Names that an error lists of each kind of fault. */
const MOST_NAMES = 10;

/** Copies arrays that will change. */
export function copyArrays(live: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(live).map(([name, values]) => [name, values.slice()]));
}

/**
 * Sets arrays to those of a state.
 *
 * @param live by the names of {@link TrainerState}; overwritten, unless something is thrown.
 * @throws {TypeError} if the state has not the same names and lengths. @throws {RangeError} if its steps are no count.
 */
export function restoreArrays(live: Readonly<Record<string, Float32Array>>, state: TrainerState): void {
  const { steps, arrays } = state;
  if (!Number.isInteger(steps) || steps < 0)
    throw new RangeError(`createTrainer: steps of a state must be an integer of 0 or more, got ${steps}`);
  const missing = Object.keys(live).filter((name) => !(name in arrays));
  const unknown = Object.keys(arrays).filter((name) => !(name in live));
  const others = Object.entries(arrays).filter(
    ([name, { length }]) => name in live && live[name]!.length !== length,
  );
  const faults = [
    describeFault('lacks', missing),
    describeFault('has, and the training has not,', unknown),
    describeFault(
      'has of another length',
      others.map(([name, { length }]) => `${name} (${length} values for ${live[name]!.length})`),
    ),
  ].filter((fault) => fault !== null);
  if (faults.length > 0)
    throw new TypeError(
      `createTrainer: a state must fit the parameters, buffers and optimizer; it ${faults.join('; it ')}`,
    );
  for (const [name, values] of Object.entries(live)) values.set(arrays[name]!);
}

function describeFault(what: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const rest = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${what} ${names.slice(0, MOST_NAMES).join(', ')}${rest}`;
}
