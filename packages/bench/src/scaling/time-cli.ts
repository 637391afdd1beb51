import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A command that was timed. */
export interface TimedCommand {
  readonly seconds: number;
  /** Of the largest resident set. */
  readonly peakMegabytes: number;
}

const CLI = fileURLToPath(new URL('../../../cli/bin/ganscout.js', import.meta.url));
/** What the child does when it ends: it writes its largest resident set, in kilobytes. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  'import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(process.env.PEAK_FILE,String(process.resourceUsage().maxRSS)))',
)}`;

/**
 * Runs `ganscout` in a process of its own and says what it took.
 *
 * @param words its command line. @param folder its working directory, in which a file `peak` is written.
 * @throws {Error} if the process fails; its last lines are in the text.
 */
export async function timeCli(
  words: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<TimedCommand> {
  const peakFile = join(folder, 'peak');
  const start = performance.now();
  await spawnCli(words, folder, peakFile, signal);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, peakMegabytes: Number(readFileSync(peakFile, 'utf8')) / 1024 };
}

function spawnCli(
  words: readonly string[],
  folder: string,
  peakFile: string,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, ['--import', REPORT_PEAK, CLI, ...words], {
    cwd: folder,
    env: { ...process.env, PEAK_FILE: peakFile },
    signal,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text = `${text}${chunk}`.slice(-2000);
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`ganscout ${words[0]} must end with code 0, it ended with ${code}: ${text}`));
    });
  });
}
