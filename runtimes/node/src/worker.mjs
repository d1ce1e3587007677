// A worker for JavaScript engines: node, deno and bun run this same script, with what their platforms bring along and nothing else.
//
// `requests` reads lines, `operations` keeps the handles, `calls`, `globals` and `memories` reach exports, `lowered` makes the small
// modules through which numbers cross bit by bit, `module_types` reads a module's types, `references` and `numbers` translate values,
// `failures` and the tables of trap texts translate errors, `backtraces` says where a guest was, `spectest` is the host module of the specification's test suite, `shared_memory` memories of the host's, `wasi` and
// `streams` are a guest's world, `threads` and `thread` do several things at once, `measure` does one thing many times, and `platform`,
// `capabilities` and `about` say who answers.
import { requestedVariant } from "./arguments.mjs";
import "./own_output.mjs";
import { Operations } from "./operations.mjs";
import { name, VARIANT } from "./platform.mjs";
import { replyTo } from "./replies.mjs";
import { answer, nextRequest } from "./requests.mjs";
import { closeStreams } from "./streams.mjs";

/** Answers requests until the input ends. */
async function serve() {
  const operations = new Operations();
  for (let request = nextRequest(); request !== null; request = nextRequest()) {
    const started = process.hrtime.bigint();
    const reply = await replyTo(operations, request.op);
    answer({ id: request.id, busy_ns: Number(process.hrtime.bigint() - started), reply });
  }
}

const asked = requestedVariant(process.argv.slice(2));
if (asked.usage) {
  console.error(asked.usage);
  process.exit(2);
}
if (asked.variant !== VARIANT) {
  console.error(`${name} has no variant \`${asked.variant}\`; it has \`${VARIANT}\``);
  process.exit(2);
}
let status = 0;
try {
  await serve();
} catch (error) {
  console.error(`the protocol failed: ${error}`);
  status = 1;
}
closeStreams();
process.exit(status);
