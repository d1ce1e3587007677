// Shared memories, which belong to no store here: any thread that is handed one has it.
import { has } from "./capabilities.mjs";
import { exhaustedMemory, Failure } from "./failures.mjs";
import { Instance } from "./instance.mjs";

const TYPES = { types: [], exports: new Map([["memory", { sort: "memory", type: { isAddressed64: false } }]]) };

/**
 * Makes one of so many pages.
 * @param {number} minimum
 * @param {number} maximum
 * @returns {WebAssembly.Memory}
 */
export function newSharedMemory(minimum, maximum) {
  if (!has("threads")) throw new Failure({ unsupported: "shared-memory" }, "this engine has no shared memories");
  try {
    return new WebAssembly.Memory({ initial: minimum, maximum, shared: true });
  } catch (error) {
    throw error instanceof RangeError ? exhaustedMemory(error) : error;
  }
}

/** The memory as an instance with one export. */
export const opened = (memory) => new Instance({ memory }, () => TYPES);
