import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy } from '@ganscout/data-model';
import {
  loadConfig,
  type ResolvedConfig,
  RUN_FILES,
  resolveConfig,
  type StageName,
} from '@ganscout/pipeline';

/** The configuration of a run, or of a generation of a case. */
export function readConfig(directory: string): ResolvedConfig {
  return resolveConfig(loadConfig(join(directory, RUN_FILES.config)), { workingDirectory: directory });
}

/** Folder of a stage of a run, or of a generation of a case. */
export function stageFolder(directory: string, round: number, stage: StageName): string {
  return join(directory, `round-${String(round).padStart(2, '0')}`, stage);
}

/** Reads the numbers that a stage wrote under a name; null if it wrote none. */
export function readStageArray(folder: string, name: string): Int32Array | Float32Array | null {
  const path = join(folder, `${name}.npy`);
  return existsSync(path) ? (readNpy(readFileSync(path)).data as Int32Array | Float32Array) : null;
}
