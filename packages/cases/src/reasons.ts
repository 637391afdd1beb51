/** Why an image that came to a case has the label it has; the position is the code that is stored. */
export const CASE_REASONS = [
  'no source accepted it: it waits in the buffer',
  'accepted by a known source',
  'accepted by a discovered source',
  'no source accepted it: most images like it were rejected too',
  'accepted: most images like it were accepted by the source',
  'clustered with images that no source accepted',
  'clustered with images of a discovered source',
  'accepted by a source that was just discovered',
  'placed by a retraining',
  'placed by a person',
  'put back by an undo',
  'accepted by a retired source, which is given nothing: it waits in the buffer',
] as const;

export const CASE_REASON = {
  waits: 0,
  acceptedByKnown: 1,
  acceptedByDiscovered: 2,
  rejectedWithLike: 3,
  acceptedWithLike: 4,
  clustered: 5,
  clusteredWithSource: 6,
  acceptedByNewSource: 7,
  retrained: 8,
  placedByPerson: 9,
  undone: 10,
  acceptedByRetired: 11,
} as const;
