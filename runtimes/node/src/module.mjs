// A compiled module.
import { moduleTypes } from "./module_types.mjs";

export class Module {
  #bytes;
  #types;
  #imports;

  /**
   * @param {Uint8Array} bytes
   * @throws {WebAssembly.CompileError}
   */
  constructor(bytes) {
    this.compiled = new WebAssembly.Module(bytes);
    this.#bytes = bytes;
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
