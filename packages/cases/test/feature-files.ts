import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy } from '@ganscout/data-model';
import { parseConfig, resolveConfig, runDiscovery } from '@ganscout/pipeline';

/**
 * Writes features as `NAME.npy` with `NAME.csv`; ids are `NAME-0` and so on.
 *
 * @param sources of each image. @param isNamed whether the table has them.
 * @returns path of the features.
 */
export function writeFeatureFiles(
  folder: string,
  name: string,
  sources: readonly string[],
  data: Float32Array,
  isNamed: boolean,
): string {
  const path = join(folder, `${name}.npy`);
  writeFileSync(path, encodeNpy({ shape: [sources.length, data.length / sources.length], data }));
  const rows = sources.map((source, i) => (isNamed ? `${name}-${i},${source}` : `${name}-${i}`));
  writeFileSync(join(folder, `${name}.csv`), `${[isNamed ? 'id,source' : 'id', ...rows].join('\n')}\n`);
  return path;
}

/** Runs discovery by the text of a configuration, without a clock. @returns the run's directory. */
export async function discoverIn(
  folder: string,
  text: string,
  name = 'run',
  settings: readonly string[] = [],
): Promise<string> {
  const config = resolveConfig(parseConfig(text, join(folder, 'pipeline.yaml')), {
    settings: [`run.output=${name}`, ...settings],
    workingDirectory: folder,
  });
  await runDiscovery(config, {
    resume: false,
    force: null,
    signal: new AbortController().signal,
    now: () => new Date(0),
    listener: () => undefined,
  });
  return join(folder, name);
}
