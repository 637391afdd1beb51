import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { PeerResult } from './benchmark.js';

/** What starts a measured process. */
export interface ProcessCommand {
  /** For errors, such as `the peer`. */
  readonly name: string;
  /** Interpreter, such as `/usr/bin/python3`. */
  readonly interpreter: string;
  /** Absolute path of the script. */
  readonly script: string;
  /** Given to the script as its only argument, in JSON. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly environment: NodeJS.ProcessEnv;
}

/** One run of a process. */
export interface ProcessRun {
  /** Of one repetition. */
  readonly seconds: number;
  readonly result: PeerResult;
}

/** A process that has its arrays in memory and runs when told to. */
export interface MeasuredProcess {
  /** Version by module. */
  readonly versions: Readonly<Record<string, string>>;
  /** @throws {Error} with the last line of its stderr, if the process ends. */
  run(repetitions: number): Promise<ProcessRun>;
  stop(): void;
}

/** The process cannot run here: no interpreter, or a module is missing. */
export class ProcessMissingError extends Error {
  override readonly name = 'ProcessMissingError';
}

/**
 * Starts a process and waits until it has loaded its arrays.
 *
 * The script writes JSON lines: `{"missing": module}` and ends, or `{"versions": {…}}`; then for each line of stdin,
 * the number of repetitions, `{"seconds": of one, "result": {…}}`.
 *
 * @throws {ProcessMissingError} if there is no such interpreter or the script lacks a module.
 * @throws {Error} with the last line of its stderr, if it fails otherwise.
 */
export async function startMeasuredProcess(command: ProcessCommand): Promise<MeasuredProcess> {
  const { interpreter, script, input, environment } = command;
  const child = spawn(interpreter, [script, JSON.stringify(input)], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const answer = listen(child, command);
  const first = (await answer()) as { missing?: string; versions?: Record<string, string> };
  if (first.missing !== undefined) {
    child.kill();
    throw new ProcessMissingError(`Python module ${first.missing} is missing`);
  }
  return {
    versions: first.versions ?? {},
    run(repetitions) {
      child.stdin?.write(`${repetitions}\n`);
      return answer() as Promise<ProcessRun>;
    },
    stop() {
      child.kill();
    },
  };
}

/** Returns a function that waits for the next JSON line of a process. */
function listen(child: ChildProcess, { interpreter, name }: ProcessCommand): () => Promise<unknown> {
  const lines: string[] = [];
  let complaint = '';
  let end: Error | null = null;
  let wake: () => void = () => undefined;
  const finish = (error: Error) => {
    end ??= error;
    wake();
  };
  child.stderr?.on('data', (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-4096);
  });
  child.stdin?.on('error', () => undefined);
  child.on('error', ({ message }) =>
    finish(new ProcessMissingError(`${interpreter} cannot run: ${message}`)),
  );
  child.on('close', (code, signal) => {
    const reason = complaint.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`;
    finish(new Error(`${name} failed: ${reason}`));
  });
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  output.on('line', (line) => {
    if (!line.startsWith('{')) return;
    lines.push(line);
    wake();
  });
  return async () => {
    while (lines.length === 0) {
      if (end !== null) throw end;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return JSON.parse(lines.shift() as string);
  };
}
