import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedConfig } from '@ganscout/pipeline';
import type { CaseReport } from './evaluate-data-set.js';
import { formatMarkdown } from './markdown.js';

/** What evaluation.json holds. The same images, options and software give the same bytes. */
export interface Report {
  readonly version: 1;
  readonly dataSet: string;
  readonly images: number;
  readonly sources: number;
  readonly splits: { readonly count: number; readonly seed: number };
  readonly knownShare: number;
  readonly labelledShare: number;
  readonly rare: { readonly count: number; readonly size: number };
  readonly preset: string;
  readonly settings: readonly string[];
  /** Stage options of each round. */
  readonly rounds: ResolvedConfig['rounds'];
  readonly cases: readonly CaseReport[];
}

/** Writes evaluation.json and evaluation.md into a folder. */
export function writeReport(directory: string, report: Report): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'evaluation.json'), formatJson(report));
  writeFileSync(join(directory, 'evaluation.md'), formatMarkdown(report));
}

/** The report as JSON. */
export function formatJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
