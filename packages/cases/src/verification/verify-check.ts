import { statSync } from 'node:fs';
import { digestOfFile } from '@ganscout/storage';

/** What a difference is in: the chain of the log, its head, a file that an entry names, a stage's file, or an input. */
export type DifferenceKind = 'chain' | 'head' | 'file' | 'stage' | 'input';

/** Something that is not as it was recorded. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Relative to the case for what is its own; absolute for an input. */
  readonly path: string;
  /** What is wrong, after the path: `is missing; entry 3 names it`. */
  readonly what: string;
}

/** A file that must have a digest, or one of which it is known already what is wrong. */
export interface FileCheck extends Pick<Difference, 'kind' | 'path'> {
  /** Where to read it. */
  readonly file: string;
  /** SHA-256, or null if reading it is not needed to see that it is wrong. */
  readonly digest: string | null;
  /** Who says so, such as `entry 3 names it`; of a file that is wrong, what is. */
  readonly by: string;
}

/** Digests of files, each read once however often it is named. */
export interface DigestReader {
  /** SHA-256, or why there is none: `is missing`, `is no regular file` or `cannot be read`. */
  read(file: string): { readonly digest: string } | { readonly problem: string };
  readonly files: number;
}

export function createDigestReader(): DigestReader {
  const known = new Map<string, ReturnType<DigestReader['read']>>();
  return {
    read(file) {
      const result = known.get(file) ?? readDigest(file);
      known.set(file, result);
      return result;
    },
    get files() {
      return known.size;
    },
  };
}

function readDigest(file: string): ReturnType<DigestReader['read']> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return { problem: 'is missing' };
  // Of a pipe, the end would be waited for.
  if (!found.isFile()) return { problem: 'is no regular file' };
  const digest = digestOfFile(file);
  return digest === null ? { problem: 'cannot be read' } : { digest };
}

/** Compares a file with what is recorded of it; null if it is as it was. */
export function checkFile(
  { kind, path, file, digest, by }: FileCheck,
  reader: DigestReader,
): Difference | null {
  if (digest === null) return { kind, path, what: by };
  const found = reader.read(file);
  if ('problem' in found) return { kind, path, what: `${found.problem}; ${by}` };
  if (found.digest === digest) return null;
  return { kind, path, what: `was changed: expected SHA-256 ${digest}, found ${found.digest}; ${by}` };
}
