// Modules that are made here: just what the sections of the binary format need (core 3.0, 5.5 Modules).

const encoder = new TextEncoder();

export const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** An unsigned LEB128. */
export function u32(number) {
  const bytes = [];
  while (number >= 0x80) {
    bytes.push((number % 128) + 0x80);
    number = Math.floor(number / 128);
  }
  return [...bytes, number];
}

export const list = (items) => [...u32(items.length), ...items.flat()];

export const name = (text) => list([...encoder.encode(text)]);

const section = (id, content) => [id, ...u32(content.length), ...content];

export const typeSection = (types) => section(1, list(types));
export const importSection = (imports) => section(2, list(imports));
export const functionSection = (types) => section(3, list(types.map(u32)));
export const tableSection = (tables) => section(4, list(tables));
export const memorySection = (memories) => section(5, list(memories));
export const globalSection = (globals) => section(6, list(globals));
export const exportSection = (exports) => section(7, list(exports));
export const codeSection = (bodies) => section(10, list(bodies.map((body) => [...u32(body.length), ...body])));

/** @param {number[][]} sections in the order of their ids, but for those of exceptions */
export const moduleOf = (...sections) => new Uint8Array([...HEADER, ...sections.flat()]);

export const functionType = (params, results) => [0x60, ...list(params), ...list(results)];
