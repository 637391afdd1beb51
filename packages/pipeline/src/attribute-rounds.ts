import type { SpaceName, StageOptions } from './config/schema.js';
import { bufferOf, EXEMPLARS_PER_SOURCE, exemplarsOf, writeBuffer, writeExemplars } from './exemplars.js';
import { writeDescriptorScale } from './project-features.js';
import { stageSpaces } from './round-stages.js';
import type { RoundsInput, RoundsResult } from './rounds.js';
import { writeModel } from './run-model.js';
import { nameSources } from './source-names.js';
import { type StageRunner, stageSeed } from './stage-runner.js';
import { type Attribution, attributeStage, readAttribution } from './stages/attribute.js';

/**
 * Scores all images after the last round, and keeps what is needed for images to come: the test, the exemplars of all sources,
 * and the images that no source has.
 */
export async function attributeRounds(
  input: RoundsInput,
  rounds: RoundsResult,
  knownSources: readonly string[],
  runner: StageRunner,
): Promise<Attribution> {
  const { config, knownLabels, knownGroups, described } = input;
  const known = { labels: knownLabels, groups: knownGroups };
  const { spaces, labels, lastRound, digest } = rounds;
  const last = config.rounds[lastRound - 1] as StageOptions;
  const { ood } = last;
  const seed = stageSeed(config.run.seed, 'ood', lastRound);
  const used = stageSpaces(last);
  const features = spaces.digest(used);
  const inputs = { labels: digest, features, known: input.knownDigest, seed: String(seed) };
  const options = { ...ood, exemplars: EXEMPLARS_PER_SOURCE };
  const key = { round: lastRound, stage: 'attribute', options, inputs } as const;
  const { result } = await runner.run(
    key,
    async (writer) => {
      attributeStage(spaces.rows(ood.space), known, labels, ood, seed, writer);
      if (described !== null) writeDescriptorScale(writer, described.rows);
      const names = nameSources(knownSources, labels.assignment);
      writer.write('sources.json', `${JSON.stringify(names)}\n`);
      const rowsIn = (name: SpaceName) => spaces.rows([name]);
      const exemplars = exemplarsOf(rowsIn, used, known, labels);
      writeExemplars(writer, exemplars);
      writeBuffer(writer, bufferOf(rowsIn, used, labels));
      writeModel(writer, knownSources.length, exemplars.features);
    },
    readAttribution,
  );
  return result;
}
