// The thread that empties a pipe, for one guest after the other. It reads until it is told to end.
import { constants, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { drainMemory, TRAILER } from "./drain_memory.mjs";

const { state, total, trailer, kept } = drainMemory(workerData.buffer);
/** As much as a pipe holds on Linux. */
const chunk = Buffer.allocUnsafe(1 << 16);
/** The last bytes that came, as many as a trailer has. */
let last = Buffer.alloc(0);

// Opened for both, so that the pipe never looks closed between two guests.
const pipe = openSync(workerData.path, constants.O_RDWR);
parentPort.postMessage("ready");
for (;;) {
  const length = readSync(pipe, chunk, 0, chunk.length, null);
  if (Atomics.load(state, 1) === 1) break;
  const part = chunk.subarray(0, length);
  const before = Number(Atomics.add(total, 0, BigInt(length)));
  if (before < kept.length) kept.set(part.subarray(0, kept.length - before), before);
  last = length >= TRAILER ? Buffer.from(part.subarray(-TRAILER)) : Buffer.concat([last, part]).subarray(-TRAILER);
  if (last.equals(Buffer.from(trailer))) {
    last = Buffer.alloc(0);
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
  }
}
