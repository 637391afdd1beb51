// AssemblyScript: addresses are bytes in linear memory.

/** Ones in the lanes of the last block of 8 columns that lie within a run of so many columns. */
// @ts-ignore: decorator
@inline
export function tailMask(columns: i32): v128 {
  const lanes = i16x8(0, 1, 2, 3, 4, 5, 6, 7);
  return i16x8.lt_s(lanes, i16x8.splat(<i16>(columns - ((columns - 1) & ~7))));
}
