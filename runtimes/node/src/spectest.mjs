// The host module of the specification's test suite.
//
// It is a module itself, and not made with `WebAssembly.Global` and its like, because of the functions: an import of any type can be
// linked to a function of JavaScript's, and only one that a module exports has a type of its own to be held against.
import { has } from "./capabilities.mjs";
import { Instance } from "./instance.mjs";
import { moduleTypes } from "./module_types.mjs";
import {
  exportSection, functionType, globalSection, importSection, memorySection, moduleOf, name, tableSection, typeSection,
} from "./module_writer.mjs";
import { valueTypeCode } from "./value_types.mjs";

const PRINTS = {
  print: [],
  print_i32: ["i32"],
  print_i64: ["i64"],
  print_f32: ["f32"],
  print_f64: ["f64"],
  print_i32_f32: ["i32", "f32"],
  print_f64_f64: ["f64", "f64"],
};
const [FUNCTION, TABLE, MEMORY, GLOBAL] = [0, 1, 2, 3];
const END = 0x0b;
const WITH_MAXIMUM = 1;
const SHARED = 2;
const ADDRESSED_64 = 4;

const bytesOf = (array) => [...new Uint8Array(array.buffer)];
const SIX_HUNDRED_AND_SIXTY_SIX = [0x9a, 0x05];
const GLOBALS = {
  global_i32: ["i32", [0x41, ...SIX_HUNDRED_AND_SIXTY_SIX]],
  global_i64: ["i64", [0x42, ...SIX_HUNDRED_AND_SIXTY_SIX]],
  global_f32: ["f32", [0x43, ...bytesOf(new Float32Array([666.6]))]],
  global_f64: ["f64", [0x44, ...bytesOf(new Float64Array([666.6]))]],
};

const exported = (names, sort) => names.map((one, at) => [...name(one), sort, at]);

/** Modules that engines without a proposal reject are apart. */
function modules() {
  const table = (flags) => tableSection([[...valueTypeCode({ heap: "func", nullable: true }), WITH_MAXIMUM | flags, 10, 20]]);
  const memory = (flags) => memorySection([[WITH_MAXIMUM | flags, 1, 2]]);
  const made = [
    moduleOf(
      typeSection(Object.values(PRINTS).map((params) => functionType(params.map(valueTypeCode), []))),
      importSection(Object.keys(PRINTS).map((print, type) => [...name(""), ...name(print), FUNCTION, type])),
      table(0),
      memory(0),
      globalSection(Object.values(GLOBALS).map(([type, value]) => [...valueTypeCode(type), 0, ...value, END])),
      exportSection([
        ...exported(Object.keys(PRINTS), FUNCTION),
        ...exported(["table"], TABLE),
        ...exported(["memory"], MEMORY),
        ...exported(Object.keys(GLOBALS), GLOBAL),
      ]),
    ),
  ];
  if (has("memory64")) made.push(moduleOf(table(ADDRESSED_64), exportSection(exported(["table64"], TABLE))));
  if (has("threads")) made.push(moduleOf(memory(SHARED), exportSection(exported(["shared_memory"], MEMORY))));
  return made.map((bytes) => ({ module: new WebAssembly.Module(bytes), types: moduleTypes(bytes) }));
}

const prints = Object.fromEntries(Object.keys(PRINTS).map((print) => [print, () => {}]));
let made;

export function spectest() {
  made ??= modules();
  const exports = Object.create(null);
  for (const { module } of made) Object.assign(exports, new WebAssembly.Instance(module, { "": prints }).exports);
  const [{ types }] = made;
  const all = { ...types, exports: new Map(made.flatMap((one) => [...one.types.exports])) };
  return new Instance(exports, () => all);
}
