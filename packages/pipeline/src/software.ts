import { arch, cpus, platform, totalmem } from 'node:os';
import manifest from '../package.json' with { type: 'json' };

/** Version of what computes: stages made by another one are not kept. */
export const SOFTWARE_VERSION: string = manifest.version;

/** Versions that bear on the results. */
export function softwareVersions(): Record<string, string> {
  return { ganscout: SOFTWARE_VERSION, node: process.versions.node, v8: process.versions.v8 };
}

/** What a run was made on; bears on times only. */
export function describeMachine(): Record<string, string | number> {
  const processors = cpus();
  return {
    platform: `${platform()} ${arch()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

/** Largest resident set of the process so far. */
export function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
