const UTF8 = new TextDecoder('utf-8', { fatal: true });
const WIRE = { integer: 0, double: 1, bytes: 2, float: 5 } as const;

/**
 * Reads one message of the protobuf wire format, field by field, without trusting it.
 *
 * Every length is checked against the message it lies in, so nothing outside the bytes is read, and what is allocated
 * is at most eight times as large as they are. Errors name the position in the whole file.
 *
 * Source: Protocol Buffers, "Encoding", https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  readonly #end: number;
  #offset: number;
  #wire = 0;

  /** @param what the message is called in errors. @param start, end where it lies in the bytes; by default all of them. */
  constructor(bytes: Uint8Array, what: string, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#what = what;
    this.#offset = start;
    this.#end = end;
  }

  /**
   * Calls the handler of each field in file order; fields without one are skipped.
   *
   * @param handlers by field number; each reads the value by exactly one of the methods below.
   * @throws {SyntaxError} if the message breaks off or a field is not of the kind that is read.
   */
  fields(handlers: Readonly<Record<number, () => void>>): void {
    while (this.#offset < this.#end) {
      const key = this.#number();
      this.#wire = key & 7;
      const field = Math.floor(key / 8);
      if (field < 1 || field > 0x1fffffff) this.fail(`a field number from 1 to 536870911, found ${field}`);
      const handler = handlers[field];
      if (handler === undefined) this.#skip();
      else handler();
    }
  }

  /** A signed 64-bit integer. */
  integer(): bigint {
    this.#expect(WIRE.integer, 'an integer');
    return this.#integer();
  }

  /** Appends one integer, or a packed list of them. */
  integers(into: bigint[]): void {
    if (this.#wire !== WIRE.bytes) {
      into.push(this.integer());
      return;
    }
    const end = this.#lengthEnd();
    while (this.#offset < end) into.push(this.#integer());
    if (this.#offset !== end) this.fail('a list that ends where its length says');
  }

  /** A 32-bit float. */
  float(): number {
    this.#expect(WIRE.float, 'a float');
    return this.#view(4).getFloat32(0, true);
  }

  /** Appends one float, or a packed list of them. */
  floats(into: number[]): void {
    if (this.#wire !== WIRE.bytes) into.push(this.float());
    else this.#packed(4, (view, at) => into.push(view.getFloat32(at, true)));
  }

  /** Appends one 64-bit float, or a packed list of them. */
  doubles(into: number[]): void {
    if (this.#wire !== WIRE.bytes) {
      this.#expect(WIRE.double, 'a double');
      into.push(this.#view(8).getFloat64(0, true));
    } else this.#packed(8, (view, at) => into.push(view.getFloat64(at, true)));
  }

  /** A view of some bytes. */
  bytes(): Uint8Array {
    this.#expect(WIRE.bytes, 'bytes');
    const end = this.#lengthEnd();
    const start = this.#offset;
    this.#offset = end;
    return this.#bytes.subarray(start, end);
  }

  /** A text. */
  text(): string {
    const bytes = this.bytes();
    try {
      return UTF8.decode(bytes);
    } catch {
      return this.fail('a text in UTF-8');
    }
  }

  /** A message inside this one. */
  message(what: string): ProtobufReader {
    this.#expect(WIRE.bytes, `${what}, which is a message`);
    const end = this.#lengthEnd();
    const start = this.#offset;
    this.#offset = end;
    return new ProtobufReader(this.#bytes, what, start, end);
  }

  /** Throws a SyntaxError that says what was expected, and where. */
  fail(expected: string): never {
    throw new SyntaxError(`ONNX file, byte ${this.#offset}, ${this.#what}: expected ${expected}`);
  }

  #expect(wire: number, expected: string): void {
    if (this.#wire !== wire) this.fail(`${expected} (wire type ${wire}), found wire type ${this.#wire}`);
  }

  #skip(): void {
    if (this.#wire === WIRE.integer) this.#integer();
    else if (this.#wire === WIRE.double) this.#view(8);
    else if (this.#wire === WIRE.bytes) this.#offset = this.#lengthEnd();
    else if (this.#wire === WIRE.float) this.#view(4);
    else this.fail(`wire type 0, 1, 2 or 5, found ${this.#wire}`);
  }

  #packed(size: number, take: (view: DataView, at: number) => void): void {
    const bytes = this.bytes();
    if (bytes.length % size !== 0) this.fail(`a multiple of ${size} bytes, found ${bytes.length}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += size) take(view, at);
  }

  #view(size: number): DataView {
    if (this.#end - this.#offset < size) {
      this.fail(`${size} more bytes, found ${this.#end - this.#offset}`);
    }
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#offset, size);
    this.#offset += size;
    return view;
  }

  #lengthEnd(): number {
    const length = this.#number();
    const room = this.#end - this.#offset;
    if (length > room) this.fail(`at most ${room} more bytes, found a length of ${length}`);
    return this.#offset + length;
  }

  /** A varint as a number: a key or a length. */
  #number(): number {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * place;
      if (byte < 128) return value;
      if (place > 2 ** 35) this.fail('a key or length of at most 6 bytes');
    }
  }

  #integer(): bigint {
    let low = 0;
    let place = 1;
    for (let i = 0; i < 7; i++, place *= 128) {
      const byte = this.#byte();
      low += (byte & 127) * place;
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    return this.fail('an integer of at most 10 bytes');
  }

  #byte(): number {
    if (this.#offset >= this.#end) this.fail('one more byte, found the end');
    return this.#bytes[this.#offset++]!;
  }
}
