// Bytes from and for a guest: text where they are UTF-8, base64 where not.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {Uint8Array} bytes */
export function written(bytes) {
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
  }
}

/** @returns {Buffer} */
export function bytesOf(said) {
  return said.text === undefined ? Buffer.from(said.base64, "base64") : Buffer.from(said.text);
}
