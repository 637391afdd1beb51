import { createInterface } from 'node:readline';
import { loadInference } from './inference-run.js';
import type { NetworkInput } from './network-case.js';
import { loadTraining } from './training-run.js';

// Ours in a process of its own, which answers as the peers do, so that its peak memory is its own.
const input = JSON.parse(process.argv[2]!) as NetworkInput;
const answer = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const run = await (input.kind === 'train' ? loadTraining : loadInference)(input);
answer({ versions: {} });
for await (const _ of createInterface({ input: process.stdin })) answer(await run());
