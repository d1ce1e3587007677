//! `cargo +nightly fuzz run wast`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wasmatrix_fuzz::wast(bytes));
