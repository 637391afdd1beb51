import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineCommand } from '../command.js';
import { CONFIG_OPTIONS, CONFIG_POSITIONAL, readConfig } from '../config-arguments.js';
import {
  type Check,
  checkCores,
  checkDisk,
  checkMemory,
  checkNode,
  checkPlatform,
  checkRuntime,
  checkSharp,
  checkWriting,
} from '../doctor-checks.js';
import { escapeText } from '../escape-text.js';
import { EXIT } from '../exit-codes.js';
import { hasColor, paint, type Shell } from '../shell.js';

/** `ganscout doctor`: looks at what a run needs of the machine. */
export const doctorCommand = defineCommand({
  usage: 'doctor [config]',
  summary: 'Check that this machine has what a run needs',
  positionals: CONFIG_POSITIONAL,
  options: CONFIG_OPTIONS,
  examples: [['ganscout doctor', 'one line a check: ok, warn or fail, and what to do']],
  exitCodes: [EXIT.done, EXIT.failure],
  async run(values, shell) {
    const { check, output } = await findOutput(values, shell.workingDirectory);
    const checks = [
      checkNode(process.version),
      checkPlatform(process.platform, process.arch),
      checkCores(),
      checkMemory(),
      await checkSharp(),
      await checkRuntime(),
      check,
      await checkDisk(output),
      await checkWriting(output),
    ];
    for (const entry of checks) shell.stdout.write(formatCheck(entry, shell));
    return checks.some(({ status }) => status === 'fail') ? EXIT.failure : EXIT.done;
  },
});

/** Where a run would write; beside the working directory's configuration if there is none yet. */
async function findOutput(
  values: { config: string; set: readonly string[]; name: string | undefined },
  workingDirectory: string,
): Promise<{ check: Check; output: string }> {
  const name = 'configuration';
  const fallback = resolve(workingDirectory, 'runs', values.name ?? 'default');
  if (!existsSync(resolve(workingDirectory, values.config))) {
    const advice = 'write one, or try ganscout demo';
    return {
      check: { name, status: 'warn', detail: `there is no ${values.config}`, advice },
      output: fallback,
    };
  }
  try {
    const { run } = await readConfig(values, workingDirectory);
    return { check: { name, status: 'ok', detail: values.config, advice: '' }, output: run.output };
  } catch (error) {
    const [detail = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { check: { name, status: 'fail', detail, advice: 'see ganscout config show' }, output: fallback };
  }
}

/** `ok    sharp: 0.35.5, libvips 8.18.0`, or with `; ` and what to do. */
export function formatCheck(
  { name, status, detail, advice }: Check,
  shell: Pick<Shell, 'stdout' | 'env'>,
): string {
  const color = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
  const word = paint(status.padEnd(4), color[status], hasColor(shell.stdout, shell.env));
  return `${word}  ${escapeText([`${name}: ${detail}`, ...(advice === '' ? [] : [advice])].join('; '))}\n`;
}
