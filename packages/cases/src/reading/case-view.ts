import { resolve } from 'node:path';
import { readRun, readTimings } from '@ganscout/pipeline';
import { readCaseInputs } from '../case-records.js';
import { readCase } from '../case-state.js';
import { provenanceOf } from './provenance.js';
import { readConfig } from './stage-files.js';
import type { CaseView, CaseViewSettings } from './viewed-case.js';
import { openViewedFeatures } from './viewed-features.js';
import { viewInputs } from './viewed-inputs.js';
import { viewSources } from './viewed-sources.js';
import { readViewedTruth } from './viewed-truth.js';

/**
 * Opens a case, or a run that was never opened as one, for those who show it. No image is opened, nor looked for.
 *
 * @throws {InputError} if the directory holds no finished run, its tables do not list the images of the case, or
 *   `truthFile` cannot be read or names none of the images.
 *
 * Cost: reading the tables of inputs and what entries say of images; features are read when they are asked for.
 */
export async function openCaseView(directory: string, settings: CaseViewSettings = {}): Promise<CaseView> {
  const state = readCase(directory);
  const { summary } = readRun(directory);
  const config = readConfig(directory);
  const inputs = readCaseInputs(state);
  const records = inputs.flatMap(({ discovery }) => discovery.filter(({ status }) => status === 'ok'));
  const truth = await readViewedTruth(config, records, settings.truthFile ?? null);
  const { images, known, unusable, copies, warnings } = viewInputs(state, config, inputs, truth.groups);
  const labelledIds = known.images.map(({ id }) => id);
  return {
    directory: resolve(directory),
    state,
    config,
    summary,
    timings: readTimings(directory),
    images,
    labels: state.labels,
    provenance: provenanceOf(state),
    truth: truth.sources,
    sources: viewSources(state, summary.sources, known.labels),
    known,
    unusable,
    copies,
    warnings: [...truth.warnings, ...warnings],
    ...openViewedFeatures(state, labelledIds),
  };
}
