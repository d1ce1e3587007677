// References from outside of the guest.
import { codeSection, exportSection, functionSection, functionType, list, moduleOf, name, typeSection } from "./module_writer.mjs";
import { valueTypeCode } from "./value_types.mjs";

/** A host object with a number. An object and no number, since a number that is made internal becomes an i31. */
class HostObject {
  constructor(number) {
    this.number = number;
  }
}

const objects = new Map();

/** The same object for the same number, whenever it is handed out. */
export function hostObject(number) {
  let object = objects.get(number);
  if (object === undefined) {
    object = new HostObject(number);
    objects.set(number, object);
  }
  return object;
}

export function describeFunction(value) {
  return value === null ? "null" : "some";
}

export function describeExternal(value) {
  if (value === null) return "null";
  return value instanceof HostObject ? { host: value.number } : "some";
}

export function describeInternal(value) {
  if (value === null) return "null";
  if (value instanceof HostObject) return { host: value.number };
  return SORTS[(classify ??= classifier())(value)];
}

const SORTS = ["some", "i31", "struct", "array"];
const ABSTRACT = ["i31", "struct", "array"];
let classify;

/**
 * JavaScript sees structures and arrays as one sort of opaque object, so the engine is asked by a module: a function from anyref to the
 * number of the first heap type in the list that the reference is of, 0 for none of them.
 */
function classifier() {
  const [I32_CONST, LOCAL_GET, GC, REF_TEST, IF, RETURN, END, EMPTY] = [0x41, 0x20, 0xfb, 0x14, 0x04, 0x0f, 0x0b, 0x40];
  const tests = ABSTRACT.flatMap((heap, at) => [
    ...[LOCAL_GET, 0, GC, REF_TEST, ...valueTypeCode({ heap, nullable: true })],
    ...[IF, EMPTY, I32_CONST, at + 1, RETURN, END],
  ]);
  const module = moduleOf(
    typeSection([functionType([valueTypeCode({ heap: "any", nullable: true })], [valueTypeCode("i32")])]),
    functionSection([0]),
    exportSection([[...name(""), 0, 0]]),
    codeSection([[...list([]), ...tests, I32_CONST, 0, END]]),
  );
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports[""];
}
