/** A configuration before it is checked: what YAML's mappings, sequences and scalars become. */
export type Tree = { readonly [key: string]: unknown };

/** Whether a value is a mapping (not null, not a sequence). */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns `under` with the values of `over` in place of its own; mappings merge, all else is replaced. */
export function mergeTrees(under: Tree, over: Tree): Tree {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTree(below) && isTree(value) ? mergeTrees(below, value) : value;
  }
  return merged;
}

/** Returns a tree with one value at a path of keys. */
export function treeAt(path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path as [string, ...string[]];
  return { [key]: rest.length === 0 ? value : treeAt(rest, value) };
}

/** The value at a path of keys, or undefined. */
export function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    tree,
  );
}
