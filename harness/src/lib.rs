//! wasmatrix: one question, asked of many WebAssembly runtimes.
//!
//! **Background.** *Given this module and these steps, what do you do?* The answers become a compatibility matrix, a diff
//! between runtimes and a verdict that a CI job can act on.
//!
//! **How.** A [`suite`] file becomes cases, a [`runtime`] folder becomes lines and variants, and their product is the [`plan`].
//! Lines are [`build`](mod@build)-ed and their workers [`prepare`](mod@prepare)-d; a [`cell`] is driven through a [`worker`] process by a
//! [`session`], what was seen is [`judge`](mod@judge)-d, and what comes of that is a record of `wasmatrix_reports`.
//! [`run`](mod@run) does all of it and tells a listener.
//!
//! **Limits.** This crate links no WebAssembly runtime and judges nothing that it has not seen a worker answer.

pub mod build;
pub mod cache;
pub mod catalog;
pub mod cell;
pub mod cli;
mod command_form;
pub mod contract;
pub mod date;
pub mod fetch;
pub mod fixtures;
pub mod id;
pub mod inspect;
pub mod judge;
pub mod known;
pub mod machine;
pub mod measure;
pub mod needs;
pub mod packages;
pub mod plan;
pub mod prepare;
pub mod repro;
pub mod root;
pub mod run;
pub mod runtime;
pub mod script;
pub mod session;
pub mod spec;
pub mod suite;
mod tool;
pub mod truth;
pub mod wagi;
pub mod worker;
pub mod workshop;
pub mod yaml;

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
