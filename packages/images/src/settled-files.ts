import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFailure } from './input-error.js';
import { sortByPath } from './listing.js';
import { mapInOrder } from './map-in-order.js';
import { walkFolder } from './walk-folder.js';

/** A file as it was when it was last looked at. */
export interface FileState {
  /** The folder as given, joined with the path inside. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Time of the last change, in milliseconds; compared, never reckoned with. */
  readonly changed: number;
}

/** How a folder is watched. */
export interface WatchOptions {
  /** How long a file must have stayed as it is; at least one look later, also for 0. */
  readonly settleSeconds: number;
  /** Time between two looks at the folder, more than 0. */
  readonly pollSeconds: number;
  /** What a relative folder is relative to; by default the working directory. */
  readonly baseDirectory?: string | undefined;
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a settled file was taken in before, as by an earlier watch; by default none was. */
  readonly isSeen?: ((file: FileState) => boolean) | undefined;
  /** Told why the folder could not be looked at this time; the watch goes on. */
  readonly onProblem?: ((problem: string) => void) | undefined;
  /** Waits for some seconds, or until the signal is aborted. */
  readonly wait?: ((seconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

/** Ends of names that programs give to files they have not finished. */
const TEMPORARY = /\.(part|partial|crdownload|download|filepart|tmp|temp)$/i;
/** Files whose size and time are asked for at once. */
const ASKED_AT_ONCE = 16;

/**
 * Watches a folder, all folders inside included, and hands the image files over that have stopped growing.
 *
 * The folder is looked at again and again, since network folders tell nobody of changes; one look ends before the next
 * begins, and none is taken while the caller works on the files handed over. A file is handed over once it is not empty and
 * its size and time have stayed the same for as many looks as `settleSeconds` take: looks are counted, so that a clock that
 * is set back changes nothing. Each is handed over once, and once more each time it has changed and settled again. Names that
 * begin with a dot or end as unfinished files do (`.part`, `.crdownload`, `.tmp`) are waited for, as files or as folders;
 * links that lead out of the folder or to folders are not followed. A file that vanishes is forgotten until it is back.
 *
 * @returns paths as in `FileState`, ascending by their bytes, at least one at a time; ends when the signal is aborted.
 * @throws {RangeError} if a time is out of range. @throws {InputError} if the folder cannot be read at the first look.
 *
 * Cost: a look asks for the state of every image file of the folder; memory for the path and state of each.
 */
export function watchSettledFiles(folder: string, options: WatchOptions): AsyncGenerator<string[]> {
  const { settleSeconds, pollSeconds } = options;
  if (!(pollSeconds > 0 && Number.isFinite(pollSeconds))) {
    throw new RangeError(
      `watchSettledFiles: pollSeconds must be a finite number greater than 0, got ${pollSeconds}`,
    );
  }
  if (!(settleSeconds >= 0 && Number.isFinite(settleSeconds))) {
    throw new RangeError(
      `watchSettledFiles: settleSeconds must be a finite number of at least 0, got ${settleSeconds}`,
    );
  }
  return watch(folder, options);
}

async function* watch(folder: string, options: WatchOptions): AsyncGenerator<string[]> {
  const { settleSeconds, pollSeconds, signal, isSeen = () => false, onProblem, wait = pause } = options;
  const settle = createSettling(Math.max(1, Math.ceil(settleSeconds / pollSeconds)));
  for (let look = 1; signal?.aborted !== true; look++) {
    let found: FileState[] | null = null;
    try {
      found = await lookAt(folder, options);
    } catch (error) {
      if (signal?.aborted) return;
      if (look === 1) throw error;
      onProblem?.(describeFailure(error));
    }
    const settled = found === null ? [] : settle(found).filter((file) => !isSeen(file));
    if (settled.length > 0) yield sortByPath(settled, ({ path }) => path).map(({ path }) => path);
    await wait(pollSeconds, signal);
  }
}

/**
 * Returns a function that takes what each look found, and gives the files that have now been the same for `looks` looks
 * after the first, each once.
 */
export function createSettling(looks: number): (found: readonly FileState[]) => FileState[] {
  let pending = new Map<string, { readonly file: FileState; readonly count: number }>();
  const done = new Map<string, FileState>();
  const isSame = (a: FileState | undefined, b: FileState) => a?.size === b.size && a.changed === b.changed;
  return (found) => {
    const settled: FileState[] = [];
    const next: typeof pending = new Map();
    for (const file of found) {
      if (file.size === 0 || isSame(done.get(file.path), file)) continue;
      const before = pending.get(file.path);
      const count = before !== undefined && isSame(before.file, file) ? before.count + 1 : 0;
      if (count < looks) {
        next.set(file.path, { file, count });
        continue;
      }
      done.set(file.path, file);
      settled.push(file);
    }
    pending = next;
    return settled;
  };
}

async function lookAt(folder: string, { baseDirectory = '.', signal }: WatchOptions): Promise<FileState[]> {
  const root = resolve(baseDirectory, folder);
  const { files } = await walkFolder(root, folder);
  const candidates = files.filter(({ path, problem }) => problem === '' && !isTemporary(path));
  const found: FileState[] = [];
  await mapInOrder(
    candidates,
    { threads: ASKED_AT_ONCE, signal },
    ({ path }) => stat(join(root, path)).catch(() => null),
    (state, { path }) => {
      if (state?.isFile()) found.push({ path: join(folder, path), size: state.size, changed: state.mtimeMs });
    },
  );
  return found;
}

/** Whether a folder on the path is unfinished; a file with such an ending is no image, and hidden names are not walked. */
function isTemporary(path: string): boolean {
  return path.split('/').some((name) => TEMPORARY.test(name));
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  // What ends the pause early ends the watch, which looks at the signal itself.
  await sleep(1000 * seconds, undefined, { signal }).catch(() => undefined);
}
