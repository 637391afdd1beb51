import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AddOutcome, addImages, DEFAULT_DISCOVER_FROM, type RETRAIN_CHOICES } from '@ganscout/cases';
import { parseConfig, resolveConfig, runDiscovery } from '@ganscout/pipeline';
import type { StudyImage } from './study-folder.js';

export type RetrainChoice = (typeof RETRAIN_CHOICES)[number];

/** How cases are made. */
export interface CaseOptions {
  /** `path=value` options on top of the preset. */
  readonly settings: readonly string[];
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Writes a table of images, with their sources if they are labelled. @returns its path. */
export function writeTable(path: string, images: readonly StudyImage[], isLabelled: boolean): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = images.map(({ file, source }) => (isLabelled ? `${cell(file)},${cell(source)}` : cell(file)));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${[isLabelled ? 'path,source' : 'path', ...rows].join('\n')}\n`);
  return path;
}

/** Makes the run that a case begins with. @param directory replaced if it is there. */
export async function beginCase(
  directory: string,
  { labelled, discovery }: { readonly labelled: string; readonly discovery: string },
  { settings, threads, signal }: CaseOptions,
): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const text = JSON.stringify({ data: { known: labelled, discovery }, run: { output: directory, threads } });
  const config = resolveConfig(parseConfig(text, 'incremental'), {
    settings,
    workingDirectory: process.cwd(),
  });
  const now = () => new Date();
  await runDiscovery(config, { resume: false, force: null, listener: () => undefined, signal, now });
}

/** Takes a table of images into a case. */
export function growCase(
  directory: string,
  table: string,
  retrain: RetrainChoice,
  { signal }: Pick<CaseOptions, 'signal'>,
): Promise<AddOutcome> {
  const request = { locations: [table], retrain, discoverFrom: DEFAULT_DISCOVER_FROM };
  const context = {
    workingDirectory: process.cwd(),
    listener: () => undefined,
    signal,
    now: () => new Date(),
  };
  return addImages(directory, request, context);
}
