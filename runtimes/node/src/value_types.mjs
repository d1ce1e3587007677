// Value types: `"i32"`, `"f64"`, `"v128"` and their like, or a reference `{ heap, nullable }`, where `heap` is an abstract heap type by its
// name, or the index of a type of the module's (core 3.0, 5.3 Types).

const NUMBERS = new Map([[0x7f, "i32"], [0x7e, "i64"], [0x7d, "f32"], [0x7c, "f64"], [0x7b, "v128"]]);

const HEAPS = new Map([
  [0x74, "noexn"],
  [0x73, "nofunc"],
  [0x72, "noextern"],
  [0x71, "none"],
  [0x70, "func"],
  [0x6f, "extern"],
  [0x6e, "any"],
  [0x6d, "eq"],
  [0x6c, "i31"],
  [0x6b, "struct"],
  [0x6a, "array"],
  [0x69, "exn"],
]);

const HIERARCHIES = {
  func: "funcref",
  nofunc: "funcref",
  extern: "externref",
  noextern: "externref",
  any: "anyref",
  eq: "anyref",
  i31: "anyref",
  struct: "anyref",
  array: "anyref",
  none: "anyref",
  exn: "exnref",
  noexn: "exnref",
};

const NULLABLE = 0x63;
const NON_NULLABLE = 0x64;

const codeOf = (table, name) => [...table].find(([, named]) => named === name)?.[0];

/** @param {import("./byte_reader.mjs").ByteReader} reader */
export function readValueType(reader) {
  const code = reader.byte();
  const number = NUMBERS.get(code);
  if (number !== undefined) return number;
  if (code === NULLABLE || code === NON_NULLABLE) return { heap: readHeapType(reader), nullable: code === NULLABLE };
  const heap = HEAPS.get(code);
  if (heap === undefined) throw new RangeError(`no value type has the code 0x${code.toString(16)}`);
  return { heap, nullable: true };
}

function readHeapType(reader) {
  const code = reader.s33();
  if (code >= 0) return code;
  const heap = HEAPS.get(code + 0x80);
  if (heap === undefined) throw new RangeError(`no heap type has the code ${code}`);
  return heap;
}

/** The type's code, in the shorter form where there is one: an engine that has no typed references knows only that. */
export function valueTypeCode(type) {
  if (typeof type === "string") return [codeOf(NUMBERS, type)];
  const isAbstract = typeof type.heap === "string";
  if (isAbstract && type.nullable) return [codeOf(HEAPS, type.heap)];
  return [type.nullable ? NULLABLE : NON_NULLABLE, ...(isAbstract ? [codeOf(HEAPS, type.heap)] : signed(type.heap))];
}

/** A heap type as the operand of `ref.null`. */
export const heapTypeCode = (heap) => codeOf(HEAPS, heap);

/** The name that the protocol has for values of a type: a number's own, or the hierarchy of a reference. */
export function protocolType(type, types) {
  if (typeof type === "string") return type;
  if (typeof type.heap === "string") return HIERARCHIES[type.heap];
  return types[type.heap].form === "func" ? "funcref" : "anyref";
}

export const isConcrete = (type) => typeof type === "object" && typeof type.heap === "number";

/** A signed LEB128 of a number that is not negative. */
function signed(number) {
  const bytes = [];
  for (;;) {
    const byte = number % 128;
    number = Math.floor(number / 128);
    if (number === 0 && byte < 0x40) return [...bytes, byte];
    bytes.push(byte + 0x80);
  }
}
