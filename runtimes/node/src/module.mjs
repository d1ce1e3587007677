// A compiled module.
import { moduleTypes } from "./module_types.mjs";

export class Module {
  #bytes;
  #types;
  #imports;

  /**
   * @param {Uint8Array} bytes
   * @param {WebAssembly.Module} [compiled] of these bytes, where that was done before
   * @throws {WebAssembly.CompileError}
   */
  constructor(bytes, compiled = new WebAssembly.Module(bytes)) {
    this.compiled = compiled;
    this.#bytes = bytes;
  }

  /** What goes to another thread by structured clone, which takes a compiled module as it is. */
  toHandOver() {
    return { compiled: this.compiled, bytes: this.#bytes, types: this.#types };
  }

  /** The same module on that thread. */
  static handedOver({ compiled, bytes, types }) {
    const module = new Module(bytes, compiled);
    module.#types = types;
    return module;
  }

  /** The types of its exports, read where they are first wanted. */
  get types() {
    this.#types ??= moduleTypes(this.#bytes);
    this.#bytes = undefined;
    return this.#types;
  }

  /** @returns {{ module: string, name: string, kind: string }[]} */
  get imports() {
    this.#imports ??= WebAssembly.Module.imports(this.compiled);
    return this.#imports;
  }
}
