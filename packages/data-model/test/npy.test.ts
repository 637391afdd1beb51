import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy, encodeNpyHeader, encodeNpyParts, type NpyArray, readNpy } from '../src/npy.js';

// numpy.save('x.npy', numpy.array([[1, -2, 0.5]], dtype='<f4')) of NumPy 1.24.2, in base64.
const SAVED_BY_NUMPY =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAwAAAAD8=';

function withHeader(header: string, body: number[], version = 1): Uint8Array {
  const size = header.length;
  const length = version === 1 ? [size & 0xff, size >> 8] : [size & 0xff, size >> 8, 0, 0];
  const text = [...header].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length, ...text, ...body]);
}

describe('encodeNpy() and decodeNpy()', () => {
  const arrays: NpyArray[] = [
    { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3e38, 0, -0) },
    { shape: [3], data: Float64Array.of(Math.PI, -1e300, 5e-324) },
    { shape: [2, 2], data: Int32Array.of(-1, 2147483647, 0, -2147483648) },
    { shape: [1, 2, 2], data: Uint8Array.of(0, 255, 7, 8) },
    { shape: [0, 5], data: new Float32Array(0) },
    { shape: [], data: Float64Array.of(4) },
  ];

  it.each(arrays)('give back an array of shape $shape', (array) => {
    expect(decodeNpy(encodeNpy(array))).toEqual(array);
  });

  it('encode what NumPy reads: magic, padded header, values', () => {
    const bytes = encodeNpy({ shape: [1, 3], data: Float32Array.of(1, -2, 0.5) });
    const header = Buffer.from(bytes.subarray(10, bytes.length - 12)).toString('latin1');
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    expect(header.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }");
    expect(header.endsWith('\n')).toBe(true);
    expect((bytes.length - 12) % 64).toBe(0);
    expect((bytes[8] as number) + 256 * (bytes[9] as number)).toBe(header.length);
  });

  it('decode a file that NumPy saved', () => {
    const array = decodeNpy(Buffer.from(SAVED_BY_NUMPY, 'base64'));
    expect(array).toEqual({ shape: [1, 3], data: Float32Array.of(1, -2, 0.5) });
  });

  it('decode a Buffer and a view into a larger one, as a copy', () => {
    const bytes = encodeNpy({ shape: [2], data: Float32Array.of(6, 7) });
    const larger = Buffer.alloc(bytes.length + 9, 1);
    larger.set(bytes, 3);
    const view = larger.subarray(3, 3 + bytes.length);
    const { data } = decodeNpy(view);
    larger.fill(0);
    expect([...data]).toEqual([6, 7]);
  });

  it('encode only the part that a view covers', () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect([...decodeNpy(encodeNpy({ shape: [2], data: view })).data]).toEqual([2, 3]);
  });

  it('decode a version 2 header', () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
    expect([...decodeNpy(withHeader(header, [5, 6], 2)).data]).toEqual([5, 6]);
  });

  it('write one comma for one dimension', () => {
    expect(Buffer.from(encodeNpyHeader('<i4', [4])).toString('latin1')).toContain("'shape': (4,), }");
  });
});

describe('encodeNpy()', () => {
  it('refuses a shape that does not fit', () => {
    expect(() => encodeNpy({ shape: [2, 2], data: new Float32Array(3) })).toThrow(
      '[2, 2] has 4 elements, got 3',
    );
  });
});

describe('encodeNpyParts()', () => {
  it('gives the bytes of encodeNpy(), the values as a view', () => {
    const all = Float32Array.of(1, 2, 3, 4);
    const array = { shape: [2], data: all.subarray(1, 3) };
    const [header, values] = encodeNpyParts(array);
    expect([...header, ...values]).toEqual([...encodeNpy(array)]);
    expect([values.buffer, values.byteOffset, values.length]).toEqual([all.buffer, 4, 8]);
  });

  it('gives a header alone for no values, and refuses a shape that does not fit', () => {
    expect(encodeNpyParts({ shape: [0, 3], data: new Float64Array(0) })).toEqual([
      encodeNpyHeader('<f8', [0, 3]),
      new Uint8Array(0),
    ]);
    expect(() => encodeNpyParts({ shape: [3], data: new Uint8Array(2) })).toThrow(
      '[3] has 3 elements, got 2',
    );
  });
});

describe('readNpy()', () => {
  /** The array as a file that begins so many bytes into a buffer. */
  const fileAt = (offset: number, array: NpyArray) => {
    const bytes = encodeNpy(array);
    const larger = new Uint8Array(offset + bytes.length + 3);
    larger.set(bytes, offset);
    return larger.subarray(offset, offset + bytes.length);
  };
  const floats: NpyArray = { shape: [1, 2], data: Float32Array.of(6, 7) };
  const doubles: NpyArray = { shape: [2], data: Float64Array.of(0.1, -5) };

  // Headers are multiples of 64 long, so values are aligned as their file is.
  it.each([
    [0, floats, true],
    [4, floats, true],
    [6, floats, false],
    [8, doubles, true],
    [4, doubles, false],
    [3, { shape: [3], data: Uint8Array.of(1, 2, 3) }, true],
    [2, { shape: [1], data: Int32Array.of(-9) }, false],
  ])('reads a file %i bytes into a buffer, as a view where values are aligned', (offset, array, isView) => {
    const file = fileAt(offset, array);
    const found = readNpy(file);
    expect(found).toEqual(array);
    expect(found.data.buffer === file.buffer).toBe(isView);
  });

  it('copies unaligned values of a Buffer from the right place', () => {
    const file = fileAt(5, floats);
    expect(readNpy(Buffer.from(file.buffer, file.byteOffset, file.length))).toEqual(floats);
  });

  it('refuses what decodeNpy() refuses', () => {
    expect(() => readNpy(new Uint8Array(100))).toThrow(SyntaxError);
    expect(() => readNpy(encodeNpy(floats).subarray(0, -2))).toThrow('needs 8 bytes of values, found 6');
  });
});

describe('decodeNpy()', () => {
  const refused =
    (header: string, body: number[] = []) =>
    () =>
      decodeNpy(withHeader(header, body));

  it('refuses what is no such file', () => {
    expect(() => decodeNpy(new Uint8Array(0))).toThrow(SyntaxError);
    expect(() => decodeNpy(new Uint8Array(100))).toThrow('must begin with');
  });

  it('refuses other element types, objects among them, by name', () => {
    expect(refused("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")).toThrow('found |O');
    expect(refused("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }")).toThrow('found >f4');
    expect(refused("{'descr': 'toString', 'fortran_order': False, 'shape': (1,), }")).toThrow(
      'found toString',
    );
    expect(refused('not a header')).toThrow('found not a header');
  });

  it('refuses Fortran order and a missing shape', () => {
    expect(refused("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }")).toThrow('C order');
    expect(refused("{'descr': '<f4', 'fortran_order': False, }")).toThrow('must give a shape');
  });

  it('refuses a truncated header, missing values and values too many', () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    const bytes = withHeader(header, [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(() => decodeNpy(bytes.subarray(0, 30))).toThrow('must end within');
    expect(() => decodeNpy(bytes.subarray(0, bytes.length - 1))).toThrow('needs 8 bytes of values, found 7');
    expect(refused(header, [0, 0, 0, 0, 0, 0, 0, 0, 0])).toThrow('needs 8 bytes of values, found 9');
  });
});
