//! WAGI: an HTTP request as the arguments, environment and standard input of a command, and what it writes as the response.
//!
//! **Background.** Spin runs a command for each request where a component's executor is `wagi` (CGI, RFC 3875, for WebAssembly). What the
//! command is given and what becomes of its output is decided by Spin and by no runtime, so it is the same here whoever runs the command.
//!
//! **How.** [`Request`] becomes what a command is given, and [`respond`] makes of a command's end what Spin would answer. Both are functions from
//! values to values. What they do is what Spin's sources do, rule by rule: `crates/http/src/wagi/mod.rs`, `crates/http/src/routes.rs`,
//! `crates/trigger-http/src/{wagi,headers,server}.rs` of spinframework/spin, with the same crates (`http`, `routefinder`, `percent-encoding`)
//! where those decide. Rules that look odd are Spin's, and are marked.
//!
//! **Limits.** A client of ours speaks HTTP/1.1. What the server adds to a response on its way out (`date`, `content-length`) is not in it.
//! Spin gives the variables of the environment in no order (it keeps them in a hash map); here they are sorted by name.

mod request;
mod response;
mod route;
pub(crate) mod written;

pub(crate) use request::Parts;
pub use request::Request;
pub use response::{Answer, Response, respond};
pub use route::{Match, Route};
