// Which platform this is: the program, and the engine in it.
import * as jsc from "./trap_texts_jsc.mjs";
import * as v8 from "./trap_texts_v8.mjs";

export const VARIANT = "default";

const { versions } = process;

// All three say that they are Node, for the sake of programs written for it; the two others say who they are besides.
const platform = versions.bun !== undefined ? bun() : versions.deno !== undefined ? deno() : node();

function node() {
  return {
    name: "node",
    version: versions.node,
    engine: { v8: versions.v8 },
    wasi: { package: { name: "uvwasi", version: versions.uvwasi ?? "" } },
    trapTexts: v8.TRAP_TEXTS,
  };
}

function deno() {
  return {
    name: "deno",
    version: versions.deno,
    engine: { v8: versions.v8 },
    wasi: { package: { name: "deno", version: versions.deno } },
    trapTexts: v8.TRAP_TEXTS,
  };
}

function bun() {
  return {
    name: "bun",
    version: versions.bun,
    engine: { JavaScriptCore: versions.webkit },
    wasi: { package: { name: "bun", version: versions.bun } },
    trapTexts: jsc.TRAP_TEXTS,
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
