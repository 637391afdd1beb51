import type { RunSummary, SourceRow } from '@ganscout/pipeline';

const SOURCE: SourceRow = {
  source: 'real',
  kind: 'known',
  size: 50,
  firstRound: 0,
  trust: null,
  neighborShare: null,
  persistence: null,
  rejectedShare: null,
  cohesion: 0.5,
  stability: 0.9,
  nearest: 'new-001',
  separation: 2,
  majority: 'real',
  purity: 1,
};

export const DISCOVERED: readonly SourceRow[] = [
  {
    ...SOURCE,
    source: 'new-001',
    kind: 'discovered',
    size: 20,
    firstRound: 1,
    trust: 0.36,
    neighborShare: 0.9,
    persistence: 0.8,
    rejectedShare: 0.5,
    majority: 'gan-a',
    purity: 0.9,
  },
  {
    ...SOURCE,
    source: 'new-002',
    kind: 'discovered',
    size: 30,
    firstRound: 2,
    trust: 0.25,
    neighborShare: 0.5,
    persistence: 0.5,
    rejectedShare: 1,
    stability: null,
    majority: 'real',
  },
];

export const FIGURES = {
  wholeAveragePurity: 0.91234,
  wholeNmi: 0.8,
  wholeAri: 0.7,
  discoveredAveragePurity: 0.95,
  discoveredNmi: null,
  unknownAcceptedRate: 0.05,
  sourcesWithoutCluster: 2,
  imageCount: 120,
};

/** Two rounds over 120 images, with ground truth. */
export const SUMMARY: RunSummary = {
  version: 1,
  name: 'sample',
  preset: 'default',
  seed: 1,
  software: {},
  counts: {
    known: 60,
    knownSources: 1,
    discovery: 120,
    assignedToKnown: 50,
    assignedToDiscovered: 50,
    unassigned: 20,
    discoveredSources: 2,
    failedInputs: 0,
  },
  sources: [SOURCE, ...DISCOVERED],
  rounds: [
    { round: 1, changed: true, stages: [{ stage: 'ood', assigned: 40, clusters: 0, figures: FIGURES }] },
    {
      round: 2,
      changed: false,
      stages: [
        { stage: 'merge', assigned: 100, clusters: 2, figures: FIGURES },
        { stage: 'attribute', assigned: 100, clusters: 2, figures: FIGURES },
      ],
    },
  ],
  endedBecause: 'round 2 changed nothing',
  final: { figures: FIGURES, intervals: { wholeNmi: [0.75, 0.85] } },
};

/** The same without ground truth. */
export const SUMMARY_WITHOUT_TRUTH: RunSummary = {
  ...SUMMARY,
  sources: SUMMARY.sources.map((row) => ({ ...row, majority: null, purity: null })),
  rounds: SUMMARY.rounds.map((entry) => ({
    ...entry,
    stages: entry.stages.map((stage) => ({ ...stage, figures: null })),
  })),
  final: null,
};
