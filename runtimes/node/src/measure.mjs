// Operations that are performed many times and timed, by the platform's monotonic clock. What is timed is synchronous: no other work of the
// platform's comes in between.
//
// Nobody calls the garbage collector in between. A collection that begins by itself while an operation is timed counts, as it does for whoever
// else runs such code, whichever operation made the garbage.
import { failed } from "./failures.mjs";

const now = process.hrtime.bigint;

/** How the calls of a function are measured that is called many times, for the receipt. */
export const howItCalls =
  "the exported function, in a loop; where floats, vectors or exceptions cross, a WebAssembly function around it that hands over bits";

/** Which field of an operation is the handle that it opens. */
const OPENS = {
  "open-cache": "cache",
  "new-engine": "engine",
  "new-store": "store",
  compile: "module",
  deserialize: "module",
  "new-shared-memory": "memory",
  "share-memory": "instance",
  spectest: "instance",
  environment: "instance",
  instantiate: "instance",
};

/**
 * Performs an operation so many times, each time with what comes before it, and closes what they open.
 * @param {import("./operations.mjs").Operations} operations
 * @param {{ before: object[], op: object, iterations: number }} asked
 */
export async function measure(operations, { before, op, iterations }) {
  if (iterations === 0) throw failed("`measure` wants an operation performed at least once");
  if (before.length === 0 && op.invoke !== undefined) return measureCalls(operations.toCall(op.invoke), iterations);
  const bytes = op.compile === undefined ? undefined : operations.binary(op.compile.wasm);
  let elapsed = 0n;
  const answers = [];
  for (let left = iterations; left > 0 && answers.length < 2; left -= 1) {
    const { took, answer } = await once(operations, before, op, bytes);
    elapsed += took;
    if (answers.length === 0 || JSON.stringify(answers[0]) !== JSON.stringify(answer)) answers.push(answer);
  }
  return measured(elapsed, answers);
}

async function once(operations, before, op, bytes) {
  const opened = [];
  try {
    for (const one of before) {
      const [[name, fields]] = Object.entries(one);
      if (name === "parallel" || name === "measure") throw failed("an operation with others in it cannot be in another one");
      await operations.perform(one);
      if (OPENS[name] !== undefined) opened.unshift(fields[OPENS[name]]);
    }
    const { act, answer } = await operations.toMeasure(op, bytes);
    const started = now();
    const result = act();
    const took = now() - started;
    return { took, answer: answer(result) };
  } finally {
    for (const handle of opened) operations.close({ handle });
  }
}

/** All calls are timed as one. */
function measureCalls({ caller, args, values, translating }, iterations) {
  const isOther = (one, other) => !haveSameParts(one, other) && JSON.stringify(values(one)) !== JSON.stringify(values(other));
  caller.loop ??= loopOfCalls(args.length);
  const { took, results } = translating(() => caller.loop(caller.call, iterations, isOther, now, ...args));
  return measured(took, results.map((result) => ({ values: values(result) })));
}

/** Several results of a function come in an array, which is another one each time. */
const haveSameParts = (one, other) => Array.isArray(one) && Array.isArray(other) && one.every((part, at) => part === other[at]);

/**
 * A loop of calls with so many arguments, as it is written by somebody who has one function to call many times: written out, since spreading an
 * array took four times as long as an empty call did (40 ns and 10, Node 20), and anew for each function, since an engine remembers by the
 * place of a call what was called there.
 * @returns {(call: Function, iterations: number, isOther: Function, now: () => bigint, ...args: unknown[]) => { took: bigint, results: unknown[] }}
 */
function loopOfCalls(count) {
  const args = Array.from({ length: count }, (_, at) => `arg${at}`);
  return new Function("call", "iterations", "isOther", "now", ...args, `
    const started = now();
    const first = call(${args});
    for (let left = iterations - 1; left > 0; left -= 1) {
      const again = call(${args});
      if (again !== first && isOther(first, again)) return { took: now() - started, results: [first, again] };
    }
    return { took: now() - started, results: [first] };
  `);
}

const measured = (elapsed, answers) => ({ measured: { elapsed_ns: Number(elapsed), answers } });
