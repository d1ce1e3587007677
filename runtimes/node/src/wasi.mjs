// A guest's WASI world, by the platform's own node:wasi.
import { closeSync, openSync } from "node:fs";

import { exited, unsupported } from "./failures.mjs";
import { bytesOf } from "./guest_bytes.mjs";
import { openStreams } from "./streams.mjs";

const { WASI } = await import("node:wasi").catch(() => ({}));

/** Both are asked for by the name of a version, and found under the name of an import module. */
const VERSIONS = [
  { version: "preview1", importModule: "wasi_snapshot_preview1", capability: "wasi-preview1", isReal: () => true },
  { version: "unstable", importModule: "wasi_unstable", capability: "wasi-unstable", isReal: countsWhenceAsSnapshot0 },
];

/** Those that node:wasi has here. */
export const wasiVersions = VERSIONS.filter(({ version, importModule, isReal }) => {
  try {
    const world = new WASI({ version, returnOnExit: true });
    // Node 18 takes any version, has no names for what is imported, and has preview 1 alone.
    const has = world.getImportObject === undefined ? version === "preview1" : world.getImportObject()[importModule] !== undefined;
    // bun's has nothing of what it takes: a way to bind a guest's memory without running the guest, standard streams that are not this
    // process's, and an end that does not end this process.
    return has && (world.finalizeBindings ?? world.initialize) !== undefined && isReal();
  } catch {
    return false;
  }
});

/**
 * Whether what is offered as `wasi_unstable` is that. Node offers preview 1's functions under this name, which put other things at other
 * places: a guest would be given wrong answers. The difference that is seen without a guest: 2 is to seek from the start, where preview 1
 * has it from the end.
 */
function countsWhenceAsSnapshot0() {
  const [AT, FROM_THE_START] = [5n, 2];
  const memory = new WebAssembly.Memory({ initial: 1 });
  const stdin = openSync(new URL(import.meta.url), "r");
  try {
    const world = new WASI({ version: "unstable", returnOnExit: true, stdin });
    bindMemory(world, memory);
    return world.wasiImport.fd_seek(0, AT, FROM_THE_START, 0) === 0 && new BigUint64Array(memory.buffer)[0] === AT;
  } finally {
    closeSync(stdin);
  }
}

/**
 * Tells node:wasi a guest's memory, and nothing else of the guest. Before Node 24.4 only `start` and `initialize` could, which call into
 * the guest what it has for them.
 */
function bindMemory(world, memory) {
  const guest = { exports: { memory } };
  if (world.finalizeBindings === undefined) world.initialize(guest);
  else world.finalizeBindings(guest);
}

export const howWasiIsUsed = "returnOnExit, standard streams are pipes";

const FIRST_DESCRIPTOR = 3;
/** How many numbers in a row are nobody's before a guest is believed to have no more descriptors. */
const GAP = 256;

/** The world of a store. */
export class World {
  /** @param {object} setup as in the protocol */
  static async open(setup) {
    if (wasiVersions.length === 0) throw unsupported("there is no node:wasi here that could be used");
    const options = {
      args: setup.args,
      env: ordered(setup.env, "environment"),
      preopens: ordered(setup.preopens.map(({ guest, host }) => [guest, host]), "preopened directories"),
      returnOnExit: true,
    };
    return new World(options, await openStreams(bytesOf(setup.stdin)));
  }

  constructor(options, streams) {
    this.options = options;
    this.streams = streams;
  }

  /**
   * The functions for a module that imports them.
   * @param {{ module: string }[]} imports
   * @returns {Map<string, object>} by import module
   */
  importsFor(imports) {
    const wanted = wasiVersions.filter(({ importModule }) => imports.some(({ module }) => module === importModule));
    if (wanted.length === 0) return new Map();
    const [{ version, importModule }] = wanted;
    if (wanted.length > 1) throw unsupported("a world of node:wasi has one version, and the module imports two");
    // node:wasi has one guest to a world: it keeps one memory, and a second instance would be answered in the first one's.
    if (this.wasi !== undefined) throw unsupported("a world of node:wasi has one instance that imports it, and this store has it already");
    this.#open(version);
    return new Map([[importModule, this.wasi.wasiImport]]);
  }

  /** Where there is no memory of this name, calls from this guest are answered as node:wasi sees fit. */
  bind(instance) {
    const { memory } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory)) return;
    bindMemory(this.wasi, memory);
  }

  #open(version) {
    this.wasi = new WASI({ version, ...this.options, ...this.streams.descriptors });
  }

  /**
   * Runs a command as node:wasi does, one that imports nothing of it included.
   * @returns {number} its status
   */
  start(instance) {
    if (this.wasi === undefined) this.#open(wasiVersions[0].version);
    return this.wasi.start(instance) >>> 0;
  }

  /** What was thrown, or in its place that the guest ended itself: what node:wasi throws then is for its own `start` to catch. */
  translated(error) {
    // node throws the symbol under which it keeps the status; deno an object that has it.
    if (typeof error === "symbol" && typeof this.wasi?.[error] === "number") return exited(this.wasi[error]);
    if (error?.constructor?.name === "WASIProcExit" && typeof error.code === "number") return exited(error.code);
    return error;
  }

  /** What the guests wrote, and the end of the world. */
  end() {
    this.#closeDescriptors();
    return this.streams.end();
  }

  /** Nobody else does: a world that is gone leaves its directories open, and whatever files its guest did not close. */
  #closeDescriptors() {
    if (this.wasi === undefined) return;
    try {
      bindMemory(this.wasi, new WebAssembly.Memory({ initial: 1 }));
    } catch {
      // It has a guest's already. Without one it closes nothing.
    }
    const { fd_close: close } = this.wasi.wasiImport;
    for (let descriptor = FIRST_DESCRIPTOR, misses = 0; misses < GAP; descriptor += 1) {
      misses = close(descriptor) === 0 ? 0 : misses + 1;
    }
  }
}

/** Pairs as an object, which is how node:wasi takes them; an object has each name once, and numbers before all else. */
function ordered(pairs, what) {
  const object = Object.fromEntries(pairs);
  const names = Object.keys(object);
  if (names.length !== pairs.length || pairs.some(([name], at) => names[at] !== name)) {
    const wanted = pairs.map(([name]) => name).join(", ");
    throw unsupported(`node:wasi takes the ${what} as an object, which cannot hold these names in this order: ${wanted}`);
  }
  return object;
}
