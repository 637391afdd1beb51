import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { isTrained } from './backbone-options.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { describeIssue } from './config-problems.js';
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
import { isTree, mergeTrees, type Tree, treeAt, valueAt } from './tree.js';

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
    withAbsolutePaths(loaded.tree, home),
    withAbsolutePaths(fromSettings, workingDirectory),
  );
  const { run, data, preset } = check(tree, { ...loaded, file: '--set', locate: () => null });
  const presetOptions = presetTree(preset, valueAt(tree, ['extractor', 'backbone']));
  const base = mergeTrees(presetOptions, stagePart(tree));
  const overrides = mergeTrees(roundsPart(presetOptions), roundsPart(tree));
  const rounds: StageOptions[] = [];
  let current = withoutRounds(base);
  for (let round = 1; round <= run.rounds; round++) {
    const override = overrides[String(round)];
    if (isTree(override)) current = mergeTrees(current, override);
    rounds.push(stagesSchema.parse(current));
  }
  const output = run.output ?? resolve(home, 'runs', name ?? 'default');
  checkInputs(data, loaded);
  checkBackbone(data, rounds, loaded);
  const isSet = (key: DataPath) => valueAt(fromSettings, ['data', key]) !== undefined;
  const directories = DATA_PATHS.map((key) => [key, isSet(key) ? workingDirectory : home]);
  const directoryOf = Object.fromEntries(directories) as Record<DataPath, string>;
  return { run: { ...run, output }, data, preset, directoryOf, rounds };
}

function check(tree: Tree, { file, locate }: Pick<LoadedConfig, 'file' | 'locate'>) {
  const result = configSchema.safeParse(tree);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => describeIssue(issue, tree, { file, locate })));
}

/** Paths that stand in the tree itself, and are no part of `data`. */
const OTHER_PATHS = [
  ['run', 'output'],
  ['extractor', 'backbone', 'weights'],
  ['extractor', 'backbone', 'model'],
] as const;

function withAbsolutePaths(tree: Tree, home: string): Tree {
  return OTHER_PATHS.reduce((absolute, keys) => {
    const path = valueAt(tree, keys);
    if (typeof path !== 'string' || path === '') return absolute;
    return mergeTrees(absolute, treeAt(keys, resolve(home, path)));
  }, tree);
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

/** What a training may have other values of from a later round on. */
const PER_ROUND = ['epochs', 'batchSize', 'learningRate', 'schedule', 'sampling', 'augmentation'] as const;

function checkBackbone(
  data: DataOptions,
  rounds: readonly StageOptions[],
  { file, locate }: LoadedConfig,
): void {
  const [first, ...later] = rounds.map(({ extractor }) => extractor.backbone);
  const problems: ConfigProblem[] = [];
  const refuse = (key: string, message: string) => {
    const path = ['extractor', 'backbone', ...(key === '' ? [] : [key])];
    problems.push({ path: path.join('.'), message, file, ...locate(path) });
  };
  const lasting = (backbone: typeof first) =>
    JSON.stringify(backbone, (key, value) =>
      (PER_ROUND as readonly string[]).includes(key) ? undefined : value,
    );
  if (later.some((backbone) => lasting(backbone) !== lasting(first))) {
    refuse(
      '',
      `expected the same in all rounds but for ${PER_ROUND.join(', ')}, found another under "rounds"`,
    );
  }
  if (first && data.knownFeatures !== null) {
    refuse(
      '',
      'expected images in data.known and data.discovery, found features computed elsewhere; set null',
    );
  }
  if (
    isTrained(first ?? null) &&
    data.patchSize !== null &&
    data.patchSize < (first as { patch: number }).patch
  ) {
    refuse(
      'patch',
      `expected at most data.patchSize, ${data.patchSize}, found ${(first as { patch: number }).patch}`,
    );
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
