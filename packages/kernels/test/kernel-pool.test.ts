import { expect, test } from 'vitest';
import { kernelPool, setKernelThreads } from '../src/index.js';
import { WASM_BINARY } from '../src/wasm-binary.js';

test('kernelPool() reserves aligned memory beyond the first page and grows it', () => {
  const pool = kernelPool(WASM_BINARY);
  pool.release();
  const first = pool.reserve(5);
  const second = pool.reserve(1 << 20);
  expect([first, second]).toEqual([65536, 65536 + 16]);
  pool.float32(second, 1 << 18).fill(2);
  expect(pool.float32(second, 1 << 18)[(1 << 18) - 1]).toBe(2);
  pool.release();
  expect(pool.reserve(1)).toBe(first);
});

test('run() refuses functions that are not there and too many arguments', () => {
  const pool = kernelPool(WASM_BINARY);
  expect(() => pool.run('sums', [])).toThrow('run: name must be one of products, got "sums"');
  expect(() => pool.run('products', [Array.from({ length: 15 }, () => 0)])).toThrow(
    'a call takes at most 14 arguments, got 15',
  );
});

test('run() says which kernel failed, and why, on whatever thread it was', () => {
  const pool = kernelPool(WASM_BINARY, 2);
  // The last byte of the address space is not there.
  const calls = Array.from({ length: 4000 }, () => [-16, -16, -16, 1, 1, 8]);
  const message = 'kernel "products" failed: memory access out of bounds';
  expect(() => pool.run('products', calls.slice(0, 1))).toThrow(message);
  expect(() => pool.run('products', calls)).toThrow(message);
});

test('kernelPool() gives one thread where it is asked for, whatever the number in use', () => {
  setKernelThreads(2);
  const [shared, alone] = [kernelPool(WASM_BINARY), kernelPool(WASM_BINARY, 1)];
  setKernelThreads(1);
  expect([shared.threads, alone.threads]).toEqual([2, 1]);
  expect(kernelPool(WASM_BINARY)).toBe(alone);
});
