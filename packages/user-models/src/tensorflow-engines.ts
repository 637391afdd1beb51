import { createRequire } from 'node:module';
import type { TensorflowLibrary } from './tensorflow-library.js';

/** What runs TensorFlow.js models, best first. */
export type TensorflowEngine = 'tfjs-node-gpu' | 'tfjs-node' | 'wasm';

/** How an engine is loaded. */
export interface EngineLoader {
  readonly name: TensorflowEngine;
  /** What the user installs; the first gives the engine its name. */
  readonly packages: readonly string[];
  readonly backend: string;
  load(): Promise<TensorflowLibrary>;
}

const ENGINES: readonly EngineLoader[] = [
  {
    name: 'tfjs-node-gpu',
    packages: ['@tensorflow/tfjs-node-gpu'],
    backend: 'tensorflow',
    load: async () => whole(await import('@tensorflow/tfjs-node-gpu')),
  },
  {
    name: 'tfjs-node',
    packages: ['@tensorflow/tfjs-node'],
    backend: 'tensorflow',
    load: async () => whole(await import('@tensorflow/tfjs-node')),
  },
  {
    name: 'wasm',
    packages: [
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-converter',
    ],
    backend: 'wasm',
    async load() {
      const core = whole(await import('@tensorflow/tfjs-core'));
      const layers = whole(await import('@tensorflow/tfjs-layers'));
      const converter = whole(await import('@tensorflow/tfjs-converter'));
      await import('@tensorflow/tfjs-backend-wasm');
      return { ...core, ...layers, ...converter };
    },
  },
];

/**
 * Loads TensorFlow.js from the first engine that is installed, and makes its backend the one of the process.
 *
 * @param wanted the only engine to look for, if given.
 * @returns the library, and the engine in words: package, version, backend.
 * @throws {Error} if none is installed: what to install; or if one is installed and does not load.
 */
export async function loadTensorflow(
  wanted?: TensorflowEngine,
  engines: readonly EngineLoader[] = ENGINES,
): Promise<{ library: TensorflowLibrary; engine: string }> {
  const candidates = engines.filter(({ name }) => wanted === undefined || name === wanted);
  for (const candidate of candidates) {
    if (!isInstalled(candidate.packages)) continue;
    const library = await loadInstalled(candidate);
    if (!(await startBackend(library, candidate.backend))) {
      throw new Error(
        `openUserModel: ${candidate.packages[0]} did not start its backend "${candidate.backend}"`,
      );
    }
    const engine = `${candidate.packages[0]} ${library.version_core} (backend ${library.getBackend()})`;
    return { library, engine };
  }
  const commands = candidates.map(({ packages }) => `npm install ${packages.join(' ')}`);
  throw new Error(
    `openUserModel: a TensorFlow.js model needs TensorFlow.js, which is not installed; run ${commands.join(', or ')}`,
  );
}

function isInstalled(packages: readonly string[]): boolean {
  const { resolve } = createRequire(import.meta.url);
  try {
    return packages.every((name) => resolve(name) !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

async function loadInstalled({ name, packages, load }: EngineLoader): Promise<TensorflowLibrary> {
  try {
    return await load();
  } catch (cause) {
    throw new Error(
      `openUserModel: ${packages[0]} is installed and does not load: ${(cause as Error).message}; repair it, or choose another with option engine (this is "${name}")`,
      { cause },
    );
  }
}

/** The wasm module listens to errors only to throw them again, from a line of its source that Node would print: 50 kB. */
async function startBackend(library: TensorflowLibrary, name: string): Promise<boolean> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.rawListeners(event));
  const started = await library.setBackend(name);
  for (const [i, event] of events.entries()) {
    const added = process.rawListeners(event).filter((listener) => !before[i]!.includes(listener));
    for (const listener of added) process.off(event, listener as () => void);
  }
  return started;
}

/** Everything that a CommonJS package exports. */
function whole<T>(module: T & { readonly default?: T }): T {
  return module.default ?? module;
}
