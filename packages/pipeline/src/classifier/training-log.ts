import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '@ganscout/storage';
import type { TrainingListener } from './training-events.js';
import { TRAINING_FILES } from './training-files.js';

/**
 * Appends every event but progress to `metrics.jsonl`, with its time.
 *
 * What an earlier process wrote of epochs after `afterEpoch`, which are now done again, is taken away first, and so is a last
 * line that it did not finish.
 */
export function logTraining(directory: string, afterEpoch: number, now: () => Date): TrainingListener {
  const path = join(directory, TRAINING_FILES.events);
  if (existsSync(path)) {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => isKept(line, afterEpoch));
    writeDurably(path, lines.map((line) => `${line}\n`).join(''));
  }
  return (event) => {
    if (event.type === 'progress') return;
    appendFileSync(path, `${JSON.stringify({ time: now().toISOString(), ...event })}\n`);
  };
}

function isKept(line: string, afterEpoch: number): boolean {
  try {
    const { epoch = 0 } = JSON.parse(line);
    return epoch <= afterEpoch;
  } catch {
    return false;
  }
}
