import type { ResolvedConfig } from '@ganscout/pipeline';

/** An option with another value on each side. */
export interface OptionDifference {
  /** As in `pipeline.yaml`; of one round with its number, as `rounds.2.kmeans.clusterCount`. */
  readonly path: string;
  /** As JSON; `-` where there is no such option, as in a round that was not allowed. */
  readonly left: string;
  readonly right: string;
}

/** Says only where the results go, which always differs. */
const OUTPUT = 'run.output';
const ABSENT = '-';

/**
 * The options in which two configurations differ, in the order of the configuration.
 *
 * An option that has one value in all rounds of each side is told once.
 */
export function differingOptions(left: ResolvedConfig, right: ResolvedConfig): OptionDifference[] {
  const plain = ({ run, data, preset }: ResolvedConfig) => leavesOf({ run, data, preset });
  const rounds = (config: ResolvedConfig) => config.rounds.map((options) => leavesOf(options));
  return [
    ...differences(plain(left), plain(right)).filter(({ path }) => path !== OUTPUT),
    ...differingRounds(rounds(left), rounds(right)),
  ];
}

type Leaves = ReadonlyMap<string, string>;

/** Values by path, as JSON; lists are values. */
function leavesOf(tree: object, prefix = ''): Leaves {
  const leaves = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, leaf] of leavesOf(value, path)) leaves.set(inner, leaf);
    } else if (value !== undefined) {
      leaves.set(path, JSON.stringify(value));
    }
  }
  return leaves;
}

function differences(left: Leaves, right: Leaves): OptionDifference[] {
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path) => {
    const [a, b] = [left.get(path) ?? ABSENT, right.get(path) ?? ABSENT];
    return a === b ? [] : [{ path, left: a, right: b }];
  });
}

function differingRounds(left: readonly Leaves[], right: readonly Leaves[]): OptionDifference[] {
  const paths = new Set([...left, ...right].flatMap((leaves) => [...leaves.keys()]));
  const rounds = Math.min(left.length, right.length);
  return [...paths].flatMap((path) => {
    const values = (sides: readonly Leaves[]) => sides.map((leaves) => leaves.get(path) ?? ABSENT);
    const [a, b] = [values(left), values(right)];
    if (new Set(a).size <= 1 && new Set(b).size <= 1) {
      return a[0] === b[0] ? [] : [{ path, left: a[0] ?? ABSENT, right: b[0] ?? ABSENT }];
    }
    // Rounds that only one side has are told by run.rounds.
    return Array.from({ length: rounds }, (_, i) => i).flatMap((i) =>
      a[i] === b[i] ? [] : [{ path: `rounds.${i + 1}.${path}`, left: a[i] as string, right: b[i] as string }],
    );
  });
}
