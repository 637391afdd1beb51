// Speaks the protocol of the peers. Input: missing, or failure, or seconds (of each run in turn) and result.
import { createInterface } from 'node:readline';

const { missing, failure, seconds = [], result = {}, threads } = JSON.parse(process.argv[2]);
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

if (missing !== undefined) {
  answer({ missing });
} else {
  process.stdout.write('words that are no answer\n');
  answer({ versions: { fake: '1.2' } });
  let run = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    if (failure !== undefined) {
      process.stderr.write(`Traceback\n${failure}\n`);
      process.exit(1);
    }
    const kept = process.env.OPENBLAS_CORETYPE ?? 'none';
    const counts = `${process.env.OMP_NUM_THREADS} ${threads}`;
    answer({ seconds: seconds[run++], result: { ...result, kept, counts, repetitions: Number(line) } });
  }
}
