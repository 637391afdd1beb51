import * as z from 'zod';
import { backboneKind } from './backbone-options.js';
import { type ConfigProblem, nearestWord } from './config-error.js';
import type { LoadedConfig } from './load.js';
import { configSchema } from './schema.js';
import { isTree, type Tree, valueAt } from './tree.js';

/** Says what an issue is, where it is in the file, and what to do. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  tree: Tree,
  { file, locate }: Pick<LoadedConfig, 'file' | 'locate'>,
): ConfigProblem[] {
  const describe = (path: readonly PropertyKey[], message: string, key?: string): ConfigProblem => ({
    path: [...path, ...(key === undefined ? [] : [key])].map(String).join('.'),
    message,
    file,
    ...locate(path, key),
  });
  const value = valueAt(tree, issue.path);
  if (issue.code === 'invalid_union' && isTree(value)) {
    const inner = issue.errors[backboneKind(value)] ?? [];
    const placed = inner.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
    return placed.flatMap((each) => describeIssue(each, tree, { file, locate }));
  }
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path, tree);
    return issue.keys.map((key) => {
      const nearest = nearestWord(key, known);
      const hint = nearest === null ? `the keys here are ${known.join(', ')}` : `did you mean "${nearest}"?`;
      return describe(issue.path, `unknown key "${key}"; ${hint}`, key);
    });
  }
  const found = JSON.stringify(value) ?? 'nothing';
  return [describe(issue.path, `${issue.message.replace(/, received .*$/, '')}, found ${found}`)];
}

/** The keys that the schema knows at a path. */
function keysAt(path: readonly PropertyKey[], tree: Tree): string[] {
  let schema: z.core.$ZodType = configSchema;
  for (const [depth, part] of path.entries()) {
    const place = bareSchema(schema, valueAt(tree, path.slice(0, depth)));
    if (place instanceof z.ZodRecord) schema = place.valueType;
    else if (place instanceof z.ZodObject) schema = place.shape[String(part)];
  }
  const place = bareSchema(schema, valueAt(tree, path));
  return place instanceof z.ZodObject ? Object.keys(place.shape) : [];
}

/** The schema without its defaults, and of several kinds of block the one that is meant. */
function bareSchema(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  let bare = schema;
  while (!(bare instanceof z.ZodObject || bare instanceof z.ZodRecord)) {
    const { innerType } = bare._zod.def as { innerType?: z.core.$ZodType };
    if (bare instanceof z.ZodUnion)
      bare = bare.options[isTree(value) ? backboneKind(value) : 0] as z.core.$ZodType;
    else if (innerType !== undefined) bare = innerType;
    else return bare;
  }
  return bare;
}
