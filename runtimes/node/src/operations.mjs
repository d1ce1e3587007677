// The operations of the protocol, and the handles that they open: which name stands for which engine, store, module, shared memory or
// instance.
//
// An engine is nothing but a name here: a compiled module is a `WebAssembly.Module`, and any code of this process can instantiate it.
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

import { about } from "./about.mjs";
import { exhaustedMemory, exited, Failure, failed, failureOf, lacksFuel, lacksNames, textOf, unsupported } from "./failures.mjs";
import { bytesOf, written } from "./guest_bytes.mjs";
import { Instance } from "./instance.mjs";
import { instantiate } from "./linking.mjs";
import { measure } from "./measure.mjs";
import { Module } from "./module.mjs";
import { openForMeasuring } from "./platform.mjs";
import { newSharedMemory, opened } from "./shared_memory.mjs";
import { spectest } from "./spectest.mjs";
import { onThreads } from "./threads.mjs";
import { World } from "./wasi.mjs";

const NOTHING_WRITTEN = { stdout: { text: "" }, stderr: { text: "" } };

export class Operations {
  #engines = new Set();
  #stores = new Map();
  #modules = new Map();
  #memories = new Map();
  #instances = new Map();
  /** Engines, modules and shared memories that were closed. */
  #closed = new Set();

  /** @param {{ engines: string[], modules: [string, object][], memories: [string, WebAssembly.Memory][] }} [open] by another thread, which handed these over */
  constructor(open) {
    this.isOnThread = open !== undefined;
    for (const engine of open?.engines ?? []) this.#engines.add(engine);
    for (const [handle, module] of open?.modules ?? []) this.#modules.set(handle, Module.handedOver(module));
    for (const [handle, memory] of open?.memories ?? []) this.#memories.set(handle, memory);
  }

  /**
   * Performs one operation.
   * @param {object} op its name to its fields
   * @returns {Promise<unknown> | unknown} the answer
   * @throws what `failureOf` translates
   */
  perform(op) {
    const [[name, fields]] = Object.entries(op);
    const operation = OPERATIONS[name];
    if (operation === undefined) throw failed(`there is no operation \`${name}\``);
    if (this.isOnThread && OF_THE_PROCESS.includes(name)) throw failed("this cannot be done on a thread of its own");
    return operation.call(this, fields);
  }

  about() {
    return { about: about() };
  }

  openCache() {
    throw unsupported("JavaScript gives a script no compilation cache for modules");
  }

  cacheStatistics() {
    throw unsupported("JavaScript gives a script no compilation cache for modules, and so no counts of one");
  }

  newEngine({ engine, cache, purpose }) {
    if (cache !== undefined) throw unknown("cache", cache);
    if (purpose === "metering") throw lacksFuel();
    if (purpose !== undefined && purpose !== "measuring") throw failed(`there is no purpose \`${purpose}\``);
    if (purpose === "measuring") openForMeasuring();
    this.#closed.delete(engine);
    this.#engines.add(engine);
    return "done";
  }

  async newStore({ store, engine, wasi }) {
    this.#engine(engine);
    this.#endStore(store);
    this.#stores.set(store, { world: wasi ? await this.#world(wasi) : undefined });
    return "done";
  }

  compile({ module, engine, wasm }) {
    const compiled = this.toCompile({ engine }, this.binary(wasm)).act();
    this.#closed.delete(module);
    this.#modules.set(module, compiled);
    return "done";
  }

  toCompile({ engine }, bytes) {
    this.#engine(engine);
    return { act: () => new Module(bytes), answer: done };
  }

  /** A module's bytes. */
  binary({ path, base64 }) {
    return path === undefined ? Buffer.from(base64, "base64") : contentOf(path);
  }

  serialize({ module }) {
    this.#module(module);
    throw noArtifacts();
  }

  deserialize({ engine }) {
    this.#engine(engine);
    throw noArtifacts();
  }

  spectest({ instance, store }) {
    find(this.#stores, "store", store);
    this.#instances.set(instance, { store, instance: spectest() });
    return "done";
  }

  newSharedMemory({ memory, engine, minimum, maximum }) {
    this.#engine(engine);
    const made = newSharedMemory(minimum, maximum);
    this.#closed.delete(memory);
    this.#memories.set(memory, made);
    return "done";
  }

  shareMemory({ instance, store, memory }) {
    find(this.#stores, "store", store);
    const found = this.#memories.get(memory);
    if (found === undefined) throw this.#missing("shared memory", memory);
    this.#instances.set(instance, { store, instance: opened(found) });
    return "done";
  }

  environment() {
    throw unsupported("node:wasi has no environment that holds a memory");
  }

  instantiate({ instance, store, module, imports, name }) {
    if (name !== undefined) throw lacksNames();
    this.#instances.set(instance, { store, instance: this.toInstantiate({ store, module, imports }).act() });
    return "done";
  }

  toInstantiate({ store, module, imports, name }) {
    if (name !== undefined) throw notMeasurable();
    const linked = imports.map(({ module: from, instance: handle }) => [from, this.#neighbour(store, handle)]);
    const { world } = find(this.#stores, "store", store);
    const found = this.#module(module);
    return { act: () => translating(world, () => instantiate(found, linked, world)), answer: done };
  }

  invoke({ instance, export: name, args }) {
    const { world, found } = this.#resident(instance);
    return { values: translating(world, () => found.invoke(name, args)) };
  }

  toInvoke(fields) {
    const { caller, args, values, translating: translatingHere } = this.toCall(fields);
    return { act: () => translatingHere(() => caller.call(...args)), answer: (result) => ({ values: values(result) }) };
  }

  /** An exported function with all that it is called with, and what translates what it throws. */
  toCall({ instance, export: name, args }) {
    const { world, found } = this.#resident(instance);
    return { ...found.toCall(name, args), translating: (act) => translating(world, act) };
  }

  globalGet({ instance, export: name }) {
    return { values: [this.#instance(instance).globalGet(name)] };
  }

  globalSet({ instance, export: name, value }) {
    this.#instance(instance).globalSet(name, value);
    return "done";
  }

  memorySize({ instance, export: name }) {
    return { pages: this.#instance(instance).memorySize(name) };
  }

  memoryGrow({ instance, export: name, pages }) {
    const { before, failure } = this.#instance(instance).memoryGrow(name, pages);
    if (failure !== undefined) throw exhaustedMemory(failure);
    return { pages: before };
  }

  memoryRead({ instance, export: name, at, length }) {
    return { bytes: written(Buffer.from(inBounds(() => this.#instance(instance).memoryBytes(name, at, length)))) };
  }

  memoryWrite({ instance, export: name, at, bytes }) {
    const content = bytesOf(bytes);
    inBounds(() => this.#instance(instance).memoryBytes(name, at, content.length)).set(content);
    return "done";
  }

  wasiOutput({ store }) {
    find(this.#stores, "store", store);
    return { output: this.#endStore(store) };
  }

  async runCommand(fields) {
    const { act, answer } = await this.toRun(fields);
    return answer(act());
  }

  /** The streams of its guest are made before, and read to their end afterwards. */
  async toRun({ engine, module, wasi, by_runner: byRunner }) {
    if (byRunner === true) throw unsupported("node:wasi has no runner of commands beside its own `start`");
    this.#engine(engine);
    const found = this.#module(module);
    const world = await this.#world(wasi);
    const act = () => {
      try {
        const status = translating(world, () => instantiate(found, [], world, { isCommand: true }));
        return status === 0 ? null : exited(status);
      } catch (error) {
        return error;
      }
    };
    return { act, answer: (ended) => ({ command: { failure: ended === null ? null : failureOf(ended), output: world.end() } }) };
  }

  measure(fields) {
    return measure(this, fields);
  }

  /**
   * An operation that is to be timed, with everything done that comes before what is the engine's.
   * @param {object} op
   * @param {Uint8Array} [bytes] of the module that is to be compiled
   * @returns {Promise<object> | { act: () => unknown, answer: (result: unknown) => unknown }} what is timed, and what makes the answer of it
   */
  toMeasure(op, bytes) {
    const [[name, fields]] = Object.entries(op);
    const prepare = MEASURABLE[name];
    if (prepare === undefined) throw notMeasurable();
    return prepare.call(this, fields, bytes);
  }

  consumed({ store }) {
    find(this.#stores, "store", store);
    throw lacksFuel();
  }

  async parallel({ threads }) {
    if (threads.length === 0) throw failed("`parallel` needs a thread");
    const modules = [...this.#modules].map(([handle, module]) => [handle, module.toHandOver()]);
    return { parallel: await onThreads(threads, { engines: [...this.#engines], modules, memories: [...this.#memories] }) };
  }

  /** There is no such call in JavaScript: what a handle stands for is dropped. */
  close({ handle }) {
    const isStore = this.#stores.has(handle);
    if (isStore) this.#endStore(handle);
    const isInstance = this.#instances.delete(handle);
    const isCode = [this.#modules, this.#memories, this.#engines].map((open) => open.delete(handle)).includes(true);
    if (isCode) this.#closed.add(handle);
    if (!isStore && !isInstance && !isCode) throw unknown("handle", handle);
    return "done";
  }

  /** Ends all stores. */
  end() {
    for (const store of [...this.#stores.keys()]) this.#endStore(store);
  }

  /** Lets the platform do what waits for its event loop too, so that one cell's leftovers do not count as the next one's. */
  async reset() {
    this.end();
    for (const open of [this.#instances, this.#modules, this.#memories, this.#engines, this.#closed]) open.clear();
    await new Promise((resolve) => setImmediate(resolve));
    return "done";
  }

  /** Descriptors are the process's: what a guest closes on one thread may be another's before the world of the first has ended. */
  #world(wasi) {
    if (!isMainThread) throw unsupported("guests of WASI on several threads would close each other's descriptors");
    if (wasi.grants !== undefined) throw unsupported("node:wasi neither limits threads or polling nor has a network of its own");
    return World.open(wasi);
  }

  #engine(handle) {
    if (!this.#engines.has(handle)) throw this.#missing("engine", handle);
  }

  /** @returns {Module} */
  #module(handle) {
    const found = this.#modules.get(handle);
    if (found === undefined) throw this.#missing("module", handle);
    return found;
  }

  #missing(sort, handle) {
    if (!this.#closed.has(handle)) return unknown(sort, handle);
    return unsupported(`the ${sort} \`${handle}\` was closed, and in JavaScript what is closed cannot be named any more`);
  }

  /** @returns {Instance} */
  #instance(handle) {
    return find(this.#instances, "instance", handle).instance;
  }

  #resident(handle) {
    const { store, instance } = find(this.#instances, "instance", handle);
    return { world: find(this.#stores, "store", store).world, found: instance };
  }

  #neighbour(store, handle) {
    const found = find(this.#instances, "instance", handle);
    if (found.store !== store) throw failed(`instance \`${handle}\` lives in another store`);
    return found.instance;
  }

  /** Ends a store where there is one, with everything in it, and hands over what its guests wrote. */
  #endStore(store) {
    const found = this.#stores.get(store);
    this.#stores.delete(store);
    for (const [handle, resident] of this.#instances) if (resident.store === store) this.#instances.delete(handle);
    return found?.world?.end() ?? NOTHING_WRITTEN;
  }
}

const { prototype } = Operations;
const OPERATIONS = {
  about: prototype.about,
  "open-cache": prototype.openCache,
  "cache-statistics": prototype.cacheStatistics,
  "new-engine": prototype.newEngine,
  "new-store": prototype.newStore,
  compile: prototype.compile,
  serialize: prototype.serialize,
  deserialize: prototype.deserialize,
  spectest: prototype.spectest,
  "new-shared-memory": prototype.newSharedMemory,
  "share-memory": prototype.shareMemory,
  environment: prototype.environment,
  instantiate: prototype.instantiate,
  invoke: prototype.invoke,
  "global-get": prototype.globalGet,
  "global-set": prototype.globalSet,
  "memory-size": prototype.memorySize,
  "memory-grow": prototype.memoryGrow,
  "memory-read": prototype.memoryRead,
  "memory-write": prototype.memoryWrite,
  "wasi-output": prototype.wasiOutput,
  "run-command": prototype.runCommand,
  measure: prototype.measure,
  consumed: prototype.consumed,
  parallel: prototype.parallel,
  close: prototype.close,
  reset: prototype.reset,
};

/** What can be measured. */
const MEASURABLE = {
  compile: prototype.toCompile,
  serialize: prototype.serialize,
  deserialize: prototype.deserialize,
  instantiate: prototype.toInstantiate,
  invoke: prototype.toInvoke,
  "run-command": prototype.toRun,
};

/** What cannot be done on a thread of its own. */
const OF_THE_PROCESS = ["about", "parallel", "measure", "reset"];

const done = () => "done";

const notMeasurable = () => failed("`measure` takes compile, serialize, deserialize, instantiate without a name, invoke and run-command");

const noArtifacts = () => unsupported("a compiled module has no form that JavaScript could write to a file");
const unknown = (sort, handle) => failed(`no ${sort} \`${handle}\` is open`);

function find(open, sort, handle) {
  const found = open.get(handle);
  if (found === undefined) throw unknown(sort, handle);
  return found;
}

function contentOf(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    throw failed(`cannot read ${path}: ${error.message}`);
  }
}

/** An array over bytes that are not there is a RangeError. */
function inBounds(view) {
  try {
    return view();
  } catch (error) {
    if (error instanceof RangeError) throw new Failure({ trap: "memory-out-of-bounds" }, textOf(error));
    throw error;
  }
}

/** What a guest does, where it may end itself. */
function translating(world, act) {
  try {
    return act();
  } catch (error) {
    throw world === undefined ? error : world.translated(error);
  }
}
