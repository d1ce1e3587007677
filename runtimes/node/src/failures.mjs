// What is thrown, in the protocol's words. An engine tells by classes what went wrong, and which trap it was by its message alone.
import { framesOf } from "./backtraces.mjs";
import { trapTexts } from "./platform.mjs";

/** The longest text that is kept, in bytes. */
const LONGEST_TEXT = 4096;

/** A failure that an operation ends with: its kind, and the words for it. */
export class Failure extends Error {
  constructor(kind, text) {
    super(text);
    this.kind = kind;
  }
}

/** The runtime refused for a reason of its own, or the request made no sense. */
export const failed = (text) => new Failure("failed", text);

/** Neither this engine nor this script can do it, and it has no capability's name. */
export const unsupported = (text) => new Failure({ unsupported: null }, text);

/** An instance was to be registered under a name. */
export const lacksNames = () => new Failure({ unsupported: "named-instances" }, "JavaScript registers no instances under names");

/** What guests use was to be counted. */
export const lacksFuel = () => new Failure({ unsupported: "fuel" }, "JavaScript does not count what guests use");

/** A guest that ended itself. JavaScript hands an i32 over signed. */
export const exited = (code) => new Failure({ exit: code >>> 0 }, `proc_exit(${code >>> 0})`);

export const exhaustedMemory = (error) => new Failure({ exhausted: "memory" }, textOf(error));

/** @returns {{ kind: string | object, text: string, backtrace?: object }} */
export function failureOf(error) {
  if (error instanceof Failure) return { kind: error.kind, text: shortened(error.message) };
  const failure = { kind: kindOf(error), text: shortened(textOf(error)) };
  const frames = error instanceof Error ? framesOf(error) : [];
  return frames.length === 0 ? failure : { ...failure, backtrace: { frames } };
}

function kindOf(error) {
  if (WebAssembly.Exception !== undefined && error instanceof WebAssembly.Exception) return "exception";
  if (error instanceof WebAssembly.CompileError) return "rejected";
  if (error instanceof WebAssembly.LinkError) return "unlinkable";
  if (!(error instanceof Error)) return "failed";
  const message = error.message;
  const known = trapTexts.find(({ thrown, text }) => error instanceof thrown && text.test(message));
  // A text that nobody has read yet is no trap that we could name.
  return known === undefined ? "failed" : known.kind;
}

/** The engine's own words. */
export function textOf(error) {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  if (WebAssembly.Exception !== undefined && error instanceof WebAssembly.Exception) return "WebAssembly.Exception";
  return String(error);
}

function shortened(text) {
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_TEXT) return bytes.toString();
  let cut = LONGEST_TEXT;
  while ((bytes[cut] & 0xc0) === 0x80) cut -= 1;
  return `${bytes.toString("utf8", 0, cut)} … (${bytes.length - cut} bytes more)`;
}
