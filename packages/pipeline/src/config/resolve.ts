import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { core } from 'zod';
import { ConfigError, type ConfigProblem, nearestWord } from './config-error.js';
import { type LoadedConfig, parseSettings } from './load.js';
import { presetTree } from './presets.js';
import {
  configSchema,
  type DataOptions,
  type PresetName,
  type RunOptions,
  type StageOptions,
  stagesSchema,
} from './schema.js';
import { isTree, mergeTrees, type Tree, valueAt } from './tree.js';

/** A configuration with nothing left open: what the rest of the program sees. */
export interface ResolvedConfig {
  readonly run: RunOptions & { readonly output: string };
  readonly data: DataOptions;
  readonly preset: PresetName;
  /** Folder that each relative path under `data` is relative to; the paths themselves stay as given. */
  readonly directoryOf: Readonly<Record<DataPath, string>>;
  /** Options of each round, `run.rounds` of them. */
  readonly rounds: readonly StageOptions[];
}

const DATA_PATHS = ['known', 'classes', 'discovery', 'knownFeatures', 'discoveryFeatures', 'truth'] as const;
export type DataPath = (typeof DATA_PATHS)[number];

/**
 * Resolves preset ⊕ file ⊕ settings into one configuration per round.
 *
 * Relative paths in the file are relative to its folder, those of settings to `workingDirectory`. Options under
 * `rounds: N` hold from round N on.
 *
 * @param settings `path=value` arguments; the last one wins.
 * @param name names the run directory, `runs/NAME`, where `run.output` is not set.
 * @throws {ConfigError} with every problem found.
 */
export function resolveConfig(
  loaded: LoadedConfig,
  {
    settings = [],
    name,
    workingDirectory,
  }: { settings?: readonly string[]; name?: string; workingDirectory: string },
): ResolvedConfig {
  const fromSettings = parseSettings(settings);
  check(loaded.tree, loaded);
  const home = resolve(workingDirectory, dirname(loaded.file));
  const tree = mergeTrees(
    withAbsoluteOutput(loaded.tree, home),
    withAbsoluteOutput(fromSettings, workingDirectory),
  );
  const { run, data, preset } = check(tree, { ...loaded, file: '--set', locate: () => null });
  const base = mergeTrees(presetTree(preset), stagePart(tree));
  const overrides = mergeTrees(roundsPart(presetTree(preset)), roundsPart(tree));
  const rounds: StageOptions[] = [];
  let current = withoutRounds(base);
  for (let round = 1; round <= run.rounds; round++) {
    const override = overrides[String(round)];
    if (isTree(override)) current = mergeTrees(current, override);
    rounds.push(stagesSchema.parse(current));
  }
  const output = run.output ?? resolve(home, 'runs', name ?? 'default');
  checkInputs(data, loaded);
  const isSet = (key: DataPath) => valueAt(fromSettings, ['data', key]) !== undefined;
  const directories = DATA_PATHS.map((key) => [key, isSet(key) ? workingDirectory : home]);
  const directoryOf = Object.fromEntries(directories) as Record<DataPath, string>;
  return { run: { ...run, output }, data, preset, directoryOf, rounds };
}

function check(tree: Tree, { file, locate }: Pick<LoadedConfig, 'file' | 'locate'>) {
  const result = configSchema.safeParse(tree);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => problemsOf(issue, tree, file, locate)));
}

function problemsOf(
  issue: core.$ZodIssue,
  tree: Tree,
  file: string,
  locate: LoadedConfig['locate'],
): ConfigProblem[] {
  const describe = (path: readonly PropertyKey[], message: string, key?: string): ConfigProblem => ({
    path: [...path, ...(key === undefined ? [] : [key])].map(String).join('.'),
    message,
    file,
    ...locate(path, key),
  });
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const nearest = nearestWord(key, known);
      const hint = nearest === null ? `the keys here are ${known.join(', ')}` : `did you mean "${nearest}"?`;
      return describe(issue.path, `unknown key "${key}"; ${hint}`, key);
    });
  }
  const found = JSON.stringify(valueAt(tree, issue.path)) ?? 'nothing';
  return [describe(issue.path, `${issue.message.replace(/, received .*$/, '')}, found ${found}`)];
}

/** The keys that the schema knows at a path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const inRound = path[0] === 'rounds' && path.length > 1;
  const defaults: unknown = inRound ? stagesSchema.parse({}) : configSchema.parse({});
  const place = valueAt(defaults, inRound ? path.slice(2) : path);
  return isTree(place) ? Object.keys(place) : [];
}

function withAbsoluteOutput(tree: Tree, home: string): Tree {
  const output = valueAt(tree, ['run', 'output']);
  if (typeof output !== 'string' || output === '') return tree;
  return mergeTrees(tree, { run: { output: resolve(home, output) } });
}

const STAGE_BLOCKS = Object.keys(stagesSchema.shape);

function stagePart(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => STAGE_BLOCKS.includes(key)));
}

function roundsPart(tree: Tree): Tree {
  return isTree(tree.rounds) ? tree.rounds : {};
}

function withoutRounds(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => key !== 'rounds'));
}

function checkInputs(data: DataOptions, { file, locate }: LoadedConfig): void {
  const problems: ConfigProblem[] = [];
  const demand = (key: keyof DataOptions, message: string) =>
    problems.push({ path: `data.${key}`, message, file, ...locate(['data', key]) });
  const pairs = [
    ['known', 'knownFeatures', 'labelled images'],
    ['discovery', 'discoveryFeatures', 'unlabelled images'],
  ] as const;
  for (const [images, features, what] of pairs) {
    if (data[images] === null && data[features] === null) {
      demand(
        images,
        `expected where the ${what} are (or data.${features}), found nothing; set data.${images}`,
      );
    }
    if (data[images] !== null && data[features] !== null) {
      demand(features, `expected either data.${images} or data.${features}, found both; remove one`);
    }
  }
  if ((data.knownFeatures === null) !== (data.discoveryFeatures === null) && problems.length === 0) {
    demand('knownFeatures', 'expected images for both sets or features for both, found one of each');
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/**
 * The configuration as YAML, with absolute paths: `ganscout run` on it does the same from anywhere.
 *
 * Round 1 stands in the stage blocks, what changes later under `rounds`.
 */
export function formatConfig(config: ResolvedConfig): string {
  const { output: _, ...run } = config.run;
  const data = Object.fromEntries(
    Object.entries(config.data).map(([key, value]) => {
      const directory = (config.directoryOf as Record<string, string>)[key];
      return [key, directory === undefined || value === null ? value : resolve(directory, String(value))];
    }),
  );
  const later = config.rounds.flatMap((options, i) => {
    const before = config.rounds[i - 1];
    if (before === undefined || JSON.stringify(before) === JSON.stringify(options)) return [];
    return [[String(i + 1), options]];
  });
  const rounds = later.length === 0 ? {} : { rounds: Object.fromEntries(later) };
  return stringify({ run, data, preset: config.preset, ...config.rounds[0], ...rounds });
}
