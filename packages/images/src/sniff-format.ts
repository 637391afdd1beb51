const TIFF_STARTS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];
/** Brands of the container that AVIF shares with HEIC. Source: ISO/IEC 23008-12, 10. */
const AVIF_BRANDS = ['avif', 'avis', 'mif1', 'msf1', 'heic', 'heix', 'hevc'];

/**
 * Tells from its first bytes whether a file may be handed to the decoder: whether it begins as JPEG, PNG, WebP, TIFF, GIF
 * or AVIF does.
 *
 * The decoder knows more formats, among them SVG, which can name files and addresses. Those never reach it.
 */
export function beginsAsImage(bytes: Buffer): boolean {
  const text = (from: number, to: number) => bytes.toString('latin1', from, to);
  return (
    text(0, 3) === '\xff\xd8\xff' ||
    text(0, 8) === '\x89PNG\r\n\x1a\n' ||
    (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') ||
    TIFF_STARTS.includes(text(0, 4)) ||
    ['GIF87a', 'GIF89a'].includes(text(0, 6)) ||
    (text(4, 8) === 'ftyp' && AVIF_BRANDS.includes(text(8, 12)))
  );
}
