// V8's words. The list is `kWasmTrap…` in its src/common/message-template.h; where two versions differ both are here.
import { exhausted, row, trap } from "./trap_texts.mjs";

const { RuntimeError } = WebAssembly;

export const TRAP_TEXTS = [
  row(RuntimeError, /^unreachable$/, trap("unreachable")),
  row(RuntimeError, /^memory access out of bounds$/, trap("memory-out-of-bounds")),
  row(RuntimeError, /\bdata segment (\d+ is )?out of bounds/, trap("memory-out-of-bounds")),
  row(RuntimeError, /\btable index is out of bounds$/, trap("table-out-of-bounds")),
  row(RuntimeError, /\belement segment (\d+ is )?out of bounds/, trap("table-out-of-bounds")),
  row(RuntimeError, /\btable initializer \d+: table access out of bounds/, trap("table-out-of-bounds")),
  row(RuntimeError, /^null function$/, trap("uninitialized-element")),
  // Up to V8 14 one text for a null element and for one of another type.
  row(RuntimeError, /^(null function or )?function signature mismatch$/, trap("indirect-call-type-mismatch")),
  row(RuntimeError, /^divide by zero$/, trap("integer-divide-by-zero")),
  row(RuntimeError, /^remainder by zero$/, trap("integer-divide-by-zero")),
  row(RuntimeError, /^divide result unrepresentable$/, trap("integer-overflow")),
  // One text for what does not fit and for NaN. It says what is true of the first.
  row(RuntimeError, /^float unrepresentable in integer range$/, trap("integer-overflow")),
  row(RuntimeError, /^dereferencing a null pointer$/, trap("null-reference")),
  row(RuntimeError, /^rethrowing null value$/, trap("null-reference")),
  row(RuntimeError, /^illegal cast$/, trap("cast-failure")),
  row(RuntimeError, /^array element access out of bounds$/, trap("array-out-of-bounds")),
  row(RuntimeError, /^operation does not support unaligned accesses$/, trap("unaligned-atomic")),
  // Also where an agent must not block; the one that runs guests here may.
  row(RuntimeError, /^Atomics\.wait cannot be called in this context$/, trap("expected-shared-memory")),
  // Also for an array from a segment that has not that much, which is asked after the length.
  row(RuntimeError, /^requested new array is too large$/, exhausted("memory")),
  row(RangeError, /^Maximum call stack size exceeded$/, exhausted("stack")),
  row(RangeError, /Out of memory: Cannot allocate Wasm memory/, exhausted("memory")),
  // Up to V8 12 when it is instantiated; later such a module is rejected.
  row(RangeError, /\binitial table size .* is larger than implementation limit/, exhausted("table")),
];
