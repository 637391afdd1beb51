import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly detail: string;
  /** What to do about it; empty if nothing. */
  readonly advice: string;
}

const GIB = 2 ** 30;

/** Platforms for which both native libraries come ready made. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** Node.js 20.19, 22.12, or 24 on, as the packages demand. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isSupported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  return {
    name: 'Node.js',
    status: isSupported ? 'ok' : 'fail',
    detail: version,
    advice: isSupported ? '' : 'install Node.js 20.19, 22.12 or 24, or a later one of these lines',
  };
}

/** Whether the native libraries exist for this machine. */
export function checkPlatform(platform: string, architecture: string): Check {
  const found = `${platform}-${architecture}`;
  const isSupported = PLATFORMS.includes(found);
  return {
    name: 'architecture',
    status: isSupported ? 'ok' : 'warn',
    detail: found,
    advice: isSupported ? '' : `not one of ${PLATFORMS.join(', ')}: native libraries may be missing`,
  };
}

/** Cores that this process may use. */
export function checkCores(count: number = availableParallelism()): Check {
  const isEnough = count >= 2;
  return {
    name: 'cores',
    status: isEnough ? 'ok' : 'warn',
    detail: String(count),
    advice: isEnough ? '' : 'one core works, but describing images will take twice as long',
  };
}

/** Memory of the machine, or of the container if that is less. */
export function checkMemory(
  total: number = Math.min(totalmem(), limitOf(process.constrainedMemory())),
  free: number = Math.min(freemem(), total),
): Check {
  const isEnough = total >= 2 * GIB;
  return {
    name: 'memory',
    status: isEnough ? 'ok' : 'warn',
    detail: `${formatBytes(total)}, ${formatBytes(free)} free`,
    advice: isEnough ? '' : 'large discovery sets need about 2 GiB: study them in parts',
  };
}

/** 0 and impossibly large values mean that there is no limit. */
function limitOf(bytes: number | undefined): number {
  return bytes === undefined || bytes === 0 ? Number.POSITIVE_INFINITY : bytes;
}

/** Free disk where the run directory is, or will be. */
export async function checkDisk(output: string): Promise<Check> {
  return guard('free disk', 'set run.output to a folder that exists', async () => {
    const place = await nearestExisting(output);
    const { bavail, bsize } = await statfs(place);
    const free = bavail * bsize;
    const status = free < GIB / 8 ? 'fail' : free < GIB ? 'warn' : 'ok';
    return {
      name: 'free disk',
      status,
      detail: `${formatBytes(free)} at ${place}`,
      advice:
        status === 'ok'
          ? ''
          : 'a run keeps about 20 KiB an image: free some space or set run.output elsewhere',
    };
  });
}

/** Whether the run directory can be written, by writing beside it. */
export async function checkWriting(output: string): Promise<Check> {
  return guard('write permission', 'set run.output to a folder that you may write', async () => {
    const place = await nearestExisting(output);
    await rm(await mkdtemp(join(place, '.ganscout-doctor-')), { recursive: true });
    return { name: 'write permission', status: 'ok', detail: place, advice: '' };
  });
}

/** Whether the image library loads. */
export async function checkSharp(): Promise<Check> {
  return guard('sharp', 'install again with npm ci, with optional dependencies', async () => {
    const { default: sharp } = await import('sharp');
    const { sharp: version, vips } = sharp.versions;
    return { name: 'sharp', status: 'ok', detail: `${version}, libvips ${vips}`, advice: '' };
  });
}

/** Whether the runtime loads and computes a product of two matrices. */
export async function checkRuntime(): Promise<Check> {
  return guard('onnxruntime', 'install again with npm ci; on Alpine use an image with glibc', async () => {
    const { env } = await import('onnxruntime-node');
    const { matrixProduct } = await import('@ganscout/autodiff');
    const product = await matrixProduct(Float32Array.of(1, 2), [1, 2], Float32Array.of(3, 4), [2, 1]);
    const isRight = product.length === 1 && product[0] === 11;
    return {
      name: 'onnxruntime',
      status: isRight ? 'ok' : 'fail',
      detail: `${env.versions.node ?? env.versions.common}, ${isRight ? 'runs a graph' : `1·3 + 2·4 came out as ${product}`}`,
      advice: isRight ? '' : 'its arithmetic is wrong here: report it with the output of this command',
    };
  });
}

async function guard(name: string, advice: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    const [detail = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { name, status: 'fail', detail, advice };
  }
}

async function nearestExisting(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found?.isDirectory()) return at;
    if (dirname(at) === at) throw new Error(`no folder on the way to ${path} exists`);
  }
}

function formatBytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
