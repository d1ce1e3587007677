//! `cargo fuzz run inspect -s none`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wasmatrix_fuzz::inspect(bytes));
