// What this engine runs, found out by modules that are valid with one proposal and not without it. An engine that a page or a script is
// given cannot be opened without a proposal, so none of this can be switched.
import { wasiVersions } from "./wasi.mjs";

/** Each in hexadecimal, with its text. */
const PROBES = {
  // (global (export "g") (mut i32) (i32.const 0))
  "mutable-globals": ["0606017f0141000b", "07050101670300"],
  // (func (param i32) (result i32) (i32.extend8_s (local.get 0)))
  "sign-extension": ["01060160017f017f", "03020100", "0a070105002000c00b"],
  // (func (param f32) (result i32) (i32.trunc_sat_f32_s (local.get 0)))
  "saturating-float-to-int": ["01060160017d017f", "03020100", "0a080106002000fc000b"],
  // (func (result i32 i32) (i32.const 0) (i32.const 0))
  "multi-value": ["0106016000027f7f", "03020100", "0a08010600410041000b"],
  // (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))
  "bulk-memory": ["010401600000", "03020100", "0503010001", "0a0d010b00410041004100fc0b000b"],
  // (table 1 externref) (func (result externref) (table.get (i32.const 0)))
  "reference-types": ["0105016000016f", "03020100", "0404016f0001", "0a08010600410025000b"],
  // (func (result v128) (i32x4.splat (i32.const 0)))
  simd: ["0105016000017b", "03020100", "0a080106004100fd110b"],
  // (func (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))
  "relaxed-simd": ["01060160017b017b", "03020100", "0a090107002000fd81020b"],
  // (global i32 (i32.add (i32.const 0) (i32.const 0)))
  "extended-const": ["0609017f00410041006a0b"],
  // (func (return_call 0))
  "tail-call": ["010401600000", "03020100", "0a0601040012000b"],
  // (memory 1) (memory 1)
  "multi-memory": ["05050200010001"],
  // (memory i64 1) (table i64 1 funcref)
  memory64: ["040401700401", "0503010401"],
  // (type (func)) (func (param (ref 0)) (call_ref 0 (local.get 0)))
  "function-references": ["0109026000006001640000", "03020101", "0a08010600200014000b"],
  // (type (struct (field i32))) (func (result (ref 0)) (struct.new 0 (i32.const 0)))
  gc: ["010a025f017f006000016400", "03020101", "0a090107004100fb00000b"],
  // (tag) (func (result exnref) (block (result exnref) (try_table (catch_all_ref 0) (throw 0)) unreachable))
  exceptions: ["01080260000060000169", "03020101", "0d03010000", "0a10010e0002691f4001030008000b000b0b"],
  // (memory 1 1 shared) (func (result i32) (i32.atomic.load (i32.const 0)))
  threads: ["0105016000017f", "03020100", "050401030101", "0a0a0108004100fe1002000b"],
  // (memory 1 (pagesize 1))
  "custom-page-sizes": ["050401080100"],
  // (func (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1)))
  "wide-arithmetic": ["01080160027e7e027e7e", "03020100", "0a0a01080020002001fc160b"],
};

const isValid = (sections) => WebAssembly.validate(Buffer.from(`0061736d01000000${sections.join("")}`, "hex"));

/** @type {string[]} */
export const PROPOSALS = Object.keys(PROBES).filter((proposal) => isValid(PROBES[proposal]));

export const has = (proposal) => PROPOSALS.includes(proposal);

// All three hand compiled modules and shared memories to threads by structured clone. None of the other parts of the lifecycle is in
// JavaScript's interface.
export const CAPABILITIES = [
  ...PROPOSALS,
  ...wasiVersions.map((version) => version.capability),
  "parallel",
  ...(has("threads") ? ["shared-memory"] : []),
];
