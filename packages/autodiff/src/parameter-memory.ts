import { WASM_BINARY } from './wasm-binary.js';

/** What is kept for each parameter: its value, its gradient, and what optimizers sum over the steps. */
export type ParameterRole = 'parameter' | 'gradient' | 'gradientSum' | 'squareSum';

/**
 * Memory that the kernels and the runtime both reach, so that nothing is copied between them. It is freed when neither it
 * nor an array of it is in use.
 */
export interface ParameterMemory {
  /** The arrays of a role, one for each parameter, in place. @throws {RangeError} if the memory was made without it. */
  arrays(role: ParameterRole): readonly Float32Array[];
  /**
   * Calls a kernel once, with the addresses of some roles, the number of values of each, and `scalars`.
   *
   * All arrays of a role are one to the kernel, with zeros between them until it writes there.
   *
   * @returns what the kernel does.
   */
  run(
    kernel: 'adamStep' | 'sgdStep' | 'squareSum',
    roles: readonly ParameterRole[],
    scalars?: readonly number[],
  ): number;
}

const PAGE = 65536;
/** The first page is left to the kernels' own constants. */
const FIRST_ADDRESS = PAGE;
/** 4 GB: all that 32-bit addresses reach. */
const MOST_PAGES = 65536;
/** Arrays start at multiples of so many values: 64 bytes, a line of the cache. */
const ALIGNMENT = 16;

let compiled: object | null = null;

/**
 * Reserves memory for some parameters, set to zero.
 *
 * @param lengths number of values of each parameter.
 * @throws {RangeError} if they need more than 4 GB, or more than there is.
 *
 * Cost: 4 bytes for each value and role.
 */
export function createParameterMemory(
  lengths: readonly number[],
  roles: readonly ParameterRole[],
): ParameterMemory {
  const starts: number[] = [];
  let count = 0;
  for (const length of lengths) {
    starts.push(count);
    count += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  const pages = 1 + Math.ceil((count * roles.length * 4) / PAGE);
  if (pages > MOST_PAGES) {
    throw new RangeError(
      `createParameterMemory: at most 4 GB can be reserved, got ${count} parameters with ${roles.length} values of 4 bytes each`,
    );
  }
  const memory = new WebAssembly.Memory({ initial: Math.max(2, pages), maximum: Math.max(2, pages) });
  compiled ??= new WebAssembly.Module(Buffer.from(WASM_BINARY, 'base64'));
  const kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  const addressOf = (role: ParameterRole) => {
    const place = roles.indexOf(role);
    if (place < 0)
      throw new RangeError(`ParameterMemory: role must be one of ${roles.join(', ')}, got ${role}`);
    return FIRST_ADDRESS + place * count * 4;
  };
  return {
    arrays: (role) =>
      lengths.map((length, i) => new Float32Array(memory.buffer, addressOf(role) + starts[i]! * 4, length)),
    run: (kernel, used, scalars = []) => kernels[kernel]!(...used.map(addressOf), count, ...scalars),
  };
}

/** What is used of WebAssembly, of which the types of Node know nothing. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: object } },
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => number>> };
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};
