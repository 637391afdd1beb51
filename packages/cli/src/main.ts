import { readFileSync } from 'node:fs';
import { formatError } from './error-text.js';
import { EXIT } from './exit-codes.js';
import { runCli } from './run-cli.js';

/** How long open handles may keep the process after the command is done, in milliseconds. */
const GRACE = 2000;

const interruption = new AbortController();

process.on('SIGINT', () => {
  if (interruption.signal.aborted) process.exit(EXIT.interrupted);
  interruption.abort();
  process.stderr.write(
    '\nInterrupted: stopping as soon as what is finished is safe. Again to stop at once.\n',
  );
});

for (const stream of [process.stdout, process.stderr]) {
  // A reader such as `head` may close the pipe: what it does not want is not an error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.on('uncaughtException', (error) => {
  process.stderr.write(formatError(error, process.env.GANSCOUT_DEBUG === '1'));
  process.exit(EXIT.failure);
});

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

process.exitCode = await runCli(process.argv.slice(2), version, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  workingDirectory: process.cwd(),
  now: Date.now,
  signal: interruption.signal,
});
setTimeout(() => process.exit(), GRACE).unref();
