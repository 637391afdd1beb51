import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ganscout } from './command.js';
import { shareOf } from './planted.js';
import { caseOf, type Scenario } from './scenario.js';
import { count, inFolder, newTally, type Tally, verify } from './trial.js';

/** How a file is damaged; each gives other bytes than it takes. */
export const DAMAGES = {
  truncated: (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * shareOf(`cut ${bytes.length}`))),
  'bit flipped': (bytes: Buffer) => {
    const bit = Math.floor(8 * bytes.length * shareOf(`flip ${bytes.length}`));
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    return flipped;
  },
} as const;
export type DamageName = keyof typeof DAMAGES;

/**
 * Whether something vouches for a file: in a run that is no case yet, only the manifests of stages do, and nothing for
 * them or for tables; in a case all but the times and the page that shows them, which are no result.
 */
export function vouchedBy({ name }: Scenario): (path: string) => boolean {
  return name === 'run'
    ? (path) => path.startsWith('round-') && !path.endsWith('/stage.json')
    : (path) => !['metrics.jsonl', 'timings.json', 'report.html'].includes(path);
}

/** Paths of all files of a case, relative to it. */
function filesOf(folder: string): string[] {
  const directory = caseOf(folder);
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
}

/**
 * Damages each file of a finished case in turn, then some of its inputs, and verifies: the first difference must be
 * that file, or, of a stage's manifest that can still be read, what it names.
 *
 * @param isVouched whether anything can know how a file was. @param most files; others are left out evenly.
 */
export async function damageFiles(
  scenario: Scenario,
  root: string,
  {
    damage,
    isVouched,
    most = Number.POSITIVE_INFINITY,
  }: { damage: DamageName; isVouched: (path: string) => boolean; most?: number },
): Promise<Tally> {
  const tally = newTally(`${scenario.name}: ${damage} file of what it made, or input`);
  await inFolder(root, `${scenario.name}-damage`, async (folder) => {
    const data = join(root, `${scenario.name}-damage-data`);
    cpSync(scenario.data, data, { recursive: true });
    scenario.prepare(folder);
    await ganscout(scenario.start(folder, data));
    const inputs = scenario.name === 'run' ? ['known/box', 'dump'] : ['later'];
    const paths = [
      ...filesOf(folder).filter(isVouched),
      ...inputs.flatMap((name) =>
        readdirSync(join(data, name))
          .slice(0, 5)
          .map((file) => join(data, name, file)),
      ),
    ];
    const step = Math.max(1, Math.ceil(paths.length / most));
    for (const path of paths.filter((_, i) => i % step === 0)) {
      const file = path.startsWith('/') ? path : join(caseOf(folder), path);
      const before = readFileSync(file);
      const after = DAMAGES[damage](before);
      if (after.equals(before)) continue;
      writeFileSync(file, after);
      count(tally, 'tries');
      count(tally, 'struck');
      const first = (await verify(folder))?.differences[0];
      if (first?.path === path || isOfStage(path, first?.path)) count(tally, 'named');
      else tally.failures.push(`${path} ${damage}: the first difference is ${first?.path ?? 'none'}`);
      writeFileSync(file, before);
    }
    if ((await verify(folder))?.differences.length !== 0)
      tally.failures.push('with all files put back there are differences');
    rmSync(data, { recursive: true });
  });
  return tally;
}

/** Whether a file is named by the damaged manifest beside it. */
function isOfStage(manifest: string, named: string | undefined): boolean {
  return (
    manifest.endsWith('/stage.json') && named?.startsWith(manifest.slice(0, -'stage.json'.length)) === true
  );
}

/** Damages files of stages in turn and goes on: what is damaged is made anew, and the result is the same. */
export async function repairStages(
  scenario: Scenario,
  root: string,
  { tries, whole }: { tries: number; whole: string },
): Promise<Tally> {
  const tally = newTally(`${scenario.name}: damaged stage made anew by --resume`);
  await inFolder(root, `${scenario.name}-repair`, async (folder) => {
    scenario.prepare(folder);
    await ganscout(scenario.start(folder));
    const paths = filesOf(folder).filter((path) => path.startsWith('round-'));
    const names = Object.keys(DAMAGES) as DamageName[];
    for (let i = 0; i < tries; i++) {
      const path = paths[Math.floor(paths.length * shareOf(`repair ${i}`))] as string;
      const file = join(caseOf(folder), path);
      writeFileSync(file, DAMAGES[names[i % 2] as DamageName](readFileSync(file)));
      count(tally, 'tries');
      count(tally, 'struck');
      if (((await verify(folder))?.differences.length ?? 0) > 0) count(tally, 'named');
      else count(tally, 'clean');
      const end = await ganscout(scenario.goOn(folder) as string[]);
      if (end.code === 0) count(tally, 'completed');
      else tally.failures.push(`${path}: going on ended with ${end.code}: ${end.err.slice(-300)}`);
      const isSame = scenario.stateOf(folder) === whole;
      count(tally, 'same', isSame ? 1 : 0);
      if (!isSame) tally.failures.push(`${path}: the result is another than without damage`);
    }
  });
  return tally;
}
