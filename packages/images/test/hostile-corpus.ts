import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { type Expectation, hostileImages } from './hostile-images.js';
import { BROKEN_NAMES, HOSTILE_NAMES } from './hostile-names.js';
import { makePng } from './temporary-images.js';

/** A file, link or folder of the corpus. */
export interface HostileEntry {
  readonly kind: string;
  /** Path within the corpus as its listing has it, or null if it is no input, being without an image's extension. */
  readonly path: string | null;
  readonly expected: Expectation;
}

/** What was planted. */
export interface HostileCorpus {
  readonly entries: readonly HostileEntry[];
  /** Closes sockets and opens what was locked, so that the folder can be removed; then removes it. */
  remove(): void;
}

/** Where the corpus is to be, and what is outside of it. */
export interface HostilePlan {
  readonly folder: string;
  /** Folder that links lead to; `fillOutside` makes what they name. */
  readonly outside: string;
  /** Address that drawings refer to. */
  readonly server: string;
  readonly seed: number;
}

type Plant = (kind: string, path: string | null, expected: Expectation, make: () => void) => void;

/** Makes the files outside of the corpus that its links lead to; nobody may touch them. */
export async function fillOutside(outside: string): Promise<void> {
  mkdirSync(join(outside, 'folder'), { recursive: true });
  writeFileSync(join(outside, 'secret.png'), await makePng(64, 64, 900));
  writeFileSync(join(outside, 'hard.png'), await makePng(64, 64, 901));
  writeFileSync(join(outside, 'folder', 'inside.png'), await makePng(64, 64, 902));
  writeFileSync(join(outside, 'secret.txt'), 'secret\n');
}

/**
 * Plants more than 500 files that are broken, or out to harm who reads them: the same ones for the same seed.
 *
 * What a system cannot make (devices without privileges, broken names on some file systems) is left out.
 */
export async function plantHostileFiles({
  folder,
  outside,
  server,
  seed,
}: HostilePlan): Promise<HostileCorpus> {
  const entries: HostileEntry[] = [];
  const sockets: Server[] = [];
  const plant: Plant = (kind, path, expected, make) => {
    try {
      make();
    } catch {
      return;
    }
    entries.push({ kind, path, expected });
  };
  const write = (path: string | Buffer, bytes: Uint8Array) => {
    if (typeof path === 'string') mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(typeof path === 'string' ? join(folder, path) : path, bytes);
  };
  mkdirSync(folder, { recursive: true });
  for (const { kind, name, bytes, expected } of await hostileImages(seed, server)) {
    plant(kind, name.endsWith('.svg') ? null : name, expected, () => write(name, bytes));
  }
  for (const [i, name] of HOSTILE_NAMES.entries()) {
    const bytes = await makePng(48, 48, seed + 1000 + i);
    plant('name', name, 'ok', () => write(name, bytes));
  }
  for (const name of BROKEN_NAMES) {
    const shown = name
      .toString('latin1')
      .replaceAll(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
    plant('broken name', shown, 'refused', () =>
      write(Buffer.concat([Buffer.from(`${folder}/`), name]), Buffer.alloc(1)),
    );
  }
  plantSpecialFiles(folder, plant);
  await plantSockets(folder, plant, sockets);
  plantLinks(folder, outside, plant);
  plantLocked(folder, await makePng(48, 48, seed + 2000), plant);
  plantDeepFolders(folder, await makePng(48, 48, seed + 2001), plant);
  return {
    entries,
    remove() {
      for (const socket of sockets) socket.close();
      for (const name of ['locked', 'locked.png'])
        if (existsSync(join(folder, name))) chmodSync(join(folder, name), 0o700);
      // Paths longer than the system takes are out of reach for rmSync.
      spawnSync('rm', ['-rf', folder]);
    },
  };
}

function run(command: string, ...args: string[]): void {
  const { status } = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

function plantSpecialFiles(folder: string, plant: Plant): void {
  const place = (name: string) => {
    mkdirSync(join(folder, 'special'), { recursive: true });
    return join(folder, 'special', name);
  };
  for (const type of ['png', 'jpg']) {
    plant('special file', `special/queue.${type}`, 'refused', () => run('mkfifo', place(`queue.${type}`)));
    plant('special file', `special/null.${type}`, 'refused', () =>
      run('mknod', place(`null.${type}`), 'c', '1', '3'),
    );
    plant('special file', `special/zero.${type}`, 'refused', () =>
      run('mknod', place(`zero.${type}`), 'c', '1', '5'),
    );
    // Files with holes: large without taking room.
    for (const [name, size] of [
      ['hole of 128 MiB', 2 ** 27],
      ['hole of 1 GiB', 2 ** 30],
      ['hole of 1 TiB', 2 ** 40],
    ] as const) {
      plant('large file', `special/${name}.${type}`, 'refused', () =>
        run('truncate', '-s', String(size), place(`${name}.${type}`)),
      );
    }
  }
  plant('special file', null, 'refused', () => run('mkfifo', join(folder, 'metadata.csv')));
  plant('special file', 'special/folder.png/x.png', 'refused', () => {
    mkdirSync(place('folder.png'), { recursive: true });
    writeFileSync(join(place('folder.png'), 'x.png'), 'x');
  });
}

async function plantSockets(folder: string, plant: Plant, sockets: Server[]): Promise<void> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(join(folder, 'socket.png'), () => resolve(true));
  });
  if (!isListening) return;
  sockets.push(server);
  plant('special file', 'socket.png', 'refused', () => {});
}

function plantLinks(folder: string, outside: string, plant: Plant): void {
  mkdirSync(join(folder, 'links'));
  const targets: readonly [string, string, Expectation][] = [
    ['out.png', join(outside, 'secret.png'), 'refused'],
    ['out to a text.png', join(outside, 'secret.txt'), 'refused'],
    ['out, relative.png', '../../outside/secret.png', 'refused'],
    ['folder out', join(outside, 'folder'), 'refused'],
    ['folder out.png', join(outside, 'folder'), 'refused'],
    ['root', '/', 'refused'],
    ['up', '..', 'refused'],
    ['itself.png', 'itself.png', 'refused'],
    ['one.png', 'two.png', 'refused'],
    ['two.png', 'one.png', 'refused'],
    ['nowhere.png', 'nowhere at all.png', 'refused'],
    ['zero.png', '/dev/zero', 'refused'],
    ['random.png', '/dev/urandom', 'refused'],
    ['stdin.png', '/dev/stdin', 'refused'],
    ['memory.png', '/proc/self/mem', 'refused'],
    ['passwords.png', '/etc/passwd', 'refused'],
    ['queue.png', '../special/queue.png', 'refused'],
    ['inside.png', '../case.png', 'any'],
    ['over another.png', 'inside.png', 'any'],
    ['over one that leads out.png', 'out.png', 'refused'],
    ['new\nline.png', '/etc/new\nline', 'refused'],
  ];
  for (const [name, target, expected] of targets) {
    plant('link', `links/${name}`, expected, () => {
      symlinkSync(target, join(folder, 'links', name));
      readlinkSync(join(folder, 'links', name));
    });
  }
  plant('link', null, 'refused', () =>
    symlinkSync(join(outside, 'secret.txt'), join(folder, 'metadata.jsonl')),
  );
  plant('link', null, 'refused', () => symlinkSync('metadata.csv', join(folder, 'manifest.csv')));
  plant('link', 'links/hard.png', 'ok', () =>
    linkSync(join(outside, 'hard.png'), join(folder, 'links', 'hard.png')),
  );
}

/** For a privileged user nothing is locked. */
function plantLocked(folder: string, bytes: Uint8Array, plant: Plant): void {
  plant('locked', 'locked.png', 'any', () => {
    writeFileSync(join(folder, 'locked.png'), bytes);
    chmodSync(join(folder, 'locked.png'), 0);
  });
  const isPrivileged = process.getuid?.() === 0;
  plant('locked', isPrivileged ? 'locked/x.png' : 'locked', 'any', () => {
    mkdirSync(join(folder, 'locked'));
    writeFileSync(join(folder, 'locked', 'x.png'), bytes);
    chmodSync(join(folder, 'locked'), 0);
  });
}

/** Folders in folders: as deep as a path may be, and deeper than any path can be. */
function plantDeepFolders(folder: string, bytes: Uint8Array, plant: Plant): void {
  const deep = `deep/${'d/'.repeat(500)}x.png`;
  plant('deep folder', deep, 'any', () => {
    mkdirSync(dirname(join(folder, deep)), { recursive: true });
    writeFileSync(join(folder, deep), bytes);
  });
  // The last folder whose contents can be listed holds one that cannot: that one is the input.
  const name = 'n'.repeat(200);
  const script = `cd "$1" && i=0; while [ $i -lt 30 ]; do mkdir "$2" && cd -P "$2" || exit 1; i=$((i+1)); done; : > x.png`;
  const start = join(folder, 'deeper');
  // Linux takes 4095 bytes; the first folder that is beyond has a row.
  const parts = Math.floor((4095 - Buffer.byteLength(start)) / (name.length + 1)) + 1;
  const path = ['deeper', ...new Array(parts).fill(name)].join('/');
  plant('deep folder', process.platform === 'linux' ? path : null, 'refused', () => {
    mkdirSync(start);
    run('sh', '-c', script, 'sh', start, name);
  });
}
