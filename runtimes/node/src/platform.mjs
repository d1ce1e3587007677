// Which platform this is: the program, and the engine in it.
import { setFlagsFromString } from "node:v8";

import * as jsc from "./trap_texts_jsc.mjs";
import * as v8 from "./trap_texts_v8.mjs";

export const VARIANT = "default";

const { versions } = process;

// V8 finds the code of a module again that has the same bytes as one that nobody has collected yet: what is left is a twentieth of the time
// (Node 24, 370 kB: 0.1 ms in place of 2.8), and the code is there too of functions that were called before. The flag was renamed after V8 12.
const NATIVE_MODULE_CACHE = Number.parseInt(versions.v8, 10) < 13 ? "wasm-native-module-cache-enabled" : "wasm-native-module-cache";

// All three say that they are Node, for the sake of programs written for it; the two others say who they are besides.
const platform = versions.bun !== undefined ? bun() : versions.deno !== undefined ? deno() : node();

function node() {
  return {
    name: "node",
    version: versions.node,
    engine: { v8: versions.v8 },
    wasi: { package: { name: "uvwasi", version: versions.uvwasi ?? "" } },
    trapTexts: v8.TRAP_TEXTS,
    switchedOff: [NATIVE_MODULE_CACHE],
  };
}

function deno() {
  return {
    name: "deno",
    version: versions.deno,
    engine: { v8: versions.v8 },
    wasi: { package: { name: "deno", version: versions.deno } },
    trapTexts: v8.TRAP_TEXTS,
    switchedOff: [NATIVE_MODULE_CACHE],
  };
}

function bun() {
  return {
    name: "bun",
    version: versions.bun,
    engine: { JavaScriptCore: versions.webkit },
    wasi: { package: { name: "bun", version: versions.bun } },
    trapTexts: jsc.TRAP_TEXTS,
    switchedOff: [],
  };
}

/** `node`, `deno` or `bun`: the name of the runtime's folder. */
export const name = platform.name;
/** The program's exact version. */
export const version = platform.version;
/** The engine's own version, by its name. */
export const engine = platform.engine;
/** Who answers `node:wasi`. */
export const wasi = platform.wasi;
export const trapTexts = platform.trapTexts;
/** The engine's flags that are off where it is opened for measuring, and are on by default. */
export const switchedOff = platform.switchedOff;

/** Switches these flags off. They are the process's, and stay off. */
export function openForMeasuring() {
  for (const flag of switchedOff) setFlagsFromString(`--no-${flag}`);
}
