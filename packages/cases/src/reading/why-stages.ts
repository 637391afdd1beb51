import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS, STAGE_NAMES, type StageName } from '@ganscout/pipeline';
import { readConfig, readStageArray, stageFolder } from './stage-files.js';

/** What a stage of a round left of one image. */
export interface StageStep {
  readonly round: number;
  readonly stage: StageName;
  /** Where the image was after it. */
  readonly kind: 'known' | 'discovered' | 'unassigned';
  /** Name of the known source, or the cluster by its number from 1; null if unassigned. Numbers change from stage to stage. */
  readonly place: string | null;
  /** Images of the discovery set in the same place. */
  readonly images: number;
  /** Why it is there; of an earlier stage if it stayed. */
  readonly reason: string;
  /** Round in which it got there. */
  readonly since: number;
  /** Against the known sources; null where the stage tests nothing. */
  readonly score: number | null;
  readonly pValue: number | null;
  /** p-values above it are accepted. */
  readonly limit: number | null;
}

/** What the attribution after the last round says of one image. */
export interface FinalScores {
  readonly round: number;
  /** Against the known sources; larger is more out-of-distribution. */
  readonly score: number;
  /** Of belonging to any source. */
  readonly pValue: number;
  readonly margin: number;
  readonly limit: number;
  readonly nearestKnown: string;
}

/** The stages of a run, or of a training again, as one image went through them. */
export interface StageStory {
  readonly steps: readonly StageStep[];
  readonly final: FinalScores | null;
}

/**
 * Reads what each stage of each round said of one image of the discovery set.
 *
 * @param directory of a run, or of a generation of a case.
 * @param row in its discovery set.
 * @param nameOf what a known source is called, of the name that the stages have for it.
 *
 * Cost: O(N) of each stage.
 */
export function readStageStory(directory: string, row: number, nameOf: (name: string) => string): StageStory {
  const { rounds } = readConfig(directory);
  const names = readNames(directory, rounds.length).map(nameOf);
  const steps: StageStep[] = [];
  let final: FinalScores | null = null;
  for (const [i, options] of rounds.entries()) {
    const round = i + 1;
    const limit = options.ood.falseRejectRate;
    for (const stage of STAGE_NAMES) {
      const home = stageFolder(directory, round, stage);
      if (!existsSync(join(home, 'stage.json'))) continue;
      const step = readStep(home, { round, stage, row, limit, names });
      if (step !== null) steps.push(step);
      if (stage === 'attribute') final = readFinal(home, { round, row, limit, names });
    }
  }
  return { steps, final };
}

/** Names of the sources by label, of the last round that has them. */
function readNames(directory: string, rounds: number): readonly string[] {
  for (let round = rounds; round > 0; round--) {
    const path = join(stageFolder(directory, round, 'attribute'), 'sources.json');
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  }
  return [];
}

interface Place {
  readonly round: number;
  readonly row: number;
  readonly limit: number;
  readonly names: readonly string[];
}

function readStep(
  home: string,
  { round, stage, row, limit, names }: Place & { readonly stage: StageName },
): StageStep | null {
  const labels = readStageArray(home, 'labels');
  if (labels === null || row >= labels.length) return null;
  const label = labels[row] as number;
  const { knownCount } = JSON.parse(readFileSync(join(home, 'labels.json'), 'utf8'));
  const score = readStageArray(home, 'score');
  const pValue = readStageArray(home, 'p-value');
  return {
    round,
    stage,
    kind: label < 0 ? 'unassigned' : label < knownCount ? 'known' : 'discovered',
    place:
      label < 0 ? null : label < knownCount ? (names[label] ?? null) : `cluster ${label - knownCount + 1}`,
    images: labels.filter((other) => other === label).length,
    reason: REASONS[readStageArray(home, 'reasons')?.[row] as number] ?? '',
    since: readStageArray(home, 'since')?.[row] ?? round,
    score: score?.[row] ?? null,
    pValue: pValue?.[row] ?? null,
    limit: pValue === null ? null : limit,
  };
}

function readFinal(home: string, { round, row, limit, names }: Place): FinalScores | null {
  const value = (name: string) => readStageArray(home, name)?.[row];
  const score = value('oodScore');
  if (score === undefined) return null;
  return {
    round,
    score,
    pValue: value('pValue') as number,
    margin: value('margin') as number,
    limit,
    nearestKnown: names[value('nearestKnown') as number] ?? '',
  };
}
