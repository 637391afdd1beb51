import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { plantSource } from '../../../pipeline/test/planted-images.js';
import { renderReport } from '../../src/page/render-report.js';
import { writeReport } from '../../src/write-report.js';
import { plantedReport } from '../page/planted-report.js';
import { checkReport, type Findings, type Subject, timeReport } from './check-report.js';
import { openBrowser } from './open-browser.js';

// npm run test:report -- [--run RUN] [--large RUN] [--output FOLDER]
const { values } = parseArgs({
  options: {
    /** A finished run; a small one is made unless named. */
    run: { type: 'string' },
    /** A run of many images, whose page is timed. */
    large: { type: 'string' },
    /** Folder for screenshots, left there; a temporary one unless named. */
    output: { type: 'string' },
  },
});

const COMMAND = fileURLToPath(new URL('../../../cli/bin/ganscout.js', import.meta.url));

/** Runs the built command over planted images. @returns the run's directory. */
async function makeRun(folder: string): Promise<string> {
  const truth = ['path,source'];
  for (const source of ['cross', 'box', 'row', 'column', 'diagonal'] as const) {
    const isKnown = source !== 'column' && source !== 'diagonal';
    if (isKnown) await plantSource(join(folder, `known/${source}/`), source, { count: 16, seed: 1 });
    const count = isKnown ? 8 : 20;
    await plantSource(join(folder, `dump/${source}-`), source, { count, seed: 2 });
    for (let i = 0; i < count; i++) truth.push(`dump/${source}-${String(i).padStart(3, '0')}.png,${source}`);
  }
  writeFileSync(join(folder, 'truth.csv'), `${truth.join('\n')}\n`);
  writeFileSync(join(folder, 'pipeline.yaml'), 'data: { known: known, discovery: dump, truth: truth.csv }\n');
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'run', '--no-report'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ganscout run ended with ${status}: ${stderr}`);
  return join(folder, 'runs/default');
}

/** Writes the report of a run. */
async function reportOf(run: string, name: string, output: string): Promise<Subject & { line: string }> {
  const begun = Date.now();
  const file = join(output, `${name}.html`);
  const { bytes, leftOut } = await writeReport(run, { output: file });
  const line = `${name}: written in ${((Date.now() - begun) / 1000).toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB${leftOut.map((text) => `\n  ${text}`).join('')}`;
  return { name, file, output, line };
}

/** Pages that no run of these images gives. */
function plantedSubjects(output: string): Subject[] {
  const hostile = (i: number) =>
    ['<script>alert(1)</script>', 'a"b\'c', 'abc\u202egnp.exe', 'w'.repeat(4000)][i % 4] as string;
  const pages = {
    'without-truth': plantedReport({ hasTruth: false, hasImages: false }),
    empty: {
      ...plantedReport({ sources: 0, points: 0, hasTruth: false, hasImages: false }),
      rounds: [],
      histograms: [],
    },
    hostile: plantedReport({ nameOf: hostile }),
    'many-sources': plantedReport({ sources: 300, points: 10_000 }),
  };
  return Object.entries(pages).map(([name, data]) => {
    const file = join(output, `${name}.html`);
    writeFileSync(file, renderReport(data));
    return { name, file, output };
  });
}

const work = mkdtempSync(join(tmpdir(), 'ganscout-report-'));
const output = resolve(values.output ?? join(work, 'screens'));
mkdirSync(output, { recursive: true });
const browser = await openBrowser(process.env);
const problems: string[] = [];
const tell = ({ figures, problems: found }: Findings) => {
  for (const figure of figures) console.log(figure);
  for (const problem of found) console.log(`WRONG  ${problem}`);
  problems.push(...found);
};
try {
  for (const planted of plantedSubjects(output)) tell(await checkReport(browser, planted));
  const run = values.run === undefined ? await makeRun(work) : resolve(values.run);
  const subject = await reportOf(run, 'run', output);
  console.log(subject.line);
  tell(await checkReport(browser, subject));
  if (values.large !== undefined) {
    const large = await reportOf(resolve(values.large), 'large', output);
    console.log(large.line);
    if (statSync(large.file).size > 25e6) problems.push('the large page is over its size limit');
    tell(await timeReport(browser, large));
  }
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
console.log(problems.length === 0 ? 'All is as it should be.' : `${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;
