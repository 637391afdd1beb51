import { readFileSync } from 'node:fs';

/**
 * Largest resident set of this process so far, in MB of 2^20 bytes; what the peers say of theirs.
 *
 * Not `process.resourceUsage()`: its figure begins with that of the process that started this one.
 *
 * @throws {Error} on other systems than Linux.
 */
export function peakMegabytes(): number {
  return parsePeak(readFileSync('/proc/self/status', 'utf8'));
}

/** @param status text of `/proc/PID/status`. @throws {Error} if it has no `VmHWM`. */
export function parsePeak(status: string): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error('/proc/self/status must have a line "VmHWM: … kB"');
  return Number(kilobytes) / 1024;
}
