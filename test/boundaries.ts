import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const SCOPE = '@ganscout/';

/** Packages by layer; imports point to a lower layer only, never sideways. */
const LAYERS = [
  ['data-model', 'numeric', 'kernels', 'storage'],
  ['autodiff'],
  [
    'extractor',
    'networks',
    'user-models',
    'wta-ood',
    'kmeans',
    'nn-merge',
    'refine',
    'metrics',
    'baselines',
    'images',
    'ood-scores',
  ],
  ['pipeline', 'demo'],
  ['cases'],
  ['report'],
  ['comparison', 'exports'],
  ['bench'],
  ['cli'],
];

/** Ground truth lives in metrics, so what computes labels must not be able to see it. */
const NEVER: readonly (readonly [RegExp, string])[] = [[/^packages\/pipeline\/src\/stages\//, 'metrics']];

/** Packages without files, clock, console and ambient randomness. */
const PURE = new Set([
  'data-model',
  'numeric',
  'wta-ood',
  'kmeans',
  'nn-merge',
  'refine',
  'metrics',
  'baselines',
  'ood-scores',
]);
const AMBIENT = /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bconsole\.|\bprocess\.|\bperformance\.now\b/;

const CATCH_ALL = /^(utils?|helpers?|common|misc|shared|lib|base|stuff)(\.ts)?$/;
const IMPORT = /^\s*(?:import|export)\s+(type\s+)?([^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

interface SourceFile {
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly imports: readonly { readonly specifier: string; readonly isType: boolean }[];
}

/**
 * Checks the structure of the workspace under `root` and returns one line per breach, none if it holds.
 *
 * Rules: imports point to a lower layer; declared dependencies are exactly the imported ones; no import reaches
 * inside another package; no run-time import cycle between files and no file imports its own index; no
 * catch-all names; pure packages touch neither files nor the clock nor ambient randomness.
 */
export function findBreaches(root: string): string[] {
  const breaches: string[] = [];
  const files: SourceFile[] = [];
  for (const name of readdirSync(join(root, 'packages')).sort()) {
    if (layerOf(name) === -1) breaches.push(`packages/${name}: not in any layer`);
    const sources = readSources(join(root, 'packages', name, 'src'), root, name, breaches);
    files.push(...sources);
    breaches.push(...undeclaredImports(join(root, 'packages', name), name, sources));
  }
  for (const file of files) breaches.push(...importBreaches(file), ...impurities(file));
  return [...breaches, ...importCycles(files, root)];
}

function layerOf(name: string): number {
  return LAYERS.findIndex((names) => names.includes(name));
}

function readSources(directory: string, root: string, name: string, breaches: string[]): SourceFile[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (CATCH_ALL.test(entry.name))
      breaches.push(`${relative(root, path)}: name says nothing about the contents`);
    if (entry.isDirectory()) return readSources(path, root, name, breaches);
    if (!/\.tsx?$/.test(entry.name)) return [];
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(IMPORT)].map(([, type, , specifier]) => ({
      specifier: specifier as string,
      isType: type !== undefined,
    }));
    return [{ path: relative(root, path), name, text, imports }];
  });
}

function undeclaredImports(home: string, name: string, sources: readonly SourceFile[]): string[] {
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  const allowed = new Set([...declared, ...Object.keys({ ...devDependencies })]);
  const imported = new Set<string>();
  for (const { imports, text } of sources) {
    const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"$]+)['"]\s*\)/g)].map(
      (match) => match[1] as string,
    );
    for (const specifier of [...imports.map((entry) => entry.specifier), ...dynamic]) {
      if (/^(\.|node:)/.test(specifier)) continue;
      const parts = specifier.split('/');
      imported.add(parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return [
    ...declared
      .filter((dependency) => !imported.has(dependency))
      .map((dependency) => `packages/${name}: declares ${dependency}, which src never imports`),
    ...[...imported]
      .filter((dependency) => !allowed.has(dependency))
      .map((dependency) => `packages/${name}: imports ${dependency}, which is not declared`),
  ];
}

function importBreaches({ path, name, imports }: SourceFile): string[] {
  return imports.flatMap(({ specifier }) => {
    if (specifier.startsWith('.')) {
      return basename(specifier) === 'index.js' ? [`${path}: imports an index (${specifier})`] : [];
    }
    if (!specifier.startsWith(SCOPE)) return [];
    const [target, ...inside] = specifier.slice(SCOPE.length).split('/') as [string, ...string[]];
    const breaches =
      inside.length > 0 ? [`${path}: reaches inside ${SCOPE}${target} (${inside.join('/')})`] : [];
    const barred = NEVER.some(([pattern, banned]) => pattern.test(path) && target === banned);
    if (layerOf(target) >= layerOf(name) || barred)
      breaches.push(`${path}: ${name} may not import ${target}`);
    return breaches;
  });
}

function impurities({ path, name, text, imports }: SourceFile): string[] {
  if (!PURE.has(name)) return [];
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  return [
    ...imports
      .filter(({ specifier }) => specifier.startsWith('node:'))
      .map(({ specifier }) => `${path}: ${name} must stay pure, but imports ${specifier}`),
    ...(AMBIENT.test(code) ? [`${path}: ${name} must stay pure, but uses ${AMBIENT.exec(code)?.[0]}`] : []),
  ];
}

function importCycles(files: readonly SourceFile[], root: string): string[] {
  const edges = new Map(
    files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ specifier, isType }) => specifier.startsWith('.') && !isType)
        .map(({ specifier }) =>
          relative(root, resolve(root, dirname(path), specifier.replace(/\.js$/, '.ts'))),
        ),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return;
    const start = trail.indexOf(path);
    if (start !== -1) {
      cycles.push(`import cycle: ${[...trail.slice(start), path].join(' -> ')}`);
      return;
    }
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}
