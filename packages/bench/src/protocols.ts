import type { Cut } from '@ganscout/comparison';
import type { ImageRecord } from '@ganscout/images';

/** How images are cut, by the name of the protocol. */
export const PROTOCOLS = {
  '128': { title: 'native patches of 128 px', patchSize: 128, patchesPerImage: null },
  '64': { title: 'native patches of 64 px, at most 4 an image', patchSize: 64, patchesPerImage: 4 },
  whole: { title: 'whole images', patchSize: null, patchesPerImage: null },
} as const satisfies Readonly<Record<string, Cut & { readonly title: string }>>;

export type ProtocolName = keyof typeof PROTOCOLS;
export const PROTOCOL_NAMES = ['128', '64', 'whole'] as const satisfies readonly ProtocolName[];

/**
 * Leaves out protocols that give the same rows as one before them, such as whole images where none is larger than a
 * patch.
 */
export function distinctProtocols(
  rowsOf: ReadonlyMap<ProtocolName, readonly ImageRecord[]>,
): Map<ProtocolName, readonly ImageRecord[]> {
  const seen = new Set<string>();
  const distinct = new Map<ProtocolName, readonly ImageRecord[]>();
  for (const [name, rows] of rowsOf) {
    const key = rows.map(placeOf).join('\n');
    if (!seen.has(key)) distinct.set(name, rows);
    seen.add(key);
  }
  return distinct;
}

/** A patch as large as its image is the whole image. */
function placeOf({ path, patch, width, height }: ImageRecord): string {
  if (patch === null || (patch.width === width && patch.height === height)) return path;
  return `${path}#${patch.x},${patch.y},${patch.width},${patch.height}`;
}
