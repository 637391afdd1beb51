import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runCommand } from '../run-command.js';
import { describeEnvironment } from '../speed/environment.js';
import { type AddingArguments, parseAddingArguments } from './adding-arguments.js';
import { type AddingPair, measureAdding } from './measure-adding.js';
import { formatAdding } from './report.js';

async function run({ output, ...request }: AddingArguments, signal: AbortSignal): Promise<number> {
  const environment = describeEnvironment(process.cwd(), new Date());
  const say = ({ first, second, whole }: AddingPair) => {
    const [a, b, c] = [first, second, whole].map(({ seconds }) => seconds.toFixed(2));
    process.stderr.write(`first add ${a} s, second ${b} s, whole run ${c} s\n`);
  };
  const report = formatAdding(request, await measureAdding(request, say, signal), environment);
  const target = `${resolve(output)}.md`;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, report);
  process.stdout.write(report);
  return 0;
}

process.exitCode = await runCommand(process.argv.slice(3), {
  name: 'bench adding',
  parse: parseAddingArguments,
  run,
});
