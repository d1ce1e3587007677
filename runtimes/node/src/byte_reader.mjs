// The primitives of the binary format (core 3.0, 5.2 Values).

// A name may begin with what would be a byte order mark elsewhere.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class ByteReader {
  /** @param {Uint8Array} bytes */
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.start = at;
    this.at = at;
    this.end = end;
  }

  get isAtEnd() {
    return this.at >= this.end;
  }

  byte() {
    if (this.isAtEnd) throw new RangeError("the section ends too early");
    return this.bytes[this.at++];
  }

  peek() {
    return this.bytes[this.at];
  }

  /** An unsigned LEB128 of up to 32 bits. */
  u32() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** A signed LEB128 of up to 33 bits: a heap type. */
  s33() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte & 0x40 ? value - scale * 128 : value;
    }
  }

  /** Passes over a LEB128 of any width. */
  skipNumber() {
    while (this.byte() >= 0x80);
  }

  skip(length) {
    this.at += length;
  }

  name() {
    const length = this.u32();
    this.at += length;
    return decoder.decode(this.bytes.subarray(this.at - length, this.at));
  }

  /** As many of them as a count in front says. */
  list(read) {
    return Array.from({ length: this.u32() }, () => read());
  }
}
