import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, digestOfFile, type FileContent, syncFolder, writeDurably } from '@ganscout/storage';
import { STAGE_NAMES, type StageName } from './stage-name.js';

/** What decides a stage's result: nothing else may. */
export interface StageKey {
  readonly round: number;
  readonly stage: StageName;
  readonly options: unknown;
  /** Digest of each input by its name; the seed of a stage that draws is an input too. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** Takes a stage's files while it runs. A file once written survives an interruption of the stage. */
export interface StageWriter {
  has(name: string): boolean;
  read(name: string): Uint8Array;
  write(name: string, content: FileContent): void;
  /** Removes a file that only an interrupted stage would need, if it is there. */
  remove(name: string): void;
}

/** A complete stage's files. */
export interface StageOutput {
  /** Digest of all files together. */
  readonly digest: string;
  /** Names of its files, ascending. */
  readonly files: readonly string[];
  has(name: string): boolean;
  /** @throws {Error} if the stage wrote no such file. */
  read(name: string): Uint8Array;
}

/** Whether a stage can be kept as it stands on disk, and why or why not. */
export interface StageState {
  readonly kept: boolean;
  readonly reason: string;
}

interface StageManifest extends StageKey {
  readonly version: 1;
  readonly software: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const MANIFEST = 'stage.json';

/**
 * Keeps each stage's files under `round-NN/STAGE/` of a run directory.
 *
 * A stage is complete when its stage.json is there, says the same key, and every file has the digest it names.
 * A stage is written under a temporary name that carries its key's digest, and renamed when its stage.json is
 * written: an interrupted stage goes on where it stopped if the key is still the same.
 */
export class StageStore {
  readonly #directory: string;
  readonly #software: string;
  /** Folders of the stages that were opened. */
  readonly #opened = new Set<string>();

  /** @param software version of what computes; results of another version are not kept. */
  constructor(directory: string, software: string) {
    this.#directory = directory;
    this.#software = software;
  }

  /** Says whether the stage would be kept. Reads every file of it. */
  state(key: StageKey): StageState {
    const manifest = this.#manifest(key);
    if (manifest === null) return { kept: false, reason: 'not there yet' };
    if (manifest.software !== this.#software) {
      return { kept: false, reason: `made by version ${manifest.software}, this is ${this.#software}` };
    }
    const option = firstDifference(manifest.options, plain(key.options));
    if (option !== null) return { kept: false, reason: `option changed: ${option}` };
    const input = firstDifference(manifest.inputs, plain(key.inputs));
    if (input !== null) return { kept: false, reason: `input changed: ${input.split(':')[0]}` };
    for (const [name, digest] of Object.entries(manifest.outputs)) {
      const found = digestOfFile(join(this.#home(key), name));
      if (found === null) return { kept: false, reason: `its file ${name} is missing` };
      if (found !== digest) return { kept: false, reason: `its file ${name} was changed` };
    }
    return { kept: true, reason: 'options, inputs and files are the same' };
  }

  /** Reads a complete stage; call only when {@link state} says that it is kept. */
  open(key: StageKey): StageOutput {
    const manifest = this.#manifest(key);
    if (manifest === null) throw new Error(`stage "${key.stage}" of round ${key.round} is not complete`);
    const home = this.#home(key);
    this.#opened.add(home);
    return {
      digest: digestOf(JSON.stringify(manifest.outputs)),
      files: Object.keys(manifest.outputs),
      has: (name) => name in manifest.outputs,
      read: (name) => {
        if (name in manifest.outputs) return readFileSync(join(home, name));
        throw new Error(`stage "${key.stage}" of round ${key.round} has no file ${name}`);
      },
    };
  }

  /** Computes a stage, replacing what is there once it is complete, and opens it. */
  async write(key: StageKey, compute: (writer: StageWriter) => Promise<void>): Promise<StageOutput> {
    const home = this.#home(key);
    const name = digestOf(JSON.stringify([plain(key), this.#software])).slice(0, 16);
    const workshop = join(this.#directory, roundFolder(key.round), `.${key.stage}-${name}`);
    mkdirSync(workshop, { recursive: true });
    await compute({
      has: (file) => existsSync(join(workshop, file)),
      read: (file) => readFileSync(join(workshop, file)),
      write: (file, content) => writeDurably(join(workshop, file), content),
      remove: (file) => rmSync(join(workshop, file), { force: true }),
    });
    const files = readdirSync(workshop)
      .filter((file) => !file.startsWith('.') && file !== MANIFEST)
      .sort();
    const outputs = Object.fromEntries(
      files.map((file) => [file, digestOfFile(join(workshop, file)) as string]),
    );
    const { round, stage, options, inputs } = key;
    const manifest: StageManifest = {
      version: 1,
      software: this.#software,
      round,
      stage,
      options,
      inputs,
      outputs,
    };
    writeDurably(join(workshop, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync(home, { recursive: true, force: true });
    renameSync(workshop, home);
    syncFolder(join(this.#directory, roundFolder(key.round)));
    return this.open(key);
  }

  /**
   * Forgets the stage and all that come after it in this and later rounds, also what they left unfinished.
   *
   * @param order in which the stages are done.
   */
  discardFrom(round: number, stage: StageName, order: readonly StageName[] = STAGE_NAMES): void {
    const first = order.indexOf(stage);
    for (const { number, path } of this.#rounds()) {
      if (number < round) continue;
      const discarded: readonly string[] = order.slice(number === round ? first : 0);
      for (const name of readdirSync(path)) {
        const owner = /^\.([a-z]+)-/.exec(name)?.[1] ?? name;
        if (discarded.includes(owner)) rmSync(join(path, name), { recursive: true, force: true });
      }
    }
  }

  /** Removes stages that were not opened, so of other options or rounds, and what interrupted stages left. */
  sweep(): void {
    const stages: readonly string[] = STAGE_NAMES;
    for (const { path } of this.#rounds()) {
      for (const name of readdirSync(path)) {
        const isOurs = stages.includes(name) || name.startsWith('.');
        const folder = join(path, name);
        if (isOurs && !this.#opened.has(folder)) rmSync(folder, { recursive: true, force: true });
      }
      if (readdirSync(path).length === 0) rmdirSync(path);
    }
  }

  /** The folders of rounds that are there. */
  #rounds(): { number: number; path: string }[] {
    const folders = existsSync(this.#directory) ? readdirSync(this.#directory) : [];
    return folders.flatMap((folder) => {
      const number = /^round-(\d+)$/.exec(folder)?.[1];
      return number === undefined ? [] : [{ number: Number(number), path: join(this.#directory, folder) }];
    });
  }

  #home({ round, stage }: StageKey): string {
    return join(this.#directory, roundFolder(round), stage);
  }

  #manifest(key: StageKey): StageManifest | null {
    try {
      const manifest = JSON.parse(readFileSync(join(this.#home(key), MANIFEST), 'utf8'));
      return manifest.version === 1 ? manifest : null;
    } catch {
      return null;
    }
  }
}

/** Folder of a round inside the run directory, `round-01` and so on. */
export function roundFolder(round: number): string {
  return `round-${String(round).padStart(2, '0')}`;
}

/** The value as JSON would bring it back, so that what was read and what is at hand compare equal. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Describes the first place where two JSON values differ as `path: before -> now`, or null if they are equal. */
function firstDifference(before: unknown, now: unknown, path = ''): string | null {
  if (typeof before === 'object' && before !== null && typeof now === 'object' && now !== null) {
    const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
    for (const key of keys) {
      const place = path === '' ? key : `${path}.${key}`;
      const difference = firstDifference((before as never)[key], (now as never)[key], place);
      if (difference !== null) return difference;
    }
    return null;
  }
  return before === now ? null : `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(now)}`;
}
