// Small modules that stand between JavaScript and a guest's floats, vectors and exception references.
//
// A JavaScript number does not keep the payload of a NaN, not even whether it is signalling, and a v128 or an exnref cannot cross at all:
// calling such an export throws a TypeError before the guest runs (WebAssembly JavaScript Interface, ToJSValue and ToWebAssemblyValue). So
// the export is called by a module of our own, which takes and returns a float as an integer of its bits, a v128 as two i64, and of an
// exnref whether it is null. The engine does the rest, as it does between any two modules.
import {
  codeSection, exportSection, functionSection, functionType, importSection, list, moduleOf, name, typeSection, u32,
} from "./module_writer.mjs";
import { heapTypeCode, protocolType, valueTypeCode } from "./value_types.mjs";

const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const CALL = 0x10;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const END = 0x0b;
const SIMD = 0xfd;
const I64X2_SPLAT = 0x12;
const I64X2_EXTRACT_LANE = 0x1d;
const I64X2_REPLACE_LANE = 0x1e;
const REF_NULL = 0xd0;
const REF_IS_NULL = 0xd1;

/** How a type crosses: as which types, and the instructions there and back. What is not here crosses as it is. */
const LOWERINGS = {
  f32: { as: ["i32"], lift: ([at]) => [LOCAL_GET, ...at, 0xbe], lower: (at) => [LOCAL_GET, ...at, 0xbc] },
  f64: { as: ["i64"], lift: ([at]) => [LOCAL_GET, ...at, 0xbf], lower: (at) => [LOCAL_GET, ...at, 0xbd] },
  v128: {
    as: ["i64", "i64"],
    lift: ([low, high]) => [LOCAL_GET, ...low, SIMD, I64X2_SPLAT, LOCAL_GET, ...high, SIMD, I64X2_REPLACE_LANE, 1],
    lower: (at) => [LOCAL_GET, ...at, SIMD, I64X2_EXTRACT_LANE, 0, LOCAL_GET, ...at, SIMD, I64X2_EXTRACT_LANE, 1],
  },
  // A host has no exception to give but null, so the parameter is not even handed over.
  exnref: { asParameter: [], as: ["i32"], lift: () => [REF_NULL, heapTypeCode("noexn")], lower: (at) => [LOCAL_GET, ...at, REF_IS_NULL] },
};

const AS_IT_IS = { lift: ([at]) => [LOCAL_GET, ...at], lower: (at) => [LOCAL_GET, ...at] };

function loweringOf(type, types) {
  const lowering = LOWERINGS[protocolType(type, types)];
  if (lowering !== undefined) return { asParameter: lowering.as, ...lowering };
  // A local must have a first value, so a reference that is never null becomes one that may be.
  const as = [typeof type === "string" ? type : { ...type, nullable: true }];
  return { ...AS_IT_IS, as, asParameter: [type] };
}

/** Whether a type needs such a module. */
export const needsLowering = (type, types) => LOWERINGS[protocolType(type, types)] !== undefined;

const functions = new Map();
const globals = new Map();

/**
 * An exported function behind such a module.
 * @param {Function} callee
 * @param {object} type the function's type in its module
 * @param {object} described the module's types
 * @returns {Function}
 */
export function loweredFunction(callee, type, described) {
  // Types that mean the same in every module need one such module for all; others need their module's types beside them.
  const cache = type.isPlain ? functions : (described.lowered ??= new Map());
  const key = type.isPlain ? `${codesOf(type.params)}>${codesOf(type.results)}` : type.index;
  let module = cache.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(caller(type, described));
    cache.set(key, module);
  }
  return new WebAssembly.Instance(module, { "": { "": callee } }).exports[""];
}

const codesOf = (types) => types.flatMap(valueTypeCode).join();

function caller(type, { types, typeSection: section }) {
  const params = type.params.map((one) => loweringOf(one, types));
  const results = type.results.map((one) => loweringOf(one, types));
  const outside = functionType(codes(params.flatMap((one) => one.asParameter)), codes(results.flatMap((one) => one.as)));
  const [declared, index, count] = type.isPlain
    ? [functionType(codes(type.params), codes(type.results)), 0, 1]
    : [[...section.content], type.index, types.length];
  const groups = type.isPlain ? 1 : section.count;
  return moduleOf(
    [1, ...sized([...u32(groups + 1), ...declared, ...outside])],
    importSection([[...name(""), ...name(""), 0, ...u32(index)]]),
    functionSection([count]),
    exportSection([[...name(""), 0, 1]]),
    codeSection([callerBody(type, params, results)]),
  );
}

const codes = (types) => types.map(valueTypeCode);
const sized = (content) => [...u32(content.length), ...content];

function callerBody(type, params, results) {
  let next = 0;
  const take = () => u32(next++);
  const lifted = params.flatMap((one) => one.lift(one.asParameter.map(take)));
  const kept = results.map(take);
  const localTypes = type.results.map((one) => (typeof one === "string" ? one : { ...one, nullable: true }));
  return [
    ...list(localTypes.map((one) => [1, ...valueTypeCode(one)])),
    ...lifted,
    CALL, 0,
    ...kept.slice().reverse().flatMap((at) => [LOCAL_SET, ...at]),
    ...results.flatMap((one, at) => one.lower(kept[at])),
    END,
  ];
}

/**
 * An exported global behind such a module: `get`, and `set` where it is mutable.
 * @returns {{ get: Function, set?: Function }}
 */
export function loweredGlobal(global, type, types) {
  const key = `${codesOf([type.value])}${type.isMutable}`;
  let module = globals.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(accessor(type, types));
    globals.set(key, module);
  }
  return new WebAssembly.Instance(module, { "": { "": global } }).exports;
}

function accessor({ value, isMutable }, types) {
  const lowering = loweringOf(value, types);
  const code = valueTypeCode(value);
  const readers = functionType([], codes(lowering.as));
  const writers = functionType(codes(lowering.asParameter), []);
  const places = lowering.asParameter.map((_, at) => u32(at));
  const get = [...list([[1, ...code]]), GLOBAL_GET, 0, LOCAL_SET, 0, ...lowering.lower([0]), END];
  const set = [...list([]), ...lowering.lift(places), GLOBAL_SET, 0, END];
  const gets = [...name("get"), 0, 0];
  const sets = [...name("set"), 0, 1];
  return moduleOf(
    typeSection([readers, writers]),
    importSection([[...name(""), ...name(""), 3, ...code, isMutable ? 1 : 0]]),
    functionSection(isMutable ? [0, 1] : [0]),
    exportSection(isMutable ? [gets, sets] : [gets]),
    codeSection(isMutable ? [get, set] : [get]),
  );
}
