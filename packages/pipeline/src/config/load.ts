import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, LineCounter, parse, parseDocument } from 'yaml';
import { ConfigError } from './config-error.js';
import { isTree, mergeTrees, type Tree, treeAt } from './tree.js';

/** A configuration as written, with the places of its keys. */
export interface LoadedConfig {
  /** The file's path as given. */
  readonly file: string;
  readonly tree: Tree;
  /** Line and column (from 1) of the value at a path, or of `key` in the mapping there; null if not in the file. */
  locate(path: readonly PropertyKey[], key?: string): { line: number; column: number } | null;
}

/**
 * Reads a YAML file. Only plain data comes of it: no tags that build objects, at most 100 aliases.
 *
 * @throws {ConfigError} if the file cannot be read, is no YAML, or is no mapping.
 */
export function loadConfig(file: string): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    const message = `cannot read the configuration: ${reason}; name one (ganscout run CONFIG), or write a pipeline.yaml`;
    throw new ConfigError([{ path: '', file, message }]);
  }
  return parseConfig(text, file);
}

/** The same from a text; `file` names it in messages. @throws {ConfigError} as {@link loadConfig}. */
export function parseConfig(text: string, file: string): LoadedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw new ConfigError(
      problems.map((problem) => {
        const { line, col } = lines.linePos(problem.pos[0]);
        return { path: '', file, line, column: col, message: `expected YAML, ${problem.message}` };
      }),
    );
  }
  const tree: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (!isTree(tree)) {
    throw new ConfigError([
      { path: '', file, line: 1, column: 1, message: 'expected a mapping of keys to values' },
    ]);
  }
  return { file, tree, locate: (path, key) => locate(document, lines, path, key) };
}

/**
 * Turns `--set path=value` arguments into one tree; values are YAML, so `true`, `3` and `[a, b]` mean what they mean there.
 *
 * @throws {ConfigError} if one has no `=` or no path, or its value is no YAML.
 */
export function parseSettings(settings: readonly string[]): Tree {
  let tree: Tree = {};
  for (const setting of settings) {
    const [, path, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    const keys = path?.split('.') ?? [];
    if (path === undefined || value === undefined || keys.some((key) => key === '')) {
      const message = `expected path=value, e.g. run.seed=2, found ${JSON.stringify(setting)}`;
      throw new ConfigError([{ path: '', file: '--set', message }]);
    }
    try {
      tree = mergeTrees(tree, treeAt(keys, parse(value, { schema: 'core' })));
    } catch (error) {
      const message = `expected a YAML value, found ${JSON.stringify(value)}: ${(error as Error).message}`;
      throw new ConfigError([{ path, file: '--set', message }]);
    }
  }
  return tree;
}

function locate(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
  key: string | undefined,
): { line: number; column: number } | null {
  const keys = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  let node: unknown = keys.length === 0 ? document.contents : document.getIn(keys, true);
  if (key !== undefined && isMap(node)) {
    node = node.items.find((item) => String(item.key) === key)?.key;
  }
  const offset = isNode(node) ? node.range?.[0] : undefined;
  if (offset === undefined) return null;
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
