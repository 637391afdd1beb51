/**
 * Samples 256 images of every generator in data/generators.json as raw 8 bit RGB (256 × 64 × 64 × 3), for the
 * diversity check: the committed ONNX files are what is measured.
 *
 * Usage: npx tsx --conditions=@ganscout/source data/sample-generators.ts DIRECTORY
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalog, sampleGenerator } from '@ganscout/demo';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new RangeError('usage: sample-generators.ts DIRECTORY');
mkdirSync(directory, { recursive: true });
const catalog = readCatalog();
for (const generator of catalog.generators) {
  const images = await sampleGenerator(catalog, generator, { seed: 77, count: 256 });
  writeFileSync(join(directory, `${generator.name}.rgb`), Buffer.concat(images));
}
