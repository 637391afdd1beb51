import { resolve } from 'node:path';
import type { Verification } from '@ganscout/cases';
import { defineCommand } from '../command.js';
import { formatLines } from '../escape-text.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { createProgress } from '../progress.js';
import type { Shell } from '../shell.js';
import { formatCount } from '../tables.js';

interface VerifyArguments {
  readonly case: string;
  readonly 'no-inputs': boolean;
  readonly all: boolean;
  readonly json: boolean;
}

/** `ganscout verify`: compares a case with what was recorded of it. */
export const verifyCommand = defineCommand({
  usage: 'verify <case>',
  summary: 'Check that a case and its inputs are as they were recorded',
  positionals: { case: { type: 'string', demandOption: true, describe: "The case's directory, or a run's" } },
  options: {
    'no-inputs': { type: 'boolean', default: false, describe: 'Leave out the images that came in' },
    all: { type: 'boolean', default: false, describe: 'Print every difference, not only the first' },
    json: { type: 'boolean', default: false, describe: 'Print what was found as one line of JSON' },
  },
  examples: [
    ['ganscout verify runs/default', 'name the first difference, or say that there is none'],
    ['ganscout verify runs/default --no-inputs --all', 'every difference inside the case'],
  ],
  exitCodes: [EXIT.done, EXIT.failure, EXIT.noInput, EXIT.interrupted],
  run: verifyAndReport,
});

async function verifyAndReport(values: VerifyArguments, shell: Shell): Promise<ExitCode> {
  const { verifyCase } = await import('@ganscout/cases');
  const progress = createProgress(shell, { isQuiet: values.json });
  const verification = await verifyCase(resolve(shell.workingDirectory, values.case), {
    checkInputs: !values['no-inputs'],
    onProgress: ({ done, total }) => progress.advance('verify', done, total, 'files'),
    signal: shell.signal,
  }).finally(() => progress.close());
  shell.stdout.write(
    values.json
      ? `${JSON.stringify(verification)}\n`
      : formatVerification(verification, values.case, { isComplete: values.all }),
  );
  return verification.differences.length === 0 ? EXIT.done : EXIT.failure;
}

/**
 * What was found, a line each: that nothing differs, or the first difference and how many there are besides; then notes.
 *
 * @param isComplete gives every difference.
 */
export function formatVerification(
  { entries, files, inputs, differences, notes }: Verification,
  name: string,
  { isComplete }: { readonly isComplete: boolean },
): string {
  const what = [
    ...(entries === 0 ? [] : [formatCount(entries, 'entry', 'entries')]),
    `${formatCount(files, 'file')}${inputs === null ? ', inputs left out' : `, ${formatCount(inputs, 'input')} among them`}`,
  ].join(', ');
  const shown = isComplete ? differences : differences.slice(0, 1);
  const others = differences.length - shown.length;
  const lines = [
    differences.length === 0
      ? `${name} is as it was recorded (${what}).`
      : `${name} differs from what was recorded (${what}):`,
    ...shown.map(({ path, what }) => `  ${path} ${what}`),
    ...(others === 0 ? [] : [`and ${formatCount(others, 'further difference')}; --all names every one.`]),
    ...notes.map((note) => `Note: ${note}.`),
  ];
  return formatLines(lines);
}
