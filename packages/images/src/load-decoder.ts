import type sharp from 'sharp';

/**
 * The library that decodes and encodes images, loaded when it is first needed: what works on features alone does without.
 *
 * One thread a file, since several files are decoded at once, and no cache, since each is decoded once.
 */
export async function loadDecoder(): Promise<typeof sharp> {
  const { default: decoder } = await import('sharp');
  decoder.concurrency(1);
  decoder.cache(false);
  return decoder;
}
