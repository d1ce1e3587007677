// A guest's standard streams: pipes, as in a shell.
//
// Files would be simpler, and something else than what guests are used to: a file can be sought in, is truncated, and cannot be polled. A
// pipe has to be emptied while the guest writes, by another thread, since the guest has this one. That thread keeps the first MiB and
// counts what comes after it, so that a guest that writes gigabytes costs neither memory nor disk. It is a thread for each of the two
// streams: one that reads both of them asynchronously would borrow its readers from a pool of four, which three guests at a time use up.
// No JavaScript platform can make a pipe without a child process, so these are named ones, made once by `mkfifo` and then used by one guest
// after the other.
import { randomFillSync } from "node:crypto";
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { failed } from "./failures.mjs";
import { written } from "./guest_bytes.mjs";
import { DRAIN, drainMemory, KEPT, TRAILER } from "./drain_memory.mjs";

/** The most that a pipe takes before anybody reads it, in bytes. A longer standard input is a file. */
const PIPE_HOLDS = 65536;

const free = [];
const all = [];
let folder;

/** Streams for one guest, with what its standard input yields. */
export async function openStreams(stdin) {
  const streams = free.pop() ?? (await Streams.make());
  streams.open(stdin);
  return streams;
}

/** Ends the threads, which would keep this process from ending. */
export function closeStreams() {
  for (const streams of all) streams.destroy();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

class Streams {
  static async make() {
    folder ??= mkdtempSync(join(tmpdir(), "streams-"));
    const paths = ["in", "out", "err"].map((stream) => join(folder, `${all.length}.${stream}`));
    makePipes(paths);
    const streams = new Streams();
    streams.input = paths[0];
    streams.drains = paths.slice(1).map((path) => new Drain(path));
    await Promise.all(streams.drains.map(emptying));
    all.push(streams);
    return streams;
  }

  open(stdin) {
    this.stdin = filledPipe(stdin, this.input) ?? fileWith(stdin, `${this.input}.file`);
    this.drains.forEach((drain) => drain.open());
  }

  /** What node:wasi is told. */
  get descriptors() {
    const [stdout, stderr] = this.drains.map((drain) => drain.guests);
    return { stdin: this.stdin.descriptor, stdout, stderr };
  }

  /** What the guest wrote. Afterwards the streams are another guest's. */
  end() {
    closeIfStill(this.stdin.descriptor, this.stdin.identity);
    const [stdout, stderr] = this.drains.map((drain) => drain.end());
    free.push(this);
    return { stdout: written(stdout.kept), stderr: written(stderr.kept), stdout_cut: stdout.cut, stderr_cut: stderr.cut };
  }

  destroy() {
    for (const drain of this.drains) drain.destroy();
  }
}

/** By a shell, since a worker's environment does not say where programs are, and what is done without it differs. */
function makePipes(paths) {
  const made = spawnSync("/bin/sh", ["-c", 'mkfifo "$@"', "sh", ...paths], {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (made.status !== 0) throw failed(`cannot make pipes for a guest: mkfifo: ${made.error ?? made.stderr}`);
}

/** Starts the thread that empties a pipe, and waits until it does. */
function emptying({ path, memory }) {
  const thread = new Worker(new URL("./drain.mjs", import.meta.url), { workerData: { path, buffer: memory.buffer } });
  thread.unref();
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}

/** A pipe with all of this in it, and nobody left to write more; nothing where it does not hold as much. */
function filledPipe(content, path) {
  if (content.length > PIPE_HOLDS) return undefined;
  // Opened for both, because opening a pipe for one of them waits for somebody who has the other.
  const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  emptied(both);
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    for (let rest = content; rest.length > 0; rest = rest.subarray(writeSync(both, rest)));
    return { descriptor, identity: identityOf(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    if (error.code === "EAGAIN") return undefined;
    throw error;
  } finally {
    closeSync(both);
  }
}

/** Whatever an earlier guest left unread, where it leaked its end of the pipe. */
function emptied(descriptor) {
  const rest = Buffer.allocUnsafe(PIPE_HOLDS);
  try {
    while (readSync(descriptor, rest, 0, rest.length, null) > 0);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
  }
}

function fileWith(content, path) {
  writeFileSync(path, content);
  const descriptor = openSync(path, constants.O_RDONLY);
  rmSync(path);
  return { descriptor, identity: identityOf(descriptor) };
}

function identityOf(descriptor) {
  const { dev, ino } = fstatSync(descriptor);
  return `${dev}:${ino}`;
}

/** A guest may have closed a stream, and its number may be something else's by now. */
function closeIfStill(descriptor, identity) {
  try {
    if (identityOf(descriptor) === identity) closeSync(descriptor);
  } catch (error) {
    if (error.code !== "EBADF") throw error;
  }
}

/** A pipe that a thread empties. */
class Drain {
  memory = drainMemory(new SharedArrayBuffer(DRAIN));

  constructor(path) {
    this.path = path;
    // For both, so that opening it waits for nobody.
    this.ours = openSync(path, constants.O_RDWR);
    this.identity = identityOf(this.ours);
  }

  open() {
    randomFillSync(this.memory.trailer);
    this.guests = openSync(this.path, constants.O_WRONLY);
  }

  /** The thread tells the end by a trailer that no guest can know: waiting for the last writer to go would wait for leaked descriptors. */
  end() {
    closeIfStill(this.guests, this.identity);
    writeSync(this.ours, Buffer.from(this.memory.trailer));
    const { state, total, kept } = this.memory;
    Atomics.wait(state, 0, 0);
    const length = Number(Atomics.load(total, 0)) - TRAILER;
    const result = { kept: Buffer.from(kept.subarray(0, Math.min(length, KEPT))), cut: Math.max(0, length - KEPT) };
    Atomics.store(total, 0, 0n);
    Atomics.store(state, 0, 0);
    return result;
  }

  destroy() {
    Atomics.store(this.memory.state, 1, 1);
    writeSync(this.ours, Buffer.alloc(1));
  }
}
