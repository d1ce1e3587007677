// An instance: what it exports, and of which types that is.
import { failed, unsupported } from "./failures.mjs";
import { loweredFunction, loweredGlobal, needsLowering } from "./lowered.mjs";
import { fromGuest, toGuest } from "./values.mjs";

const PAGE = 65536;

export class Instance {
  #callers = new Map();
  #accessors = new Map();

  /**
   * @param {object} exports by name
   * @param {() => object} described the module's types, which are read where they are first wanted
   */
  constructor(exports, described) {
    this.exports = exports;
    this.described = described;
  }

  #find(name, sort) {
    const found = this.#types().exports.get(name);
    if (found?.sort !== sort) throw failed(`the instance exports no ${sort} \`${name}\``);
    return found.type;
  }

  #types() {
    try {
      return this.described();
    } catch (error) {
      throw unsupported(`the types of this module cannot be read, and without them nothing crosses: ${error.message}`);
    }
  }

  invoke(name, args) {
    const { caller, args: given, values } = this.toCall(name, args);
    return values(caller.call(...given));
  }

  /**
   * An exported function, what it is to be called with, and what its result means. The caller is the same one each time.
   * @returns {{ caller: { call: Function }, args: unknown[], values: (result: unknown) => object[] }}
   */
  toCall(name, args) {
    let caller = this.#callers.get(name);
    if (caller === undefined) {
      caller = this.#caller(name);
      this.#callers.set(name, caller);
    }
    const { params, values, types } = caller;
    return { caller, args: toGuest(args, params, types), values };
  }

  #caller(name) {
    const type = this.#find(name, "function");
    const described = this.#types();
    const { params, results } = type;
    const { types } = described;
    const isLowered = [...params, ...results].some((one) => needsLowering(one, types));
    const call = isLowered ? loweredFunction(this.exports[name], type, described) : this.exports[name];
    const values = (result) => fromGuest(Array.isArray(result) ? result : [result], results, types);
    return { call, params, values, types };
  }

  globalGet(name) {
    const { type, types, access } = this.#accessor(name);
    const result = access.get();
    return fromGuest(Array.isArray(result) ? result : [result], [type.value], types)[0];
  }

  globalSet(name, value) {
    const { type, types, access } = this.#accessor(name);
    const given = toGuest([value], [type.value], types);
    if (access.set === undefined) throw failed(`the global \`${name}\` is immutable`);
    access.set(...given);
  }

  #accessor(name) {
    let accessor = this.#accessors.get(name);
    if (accessor === undefined) {
      const type = this.#find(name, "global");
      const { types } = this.#types();
      const global = this.exports[name];
      const access = needsLowering(type.value, types) ? loweredGlobal(global, type, types) : plainAccess(global, type);
      accessor = { type, types, access };
      this.#accessors.set(name, accessor);
    }
    return accessor;
  }

  #memory(name) {
    return { type: this.#find(name, "memory"), memory: this.exports[name] };
  }

  memorySize(name) {
    return this.#memory(name).memory.buffer.byteLength / PAGE;
  }

  /** @returns {{ before: number } | { failure: Error }} the size before, in pages, or why it did not grow */
  memoryGrow(name, pages) {
    const { type, memory } = this.#memory(name);
    try {
      return { before: Number(memory.grow(type.isAddressed64 ? BigInt(pages) : pages)) };
    } catch (failure) {
      return { failure };
    }
  }

  /** @throws {RangeError} where it is out of bounds */
  memoryBytes(name, at, length) {
    return new Uint8Array(this.#memory(name).memory.buffer, at, length);
  }
}

function plainAccess(global, { isMutable }) {
  const get = () => global.value;
  return isMutable ? { get, set: (value) => (global.value = value) } : { get };
}
