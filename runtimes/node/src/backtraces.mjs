// Where a guest was when something was thrown: the engine's own call sites, which are there before anybody has made text of them. (deno's text says of
// every function of WebAssembly that it is the first one, 2.9.6; its call sites know better.)

/** How many functions the contract lets a backtrace have, and how many characters a name. */
const MOST_FRAMES = 64;
const LONGEST_NAME = 200;

// Engines keep ten unless they are told otherwise. What of these is not the guest's is this worker's.
Error.stackTraceLimit = MOST_FRAMES;

/**
 * The guest's functions, the innermost first.
 * @param {Error} error
 * @returns {object[]} frames of the protocol
 */
export function framesOf(error) {
  return callSitesOf(error).flatMap((site) => {
    const frame = frameOf(site);
    return frame === undefined ? [] : [frame];
  });
}

function callSitesOf(error) {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, sites) => sites;
    return Array.isArray(error.stack) ? error.stack : [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function frameOf(site) {
  const file = site.getFileName() ?? "";
  if (file.startsWith("wasm://")) return fromV8(site);
  if (file === "[wasm code]") return fromJavaScriptCore(site);
  return undefined;
}

/** As the Web API has it: a column is an offset into the module, counted from 1. Only the text has the index, and it ends in both. */
function fromV8(site) {
  const [, index] = /:wasm-function\[(\d+)\]:0x[0-9a-f]+\)?$/.exec(site.toString()) ?? [];
  return {
    ...named(site.getFunctionName()),
    ...(index !== undefined && { index: Number(index) }),
    offset: site.getColumnNumber() - 1,
  };
}

/** `MODULE.wasm-function[NAME]`; without a name section the function's index stands there, or nothing. */
function fromJavaScriptCore(site) {
  const [, name] = /\.wasm-function\[(.*)\]$/s.exec(site.getFunctionName() ?? "") ?? [];
  if (!name) return undefined;
  return /^\d+$/.test(name) ? { index: Number(name) } : named(name);
}

function named(name) {
  if (!name) return {};
  const characters = [...name.slice(0, 2 * LONGEST_NAME + 2)];
  const isLong = characters.length > LONGEST_NAME;
  return { function: isLong ? `${characters.slice(0, LONGEST_NAME - 1).join("")}…` : name };
}
