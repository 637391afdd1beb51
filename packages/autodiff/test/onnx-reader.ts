/** A protobuf message as field number → values: integers of wire type 0, bytes of types 2 and 5, in file order. */
export type Message = Map<number, (bigint | Uint8Array)[]>;

/** Reads one level of a protobuf message. */
export function readMessage(bytes: Uint8Array): Message {
  const message: Message = new Map();
  let offset = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[offset++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
  };
  while (offset < bytes.length) {
    const key = Number(varint());
    const length = { 0: 0, 2: 0, 5: 4 }[key & 7];
    if (length === undefined) throw new Error(`wire type ${key & 7} at ${offset}`);
    let value: bigint | Uint8Array;
    if ((key & 7) === 0) value = BigInt.asIntN(64, varint());
    else {
      const size = length === 0 ? Number(varint()) : length;
      value = bytes.subarray(offset, offset + size);
      offset += size;
    }
    message.set(key >> 3, [...(message.get(key >> 3) ?? []), value]);
  }
  return message;
}

/** The values of a field that are messages. */
export function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) => readMessage(value as Uint8Array));
}

/** The values of a field that are texts. */
export function texts(message: Message, field: number): string[] {
  return (message.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));
}

/** The values of a field that are integers. */
export function integers(message: Message, field: number): number[] {
  return (message.get(field) ?? []).map(Number);
}
