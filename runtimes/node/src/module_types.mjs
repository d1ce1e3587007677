// The types of what a module exports. JavaScript's interface tells names and sorts only, and what crosses it has to be known by its type.
import { ByteReader } from "./byte_reader.mjs";
import { isConcrete, readValueType } from "./value_types.mjs";

const SECTIONS = { 1: "type", 2: "import", 3: "function", 4: "table", 5: "memory", 6: "global", 7: "export" };
const SORTS = ["function", "table", "memory", "global", "tag"];
const HEADER = 8;

const FUNC = 0x60;
const STRUCT = 0x5f;
const ARRAY = 0x5e;
const SUB = 0x50;
const SUB_FINAL = 0x4f;
const REC = 0x4e;
const PACKED = [0x78, 0x77];

/**
 * What a valid module says of its exports.
 * @param {Uint8Array} bytes
 * @returns {{ types: object[], typeSection: { count: number, content: Uint8Array }, exports: Map<string, { sort: string, type: object }> }}
 * @throws {RangeError} where the module has something that is newer than this reader
 */
export function moduleTypes(bytes) {
  const sections = sectionsOf(bytes);
  const types = [];
  const groups = read(sections.type, (reader) => readTypeGroup(reader, types));
  const spaces = { function: [], table: [], memory: [], global: [], tag: [] };
  read(sections.import, (reader) => readImport(reader, spaces, types));
  spaces.function.push(...read(sections.function, (reader) => types[reader.u32()]));
  spaces.memory.push(...read(sections.memory, readLimits));
  const exports = read(sections.export, (reader) => ({ name: reader.name(), sort: SORTS[reader.byte()], index: reader.u32() }));
  if (exports.some(({ sort, index }) => sort === "global" && index >= spaces.global.length)) {
    spaces.global.push(...read(sections.global, readGlobal));
  }
  return {
    types,
    typeSection: { count: groups.length, content: contentOf(sections.type) },
    exports: new Map(exports.map(({ name, sort, index }) => [name, { sort, type: spaces[sort][index] }])),
  };
}

function sectionsOf(bytes) {
  const reader = new ByteReader(bytes, HEADER);
  const found = {};
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const size = reader.u32();
    if (SECTIONS[id] !== undefined) found[SECTIONS[id]] = new ByteReader(bytes, reader.at, reader.at + size);
    reader.skip(size);
  }
  return found;
}

const read = (section, one) => (section === undefined ? [] : section.list(() => one(section)));

/** The types alone, without the count in front; a copy, so that a large module need not be kept for it. */
function contentOf(section) {
  if (section === undefined) return new Uint8Array();
  const reader = new ByteReader(section.bytes, section.start, section.end);
  reader.u32();
  return section.bytes.slice(reader.at, section.end);
}

function readTypeGroup(reader, types) {
  if (reader.peek() !== REC) {
    readSubtype(reader, types, true);
    return;
  }
  reader.byte();
  reader.list(() => readSubtype(reader, types, false));
}

function readSubtype(reader, types, alone) {
  let code = reader.byte();
  const plain = alone && code === FUNC;
  if (code === SUB || code === SUB_FINAL) {
    reader.list(() => reader.u32());
    code = reader.byte();
  }
  if (code === FUNC) {
    const params = reader.list(() => readValueType(reader));
    const results = reader.list(() => readValueType(reader));
    // Whether the type can be written down in another module by its parameters and results alone.
    const isPlain = plain && ![...params, ...results].some(isConcrete);
    types.push({ form: "func", index: types.length, params, results, isPlain });
  } else if (code === STRUCT) {
    reader.list(() => readField(reader));
    types.push({ form: "struct" });
  } else if (code === ARRAY) {
    readField(reader);
    types.push({ form: "array" });
  } else {
    throw new RangeError(`no composite type has the code 0x${code.toString(16)}`);
  }
}

function readField(reader) {
  if (PACKED.includes(reader.peek())) reader.byte();
  else readValueType(reader);
  reader.byte();
}

function readImport(reader, spaces, types) {
  reader.name();
  reader.name();
  const sort = SORTS[reader.byte()];
  if (sort === "function") spaces.function.push(types[reader.u32()]);
  else if (sort === "table") {
    readValueType(reader);
    spaces.table.push(readLimits(reader));
  } else if (sort === "memory") spaces.memory.push(readLimits(reader));
  else if (sort === "global") spaces.global.push(readGlobalType(reader));
  else if (sort === "tag") {
    reader.byte();
    reader.u32();
    spaces.tag.push(undefined);
  } else throw new RangeError("no import is of this sort");
}

function readLimits(reader) {
  const flags = reader.byte();
  reader.skipNumber();
  if (flags & 1) reader.skipNumber();
  if (flags & 8) reader.skipNumber();
  return { isAddressed64: (flags & 4) !== 0 };
}

function readGlobalType(reader) {
  const value = readValueType(reader);
  return { value, isMutable: reader.byte() === 1 };
}

function readGlobal(reader) {
  const type = readGlobalType(reader);
  skipConstant(reader);
  return type;
}

/** Passes over a constant expression (core 3.0, 3.4.14). */
function skipConstant(reader) {
  for (;;) {
    const code = reader.byte();
    switch (code) {
      case 0x0b: // end
        return;
      case 0x23: // global.get
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0xd0: // ref.null
      case 0xd2: // ref.func
        reader.skipNumber();
        break;
      case 0x43: // f32.const
        reader.skip(4);
        break;
      case 0x44: // f64.const
        reader.skip(8);
        break;
      case 0x6a: // i32.add, and so on
      case 0x6b:
      case 0x6c:
      case 0x7c: // i64.add, and so on
      case 0x7d:
      case 0x7e:
        break;
      case 0xfd: // v128.const, the only one of its prefix
        reader.skipNumber();
        reader.skip(16);
        break;
      case 0xfb:
        skipConstantOfGc(reader);
        break;
      default:
        throw new RangeError(`no constant instruction has the code 0x${code.toString(16)}`);
    }
  }
}

function skipConstantOfGc(reader) {
  const code = reader.u32();
  // struct.new, struct.new_default, array.new and array.new_default have a type; array.new_fixed has a length too; the conversions and
  // ref.i31 have nothing.
  const operands = { 0: 1, 1: 1, 6: 1, 7: 1, 8: 2, 26: 0, 27: 0, 28: 0 }[code];
  if (operands === undefined) throw new RangeError(`no constant instruction has the code 0xfb ${code}`);
  for (let operand = 0; operand < operands; operand += 1) reader.skipNumber();
}
