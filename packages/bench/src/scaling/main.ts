import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { runCommand } from '../run-command.js';
import { describeEnvironment } from '../speed/environment.js';
import { GENERATED_SHAPE, generateFeatures } from './generate-features.js';
import { plotScaling } from './plot.js';
import { formatScaling } from './report.js';
import { runOnce, type ScalingRun } from './run-once.js';
import { parseScalingArguments, type ScalingArguments } from './scaling-arguments.js';

/** Runs one size after the other; the report is written again after each. */
async function measureAll({ sizes, seed, output }: ScalingArguments, signal: AbortSignal): Promise<number> {
  const target = resolve(output);
  const environment = describeEnvironment(process.cwd(), new Date());
  const runs: ScalingRun[] = [];
  mkdirSync(dirname(target), { recursive: true });
  for (const discovery of sizes) {
    const folder = mkdtempSync(join(tmpdir(), 'ganscout-scaling-'));
    try {
      generateFeatures(folder, { ...GENERATED_SHAPE, discovery, seed });
      runs.push(await runOnce(folder, discovery, signal));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const report = formatScaling(runs, environment, `${basename(target)}.svg`);
    writeFileSync(`${target}.md`, report);
    writeFileSync(`${target}.svg`, plotScaling(runs));
    process.stderr.write(`${discovery} images: ${runs.at(-1)?.seconds.total?.toFixed(1)} s\n`);
    if (discovery === sizes.at(-1)) process.stdout.write(report);
  }
  return 0;
}

process.exitCode = await runCommand(process.argv.slice(3), {
  name: 'bench scaling',
  parse: parseScalingArguments,
  run: measureAll,
});
