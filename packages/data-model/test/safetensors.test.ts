import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../src/safetensors.js';

/** A file of this header, which is not checked, and data. */
function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(Array.from(data), 8 + text.length);
  return bytes;
}

const bytesOf = (array: Float32Array | Float64Array | BigInt64Array | Uint16Array) =>
  new Uint8Array(array.buffer);

describe('encodeSafetensors() and decodeSafetensors()', () => {
  const tensors = new Map([
    ['conv.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3e38, 0, -0) }],
    ['steps', { shape: [], data: BigInt64Array.of(-(2n ** 62n)) }],
    ['empty', { shape: [0, 5], data: new Float32Array(0) }],
    ['1', { shape: [1], data: Float32Array.of(7) }],
    ['__proto__', { shape: [1], data: Float32Array.of(8) }],
  ]);

  it('give back tensors and metadata, without a copy', () => {
    const bytes = encodeSafetensors(tensors, { format: 'pt', größe: 'ü' });
    const found = decodeSafetensors(bytes);
    for (const [name, tensor] of tensors) {
      expect(found.tensors.get(name)).toEqual(tensor);
      expect(found.tensors.get(name)!.data.buffer).toBe(bytes.buffer);
    }
    expect(found.tensors.size).toBe(5);
    expect(found.metadata).toEqual({ format: 'pt', größe: 'ü' });
    expect(encodeSafetensors(tensors, { format: 'pt', größe: 'ü' })).toEqual(bytes);
  });

  it('give back a view of a larger array, from a Buffer at any offset', () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const bytes = encodeSafetensors(new Map([['w', { shape: [2], data: view }]]));
    for (const offset of [0, 1, 2, 3, 4]) {
      const larger = Buffer.alloc(bytes.length + 8, 1);
      larger.set(bytes, offset);
      const { tensors: found } = decodeSafetensors(larger.subarray(offset, offset + bytes.length));
      expect(found.get('w')).toEqual({ shape: [2], data: Float32Array.of(2, 3) });
    }
  });

  it('give back no tensors', () => {
    expect(decodeSafetensors(encodeSafetensors(new Map()))).toEqual({ tensors: new Map(), metadata: {} });
  });
});

describe('encodeSafetensors()', () => {
  it('writes the header that others read', () => {
    const bytes = encodeSafetensors(new Map([['ww', { shape: [1, 2], data: Float32Array.of(1, -2) }]]));
    // Spaces fill the header of 57 bytes up to a multiple of 8. 1 is 0x3f800000 and -2 is 0xc0000000, little-endian.
    const header = '{"ww":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'.padEnd(64);
    expect(bytes).toEqual(fileOf(header, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]));
  });

  it('refuses a shape that does not fit and the name of the metadata', () => {
    const w = { shape: [2, 2], data: new Float32Array(3) };
    expect(() => encodeSafetensors(new Map([['w', w]]))).toThrow('[2, 2] of w has 4 elements, got 3');
    const named = new Map([['__metadata__', { shape: [3], data: new Float32Array(3) }]]);
    expect(() => encodeSafetensors(named)).toThrow('a name must not be __metadata__');
  });
});

describe('decodeSafetensors()', () => {
  const described = (dtype: string, shape: unknown, data_offsets: unknown) => ({
    dtype,
    shape,
    data_offsets,
  });

  it('widens and narrows floats to float32', () => {
    // binary16: 0x3e00 is 1.5, 0x0001 is 2^-24, 0xfc00 is -∞, 0xc500 is -5, 0x8000 is -0. bfloat16: 0xbe20 is -0.15625.
    const halves = Uint16Array.of(0x3e00, 0x0001, 0xfc00, 0xc500, 0x8000);
    const data = [
      ...bytesOf(Float64Array.of(0.1, -3)),
      ...bytesOf(halves),
      ...bytesOf(Uint16Array.of(0xbe20)),
    ];
    const header = {
      f64: described('F64', [2], [0, 16]),
      f16: described('F16', [5], [16, 26]),
      bf16: described('BF16', [1, 1], [26, 28]),
    };
    const { tensors } = decodeSafetensors(fileOf(header, data));
    expect(tensors.get('f64')!.data).toEqual(Float32Array.of(0.1, -3));
    expect(tensors.get('f16')!.data).toEqual(
      Float32Array.of(1.5, 2 ** -24, Number.NEGATIVE_INFINITY, -5, -0),
    );
    expect(tensors.get('bf16')).toEqual({ shape: [1, 1], data: Float32Array.of(-0.15625) });
  });

  it('reads tensors in any order of the header', () => {
    const header = { b: described('F32', [1], [4, 8]), a: described('F32', [], [0, 4]) };
    const { tensors } = decodeSafetensors(fileOf(header, bytesOf(Float32Array.of(1, 2))));
    expect([...tensors.keys()]).toEqual(['b', 'a']);
    expect([tensors.get('a')!.data[0], tensors.get('b')!.data[0]]).toEqual([1, 2]);
  });

  const one = described('F32', [1], [0, 4]);
  const four = [0, 0, 0, 0];
  it.each<[string, Uint8Array, string]>([
    ['no length', new Uint8Array(7), 'at least 8 bytes, found 7'],
    ['a header beyond the end', fileOf({}).subarray(0, 9), 'at most 1 bytes, the file says 2'],
    [
      'a header of 2^63 bytes',
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 32),
      'the file says 9223372036854776000',
    ],
    ['a header that is no JSON', fileOf('{"w":'), 'the header must be JSON in UTF-8'],
    [
      'a header that is no text',
      Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 255),
      'the header must be JSON in UTF-8',
    ],
    ['a header that is a list', fileOf('[]'), 'the header must be a JSON object'],
    ['a header that begins with a space', fileOf(' {}'), 'the header must be a JSON object'],
    [
      'a name twice',
      fileOf(`{"w":${JSON.stringify(one)},"\\u0077":${JSON.stringify(one)}}`, four),
      '"w" twice',
    ],
    ['a key of a tensor twice', fileOf('{"w":{"dtype":"F32","dtype":"I64"}}'), '"dtype" twice'],
    [
      'another element type',
      fileOf({ w: described('U8', [1], [0, 1]) }, [0]),
      'type of w must be one of F64, F32, F16, BF16, I64, found U8',
    ],
    [
      'the name of a method as type',
      fileOf({ w: described('toString', [1], [0, 1]) }, [0]),
      'found toString',
    ],
    ['a tensor that is a number', fileOf({ w: 3 }), 'found undefined'],
    ['a negative size', fileOf({ w: described('F32', [-1], [0, 4]) }, four), 'shape of w'],
    ['a broken size', fileOf({ w: described('F32', [0.5], [0, 4]) }, four), 'shape of w'],
    ['one offset', fileOf({ w: described('F32', [1], [0]) }, four), 'data_offsets of w must be two numbers'],
    [
      'a shape of more bytes',
      fileOf({ w: described('F32', [2], [0, 4]) }, four),
      'w of shape [2] of F32 needs 8 bytes, found 4',
    ],
    ['a shape of 2^104 elements', fileOf({ w: described('F32', [2 ** 52, 2 ** 52], [0, 4]) }, four), 'needs'],
    ['offsets that go back', fileOf({ w: described('F32', [1], [4, 0]) }, four), 'needs 4 bytes, found -4'],
    [
      'a gap',
      fileOf({ w: described('F32', [1], [4, 8]) }, [...four, ...four]),
      'data of w must begin at 0, where those before end, found 4',
    ],
    [
      'an overlap',
      fileOf({ a: one, b: one }, four),
      'data of b must begin at 4, where those before end, found 0',
    ],
    ['data too many', fileOf({ w: one }, [...four, 0]), 'the header describes 4 bytes of data, found 5'],
    ['data too few', fileOf({ w: one }, [0]), 'the header describes 4 bytes of data, found 1'],
    [
      'metadata that are no texts',
      fileOf({ __metadata__: { a: 1 } }),
      '__metadata__ must be an object of texts',
    ],
  ])('refuses %s', (_what, file, message) => {
    expect(() => decodeSafetensors(file)).toThrow(SyntaxError);
    expect(() => decodeSafetensors(file)).toThrow(message);
  });

  it('refuses a file cut off anywhere, and ends with any bit turned over', () => {
    const file = encodeSafetensors(
      new Map([['layer.weight', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]),
      { format: 'pt' },
    );
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeSafetensors(file.subarray(0, length))).toThrow(SyntaxError);
    }
    for (let bit = 0; bit < 8 * file.length; bit++) {
      file[bit >> 3]! ^= 1 << (bit & 7);
      try {
        decodeSafetensors(file);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
      file[bit >> 3]! ^= 1 << (bit & 7);
    }
  });
});
