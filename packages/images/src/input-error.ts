/** No usable input at a location: it does not exist, cannot be opened, is empty, or its text breaks a rule. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** An image file that cannot be turned into pixels; the message is the reason, without the path. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its symbolic links form a loop',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENODEV: 'it is not a regular file',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENXIO: 'it is not a regular file',
  EPERM: 'permission denied',
  ERR_INVALID_ARG_VALUE: 'its name holds a NUL character',
};

/** Says in words why a file operation failed, with the system's code, e.g. `permission denied (EACCES)`. */
export function describeFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  if (code === undefined) return message;
  const meaning = MEANINGS[code];
  return meaning === undefined ? message : `${meaning} (${code})`;
}
