// The operations of the protocol, and the handles that they open: which name stands for which engine, store, module or instance.
import { readFileSync } from "node:fs";

import { about } from "./about.mjs";
import { exhaustedMemory, exited, Failure, failed, failureOf, textOf } from "./failures.mjs";
import { bytesOf, written } from "./guest_bytes.mjs";
import { Instance } from "./instance.mjs";
import { instantiate } from "./linking.mjs";
import { Module } from "./module.mjs";
import { spectest } from "./spectest.mjs";
import { World } from "./wasi.mjs";

const NOTHING_WRITTEN = { stdout: { text: "" }, stderr: { text: "" } };

export class Operations {
  #engines = new Set();
  #stores = new Map();
  #modules = new Map();
  #instances = new Map();

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
    return operation.call(this, fields);
  }

  about() {
    return { about: about() };
  }

  newEngine({ engine }) {
    this.#engines.add(engine);
    return "done";
  }

  async newStore({ store, engine, wasi }) {
    this.#engine(engine);
    this.#endStore(store);
    this.#stores.set(store, { world: wasi ? await World.open(wasi) : undefined });
    return "done";
  }

  compile({ module, engine, wasm }) {
    this.#engine(engine);
    this.#modules.set(module, new Module(wasm.path === undefined ? Buffer.from(wasm.base64, "base64") : contentOf(wasm.path)));
    return "done";
  }

  spectest({ instance, store }) {
    find(this.#stores, "store", store);
    this.#instances.set(instance, { store, instance: spectest() });
    return "done";
  }

  instantiate({ instance, store, module, imports }) {
    const linked = imports.map(({ module: name, instance: handle }) => [name, this.#neighbour(store, handle)]);
    const { world } = find(this.#stores, "store", store);
    const found = find(this.#modules, "module", module);
    this.#instances.set(instance, { store, instance: translating(world, () => instantiate(found, linked, world)) });
    return "done";
  }

  invoke({ instance, export: name, args }) {
    const { store, instance: found } = find(this.#instances, "instance", instance);
    const { world } = find(this.#stores, "store", store);
    return { values: translating(world, () => found.invoke(name, args)) };
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

  async runCommand({ engine, module, wasi }) {
    this.#engine(engine);
    const found = find(this.#modules, "module", module);
    const world = await World.open(wasi);
    let failure = null;
    try {
      const status = translating(world, () => instantiate(found, [], world, { isCommand: true }));
      if (status !== 0) failure = failureOf(exited(status));
    } catch (error) {
      failure = failureOf(error);
    }
    return { command: { failure, output: world.end() } };
  }

  close({ handle }) {
    const isStore = this.#stores.has(handle);
    if (isStore) this.#endStore(handle);
    const closed = [this.#instances, this.#modules, this.#engines].map((open) => open.delete(handle));
    if (!isStore && !closed.includes(true)) throw unknown("handle", handle);
    return "done";
  }

  /** Lets the platform do what waits for its event loop too, so that one cell's leftovers do not count as the next one's. */
  async reset() {
    for (const store of [...this.#stores.keys()]) this.#endStore(store);
    for (const open of [this.#instances, this.#modules, this.#engines]) open.clear();
    await new Promise((resolve) => setImmediate(resolve));
    return "done";
  }

  #engine(handle) {
    if (!this.#engines.has(handle)) throw unknown("engine", handle);
  }

  /** @returns {Instance} */
  #instance(handle) {
    return find(this.#instances, "instance", handle).instance;
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
  "new-engine": prototype.newEngine,
  "new-store": prototype.newStore,
  compile: prototype.compile,
  spectest: prototype.spectest,
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
  close: prototype.close,
  reset: prototype.reset,
};

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
