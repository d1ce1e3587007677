// Imports, from where they come, and what becomes of a module with them.
import { Instance } from "./instance.mjs";

/**
 * Instantiates a module, its start function included; a command is run too, and its status handed over in place of the instance.
 * @param {import("./module.mjs").Module} module
 * @param {[string, Instance][]} linked instances by the import module that they answer
 * @param {import("./wasi.mjs").World | undefined} world answers what is imported from WASI
 */
export function instantiate(module, linked, world, { isCommand } = {}) {
  const wasi = world?.importsFor(module.imports) ?? new Map();
  const instance = new WebAssembly.Instance(module.compiled, importObject(module.imports, linked, wasi));
  if (isCommand) return world.start(instance);
  if (wasi.size > 0) world.bind(instance);
  return new Instance(instance.exports, () => module.types);
}

/**
 * Every import module is there, since a missing one is a TypeError and a missing member of it is what the engine has a LinkError for.
 * Nothing is inherited: a name may be `constructor`.
 */
function importObject(imports, linked, wasi) {
  const object = Object.create(null);
  for (const { module, name } of imports) {
    const members = (object[module] ??= Object.create(null));
    if (name in members) continue;
    const instances = linked.filter(([from]) => from === module).map(([, instance]) => instance.exports);
    const offers = wasi.has(module) ? [wasi.get(module)] : instances;
    const offer = offers.find((one) => Object.hasOwn(one, name));
    if (offer !== undefined) members[name] = offer[name];
  }
  return object;
}
