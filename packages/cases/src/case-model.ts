import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  openRunModel,
  type RowBuffer,
  type RunModel,
  readBuffer,
  readExemplars,
  readSourceTest,
  writeBuffer,
  writeExemplars,
  writeSourceTest,
} from '@ganscout/pipeline';
import type { SourceModel } from './adding/intake.js';
import { entryFolder, generationFolder, npyBytes, readEntryArray } from './case-files.js';
import type { CaseState } from './case-state.js';

/** What attributes images as the case stands now. */
export interface CaseModel {
  /** Of the generation that takes images into spaces. To be closed. */
  readonly run: RunModel;
  readonly sources: SourceModel;
  /** Images that wait; `rows` are rows of the case. Read when it is first asked for. */
  readonly buffer: RowBuffer;
}

/** Files of an entry, by name. */
type EntryFiles = Map<string, Uint8Array | string>;

const SOURCES_FILE = 'test-sources.npy';
/** Row of the case of each discovery image of a generation. */
export const GENERATION_ROWS = 'generation-rows.npy';

/**
 * Opens what attributes images as the case stands.
 *
 * Cost: the statistics of the sources and the images that wait; nothing that grows with all images.
 */
export function openCaseModel(state: CaseState): CaseModel {
  const { directory, generation, generationSources, testEntry, bufferEntry } = state;
  const run = openRunModel(join(directory, generationFolder(generation)));
  const { knownCount } = run;
  const sources: SourceModel =
    testEntry === null
      ? { test: run.test, exemplars: run.exemplars, sources: generationSources, knownCount }
      : readSources(directory, testEntry);
  let buffer: RowBuffer | null = null;
  return {
    run,
    sources,
    get buffer() {
      buffer ??=
        bufferEntry === null ? generationBuffer(state, run) : readBuffer(readerOf(directory, bufferEntry));
      return buffer;
    },
  };
}

/** The files that keep a test with its exemplars. */
export function sourceModelFiles({ test, exemplars, sources, knownCount }: SourceModel): EntryFiles {
  const files: EntryFiles = new Map();
  const writer = writerInto(files);
  writeSourceTest(writer, test);
  writeExemplars(writer, exemplars);
  files.set(SOURCES_FILE, npyBytes(Int32Array.of(knownCount, ...sources)));
  return files;
}

/** The files that keep the images that wait. */
export function bufferFiles(buffer: RowBuffer): EntryFiles {
  const files: EntryFiles = new Map();
  writeBuffer(writerInto(files), buffer);
  return files;
}

function readSources(directory: string, entry: number): SourceModel {
  const read = readerOf(directory, entry);
  const [knownCount, ...sources] = readEntryArray(directory, entry, SOURCES_FILE);
  return {
    test: readSourceTest(read),
    exemplars: readExemplars(read),
    sources,
    knownCount: knownCount as number,
  };
}

/** The images that a generation left without a source, as rows of the case. */
function generationBuffer({ directory, generation, generationEntry }: CaseState, run: RunModel): RowBuffer {
  if (generation === 1) return run.buffer;
  const rowOf = readEntryArray(directory, generationEntry, GENERATION_ROWS) as Int32Array;
  return { ...run.buffer, rows: run.buffer.rows.map((row) => rowOf[row] as number) };
}

function readerOf(directory: string, entry: number): (name: string) => Uint8Array {
  return (name) => readFileSync(join(directory, entryFolder(entry), name));
}

function writerInto(files: EntryFiles) {
  return {
    write(name: string, content: unknown) {
      if (typeof content === 'string' || content instanceof Uint8Array) files.set(name, content);
      else throw new TypeError(`${name} must be written in one piece`);
    },
  };
}
