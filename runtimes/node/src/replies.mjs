// What comes of an operation, in the protocol's words.
import { failureOf } from "./failures.mjs";

/**
 * @param {import("./operations.mjs").Operations} operations
 * @param {object} op
 */
export async function replyTo(operations, op) {
  try {
    return { ok: await operations.perform(op) };
  } catch (error) {
    return { failed: failureOf(error) };
  }
}
