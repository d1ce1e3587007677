// The protocol's lines. Both streams are read and written synchronously: an answer has left before the next operation begins, so that the
// first request without one is where a worker died.
import { readSync, writeSync } from "node:fs";

const INPUT = 0;
const OUTPUT = 1;
const LINE_FEED = 10;
/** How much is read at once, in bytes; what a pipe holds on Linux. */
const CHUNK = 65536;

const decoder = new TextDecoder("utf-8", { fatal: true });
/** What was read and not yet handed over: whole chunks, the last of which may end in the middle of a line. */
let unread = Buffer.alloc(0);

/**
 * The next request; null at the end of the input.
 * @throws where a line is no request
 */
export function nextRequest() {
  const line = nextLine();
  if (line === null) return null;
  let request;
  try {
    request = JSON.parse(decoder.decode(line));
  } catch (error) {
    throw new Error(`not a request: ${error.message}: ${line.toString("utf8", 0, 200)}`);
  }
  if (!Number.isInteger(request?.id) || typeof request.op !== "object" || request.op === null) {
    throw new Error(`not a request: ${line.toString("utf8", 0, 200)}`);
  }
  return request;
}

function nextLine() {
  const end = unread.indexOf(LINE_FEED);
  if (end >= 0) return taken(end);
  const parts = [unread];
  for (;;) {
    const part = Buffer.allocUnsafe(CHUNK);
    const length = readPatiently(part);
    const read = part.subarray(0, length);
    parts.push(read);
    if (length === 0) {
      unread = Buffer.alloc(0);
      const rest = Buffer.concat(parts);
      return rest.length === 0 ? null : rest;
    }
    if (read.includes(LINE_FEED)) {
      const before = parts.reduce((sum, one) => sum + one.length, 0) - length;
      unread = parts.length === 2 && before === 0 ? read : Buffer.concat(parts);
      return taken(before + read.indexOf(LINE_FEED));
    }
  }
}

function taken(end) {
  const line = unread.subarray(0, end);
  unread = unread.subarray(end + 1);
  return line;
}

/** Waits where the descriptor does not block, which is up to whoever started this process. */
function readPatiently(into) {
  for (;;) {
    try {
      return readSync(INPUT, into, 0, into.length, null);
    } catch (error) {
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") throw error;
      pause();
    }
  }
}

/** Writes an answer as one line. */
export function answer(response) {
  let rest = Buffer.from(`${JSON.stringify(response)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(OUTPUT, rest, 0, rest.length));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      pause();
    }
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** A millisecond. */
function pause() {
  Atomics.wait(never, 0, 0, 1);
}
