/**
 * Widens IEEE 754 binary16 numbers (1 bit of sign, 5 of exponent, 10 of fraction) to float32, exactly.
 *
 * @param bits the numbers' bits; not modified.
 */
export function decodeFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}

/**
 * Widens bfloat16 numbers, which are the upper halves of float32 numbers, exactly.
 *
 * @param bits the numbers' bits; not modified.
 */
export function decodeBfloat16(bits: Uint16Array): Float32Array {
  const words = Uint32Array.from(bits, (half) => half * 65536);
  return new Float32Array(words.buffer);
}
