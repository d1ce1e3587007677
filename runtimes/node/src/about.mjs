// The receipt: who answers here, in which configuration, and what it can run.
import { CAPABILITIES } from "./capabilities.mjs";
import { howItCalls } from "./measure.mjs";
import { engine, name, switchedOff, VARIANT, version, wasi } from "./platform.mjs";
import { howWasiIsUsed, wasiVersions } from "./wasi.mjs";

const PROTOCOL = 2;

export function about() {
  return {
    protocol: PROTOCOL,
    runtime: name,
    variant: VARIANT,
    version,
    wasi: wasiVersions.length === 0 ? "absent" : wasi,
    configuration: {
      ...engine,
      "command line": process.execArgv.join(" ") || "no options",
      "node:wasi": howWasiIsUsed,
    },
    measuring: { ...Object.fromEntries(switchedOff.map((flag) => [flag, "false"])), call: howItCalls },
    capabilities: CAPABILITIES,
    switchable: [],
  };
}
