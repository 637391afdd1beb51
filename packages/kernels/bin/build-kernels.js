#!/usr/bin/env node
// Compiles packages/*/assembly/index.ts to packages/*/src/wasm-binary.ts. With --check nothing is written, and the exit
// code is 1 if a file is not what its sources give.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';

const packages = resolve(import.meta.dirname, '../..');
const isCheck = process.argv.includes('--check');
const OPTIONS = [
  ...['-O3', '--runtime', 'stub', '--noAssert', '--use', 'abort='],
  ...['--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--noExportMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
];
/** Packages whose kernels run on one thread, in memory that is not shared. */
const ONE_THREAD = ['autodiff'];
const LINE = 100;

async function compile(entry, sharing) {
  let binary = null;
  const { error, stderr } = await asc.main([entry, '--outFile', 'module.wasm', ...OPTIONS, ...sharing], {
    readFile: (name, base) => {
      const file = resolve(base, name);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
    writeFile: (_, data) => {
      binary = Buffer.from(data);
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${entry} does not compile: ${error.message}\n${stderr.toString()}`);
  return binary.toString('base64');
}

function format(base64) {
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  const text = lines.map((line) => `  '${line}',\n`).join('');
  return `// Compiled from assembly/ by \`npm run build:kernels\`; not to be edited.\n\n/** The package's kernels, a WebAssembly module in base64. */\nexport const WASM_BINARY = [\n${text}].join('');\n`;
}

let stale = 0;
for (const name of readdirSync(packages).sort()) {
  const entry = join(packages, name, 'assembly/index.ts');
  if (!existsSync(entry)) continue;
  const target = join(packages, name, 'src/wasm-binary.ts');
  const sharing = ONE_THREAD.includes(name) ? [] : ['--sharedMemory'];
  const text = format(await compile(entry, sharing));
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  stale += 1;
  if (isCheck) console.error(`${target} is not what assembly/ gives; run npm run build:kernels`);
  else writeFileSync(target, text);
}
process.exitCode = isCheck && stale > 0 ? 1 : 0;
