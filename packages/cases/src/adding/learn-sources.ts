import { rowsWhere } from '@ganscout/data-model';
import { type Exemplars, fitExemplarTest, type StageOptions } from '@ganscout/pipeline';
import { exemplarsOfRows, nextGroup } from './admit-candidates.js';
import type { Arrivals, SourceModel } from './intake.js';
import { joinExemplars } from './row-sets.js';

/** Exemplars below which a source learns from what comes to it. */
const YOUNG = 32;

/**
 * Lets young discovered sources learn from images that came to them, until 32 images stand for each, and fits the test again if
 * one did or a source is new.
 *
 * Older ones learn when the case is trained again, and no sooner: a new source that is like one that is there would be taken in
 * by it image by image, each making the next look more at home. Known sources learn from labelled images alone. The limit of
 * acceptance stays that of the labelled images.
 *
 * @param model with the sources that were admitted. @param before without them; returned as it is if nothing changed.
 * @param labels of the arrivals; -1 waits.
 */
export function learnFromArrivals(
  model: SourceModel,
  before: SourceModel,
  arrivals: Arrivals,
  labels: Int32Array,
  stages: StageOptions,
  seed: number,
): SourceModel {
  let { exemplars } = model;
  for (let label = model.knownCount; label < before.sources.length; label++) {
    exemplars = withArrivals(exemplars, label, arrivals, labels);
  }
  if (exemplars === before.exemplars) return before;
  const reference = before.test.fused?.reference ?? null;
  return {
    ...model,
    exemplars,
    test: fitExemplarTest(exemplars, model.sources.length, reference, stages, seed),
  };
}

/** The exemplars with as many of a source's arrivals as it is short of; the same object if there are none. */
function withArrivals(
  exemplars: Exemplars,
  label: number,
  arrivals: Arrivals,
  labels: Int32Array,
): Exemplars {
  const rows = rowsWhere(labels, (value) => value === label);
  const missing = YOUNG - rowsWhere(exemplars.labels, (value) => value === label).length;
  if (rows.length === 0 || missing <= 0) return exemplars;
  return joinExemplars(exemplars, exemplarsOfRows(arrivals, rows, label, nextGroup(exemplars), missing));
}
