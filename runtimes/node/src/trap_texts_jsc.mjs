// JavaScriptCore's words. The list is `FOR_EACH_EXCEPTION` in its wasm/WasmExceptionType.h; it adds where in the source it was.
import { exhausted, row, trap } from "./trap_texts.mjs";

const { RuntimeError } = WebAssembly;

export const TRAP_TEXTS = [
  row(RuntimeError, /^Unreachable code should not be executed/, trap("unreachable")),
  row(RuntimeError, /^Out of bounds memory access/, trap("memory-out-of-bounds")),
  row(RuntimeError, /^Offset \+ array length would exceed the size of a data segment/, trap("memory-out-of-bounds")),
  row(RuntimeError, /^Invalid data segment initialization/, trap("memory-out-of-bounds")),
  row(RuntimeError, /^Out of bounds table access/, trap("table-out-of-bounds")),
  row(RuntimeError, /^Out of bounds call_indirect/, trap("table-out-of-bounds")),
  row(RuntimeError, /^Offset \+ array length would exceed the length of an element segment/, trap("table-out-of-bounds")),
  row(RuntimeError, /^Element is trying to set an out of bounds table index/, trap("table-out-of-bounds")),
  row(RuntimeError, /^call_indirect to a null table entry/, trap("uninitialized-element")),
  row(RuntimeError, /^call_indirect to a signature that does not match/, trap("indirect-call-type-mismatch")),
  row(RuntimeError, /^Division by zero/, trap("integer-divide-by-zero")),
  row(RuntimeError, /^Integer overflow/, trap("integer-overflow")),
  // One text for what does not fit and for NaN. It says what is true of the first.
  row(RuntimeError, /^Out of bounds Trunc operation/, trap("integer-overflow")),
  row(RuntimeError, /^\S+ to a null reference/, trap("null-reference")),
  row(RuntimeError, /^throw_ref on a null reference/, trap("null-reference")),
  row(RuntimeError, /^ref\.cast failed to cast reference to target heap type/, trap("cast-failure")),
  row(RuntimeError, /^Out of bounds array\.\w+/, trap("array-out-of-bounds")),
  row(RuntimeError, /^Unaligned memory access/, trap("unaligned-atomic")),
  // One text for a segment that has not that much and for an array that cannot be had. It says what is true of the first.
  row(RuntimeError, /^Out of bounds or failed to allocate in array\.new_data/, trap("memory-out-of-bounds")),
  row(RuntimeError, /^Out of bounds or failed to allocate in array\.new_elem/, trap("table-out-of-bounds")),
  row(RuntimeError, /^Failed to allocate new array/, exhausted("memory")),
  row(RuntimeError, /^Stack overflow/, exhausted("stack")),
  row(RangeError, /^Maximum call stack size exceeded/, exhausted("stack")),
  row(RangeError, /^Out of memory/, exhausted("memory")),
];
