// A thread that performs operations.
import { parentPort, workerData } from "node:worker_threads";

import "./own_output.mjs";
import { Operations } from "./operations.mjs";
import { replyTo } from "./replies.mjs";
import { closeStreams } from "./streams.mjs";

// It stays until it is stopped: node tells a thread's end in one breath with its last words, and nobody could say whether it had died.
parentPort.on("message", () => {});

const { engines, modules, memories, ops, gate } = workerData;
const operations = new Operations({ engines, modules, memories });
parentPort.postMessage("ready");
Atomics.wait(gate, 0, 0);
const replies = [];
for (const op of ops) replies.push(await replyTo(operations, op));
operations.end();
closeStreams();
parentPort.postMessage(replies);
