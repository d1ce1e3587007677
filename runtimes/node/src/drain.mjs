// The thread that empties the pipes of one guest after the other. It reads until it is told to end.
import { constants, openSync, read } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { drainMemory, TRAILER } from "./drain_memory.mjs";

/** How much is read at once, in bytes; what a pipe holds on Linux. */
const CHUNK = 1 << 16;

function empty({ path, buffer }) {
  const { state, total, trailer, kept } = drainMemory(buffer);
  const chunk = Buffer.allocUnsafe(CHUNK);
  // Opened for both, so that the pipe never looks closed between two guests.
  const pipe = openSync(path, constants.O_RDWR);
  /** The last bytes that came, as many as a trailer has. */
  let last = Buffer.alloc(0);

  const next = () => read(pipe, chunk, 0, chunk.length, null, came);
  const came = (error, length) => {
    if (error) throw error;
    if (Atomics.load(state, 1) === 1) return;
    const part = chunk.subarray(0, length);
    const before = Number(Atomics.add(total, 0, BigInt(length)));
    if (before < kept.length) kept.set(part.subarray(0, kept.length - before), before);
    last = length >= TRAILER ? Buffer.from(part.subarray(-TRAILER)) : Buffer.concat([last, part]).subarray(-TRAILER);
    if (last.equals(Buffer.from(trailer))) {
      last = Buffer.alloc(0);
      Atomics.store(state, 0, 1);
      Atomics.notify(state, 0);
    }
    next();
  };
  next();
}

workerData.forEach(empty);
parentPort.postMessage("ready");
