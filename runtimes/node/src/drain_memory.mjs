// What a thread that empties a pipe shares with the one that runs guests.

/** How much is kept of each standard stream of a guest, in bytes. */
export const KEPT = 1 << 20;
/** The length of what ends a guest's output, in bytes. */
export const TRAILER = 16;

const STATE = 0;
const TOTAL = 8;
const TRAILER_AT = 16;
const KEPT_AT = TRAILER_AT + TRAILER;

/** The size of all of it, in bytes; room for the trailer behind what is kept. */
export const DRAIN = KEPT_AT + KEPT + TRAILER;

/** @param {SharedArrayBuffer} buffer */
export function drainMemory(buffer) {
  return {
    buffer,
    /** Whether the trailer has come, and whether the thread is to end. */
    state: new Int32Array(buffer, STATE, 2),
    /** How many bytes came, the trailer among them. */
    total: new BigInt64Array(buffer, TOTAL, 1),
    trailer: new Uint8Array(buffer, TRAILER_AT, TRAILER),
    kept: new Uint8Array(buffer, KEPT_AT, KEPT + TRAILER),
  };
}
