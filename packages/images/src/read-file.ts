import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { DecodeError, describeFailure } from './input-error.js';

/** Most bytes of one file, 512 MiB: an image of 85 million pixels of three deep samples, without any compression. */
const LARGEST_FILE = 2 ** 29;

/** A queue that nobody writes to must not hold the reader up. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a regular file, as many bytes as it has when it is opened.
 *
 * Queues, sockets and devices are never waited for, and a file that grows is read up to where it was.
 *
 * @throws {DecodeError} if it cannot be read, is not a regular file, or has more than `LARGEST_FILE` bytes.
 */
export async function readRegularFile(file: string): Promise<Buffer> {
  try {
    // Opening a device may already do something, so it is looked at before.
    checkFile(await stat(file));
    const handle = await open(file, READ);
    try {
      const found = await handle.stat();
      checkFile(found);
      const bytes = Buffer.allocUnsafeSlow(found.size);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = (await handle.read(bytes, length, bytes.length - length, length)).bytesRead;
      }
      return bytes.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError(describeFailure(error));
  }
}

function checkFile(found: Stats): void {
  if (found.isDirectory()) throw new DecodeError('it is a folder, not a file');
  if (!found.isFile()) throw new DecodeError('it is not a regular file');
  if (found.size > LARGEST_FILE) {
    const [size, limit] = [found.size, LARGEST_FILE].map((value) => value.toLocaleString('en-US'));
    throw new DecodeError(`the file has ${size} bytes, more than the ${limit} that are read of one`);
  }
}
