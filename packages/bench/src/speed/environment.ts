import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };

/** What times depend on. */
export interface Environment {
  /** YYYY-MM-DD HH:MM, UTC. */
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  /** Short commit, with `+` after it if files differ from it; null without git. */
  readonly revision: string | null;
  readonly versions: Readonly<Record<string, string>>;
}

/** Describes machine and software. @param directory whose git revision is meant. */
export function describeEnvironment(directory: string, now: Date): Environment {
  const processors = cpus();
  return {
    date: now.toISOString().slice(0, 16).replace('T', ' '),
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    revision: findRevision(directory),
    versions: { ganscout: manifest.version, node: process.versions.node },
  };
}

/** One line for people. */
export function formatEnvironment(environment: Environment): string {
  const { date, processor, cores, memoryGigabytes, revision, versions } = environment;
  const software = `ganscout ${versions.ganscout}, Node ${versions.node}, revision ${revision ?? 'unknown'}`;
  return `${date} UTC, ${processor}, ${cores} cores, ${memoryGigabytes} GB; ${software}.`;
}

function findRevision(directory: string): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', '--short', 'HEAD');
    return git('status', '--porcelain') === '' ? commit : `${commit}+`;
  } catch {
    return null;
  }
}

/** Cores that are busy while this process sleeps for some milliseconds: what other programs take. */
export async function measureBusyCores(milliseconds: number): Promise<number> {
  const before = cpuTimes();
  await sleep(milliseconds);
  const after = cpuTimes();
  const total = after.total - before.total;
  return total === 0 ? 0 : (cpus().length * (total - (after.idle - before.idle))) / total;
}

function cpuTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, total };
}
