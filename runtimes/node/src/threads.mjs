// Operations on several threads at once, each of which has handles of its own and the engines, modules and shared memories
// that were open.
import { Worker } from "node:worker_threads";

/**
 * Performs operations on threads that begin together.
 * @param {object[][]} threads the operations of each
 * @param {{ engines: string[], modules: [string, object][], memories: [string, WebAssembly.Memory][] }} open what is there on all of them
 * @returns {Promise<object[][]>} a reply for each operation
 */
export async function onThreads(threads, open) {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const started = threads.map((ops) => start({ ...open, ops, gate }));
  await Promise.all(started.map(nextMessage));
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  return Promise.all(started.map(replies));
}

function start(workerData) {
  const thread = new Worker(new URL("./thread.mjs", import.meta.url), { workerData });
  thread.once("error", crash);
  thread.once("exit", crash);
  return thread;
}

const nextMessage = (thread) => new Promise((resolve) => thread.once("message", resolve));

/** The last that a thread says; then it is gone. */
async function replies(thread) {
  const said = await nextMessage(thread);
  thread.off("exit", crash);
  await thread.terminate();
  return said;
}

/** A thread that ends before it has replied has crashed, and a crash is the process's. */
function crash(reason) {
  console.error(`a thread has ended before its time: ${reason?.stack ?? reason}`);
  process.exit(1);
}
