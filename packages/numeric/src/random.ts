/** A seeded stream of pseudo-random numbers. Two streams of one seed with different names are independent. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, bound); `bound` is an integer in [1, 2^32]. */
  integer(bound: number): number;
  /** Standard normal (mean 0, variance 1). */
  normal(): number;
}

/**
 * Creates the stream named `stream` of the given seed.
 *
 * Equal arguments give equal numbers on every machine: only 32-bit integer operations and
 * V8's portable `Math.log`, `Math.sqrt`, `Math.cos` and `Math.sin` are used.
 *
 * @param seed integer in [0, 2^53).
 * @param stream says what the numbers are for, e.g. `'kmeans/round-2'`.
 * @throws {RangeError} if the seed is not an integer in range.
 *
 * Source: generator sfc32 of C. Doty-Humphrey's PractRand; seeding by the MurmurHash3 finalizer.
 */
export function createRandom(seed: number, stream = ''): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`createRandom: seed must be an integer in [0, 2^53), got ${seed}`);
  }
  const next = sfc32(seedWords(seed, stream));
  let spare = Number.NaN;
  const uniform = () => next() / 4294967296;
  return {
    uniform,
    integer(bound) {
      if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
        throw new RangeError(`Random.integer: bound must be an integer in [1, 2^32], got ${bound}`);
      }
      // Rejection keeps the distribution exactly uniform.
      const limit = 4294967296 - (4294967296 % bound);
      let value = next();
      while (value >= limit) value = next();
      return value % bound;
    },
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      // Box-Muller; 1 - u is in (0, 1], so the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** Returns a uniformly random permutation of 0 … count - 1 (Fisher-Yates). */
export function permutation(random: Random, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

function seedWords(seed: number, stream: string): [number, number, number, number] {
  let hash = mix(seed >>> 0) ^ mix(Math.floor(seed / 4294967296) + 0x9e3779b9);
  for (let i = 0; i < stream.length; i++) {
    hash = mix((hash + Math.imul(stream.charCodeAt(i) + 1, 0x9e3779b1)) | 0);
  }
  return [hash, mix(hash + 0x6d2b79f5), mix(hash + 0x1b873593), mix(hash + 0x38495ab5)];
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function sfc32([first, second, third, fourth]: [number, number, number, number]): () => number {
  let a = first | 0;
  let b = second | 0;
  let c = third | 0;
  let counter = fourth | 0;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
