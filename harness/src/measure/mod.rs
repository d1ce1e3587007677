//! Measuring: what a case says is to be measured, asked of a worker, block by block.
//!
//! The worker times, the front-end decides how often, and `wasmatrix-reports` decides what it means. What the two front-ends share is here: the
//! requests of a phase ([`requests`]), a process that is ready to be measured ([`Ready`]), and the word of the case on each answer. `cargo bench`
//! puts criterion's scheduling on top of it, `wasmatrix bench` the rounds of [`Sampler`].

mod counters;
mod ready;
mod requests;
mod sampler;
mod surroundings;

pub use counters::{available_counters, fuel};
pub use ready::{Lost, Ready, Sample, Subject};
pub use requests::{Requests, requests};
pub use sampler::{Asked, Listener, MeasureEvent, MeasureOptions, Sampler};
pub use surroundings::Surroundings;
