//! Known failures as a maintainer keeps them: entered for the reds of a run, looked through, and listed for readers.
//!
//! What a `known.yaml` says is read by [`runtime`](crate::runtime), and cells are judged by it in [`judge`](mod@crate::judge). Here are functions from
//! values to values that the commands `bless` and `lint` and the page `reports/known.md` are made of.
//!
//! **Limits.** Whether a failure is the runtime's is a person's question: a new entry's reason, and how it was reproduced, are left to write.

mod again;
mod blessing;
mod edit;
mod entering;
mod entry;
mod fixed;
mod lint;
mod page;
mod range;

pub use again::CellAgain;
pub use blessing::{Allowed, BlessError, Blessing, ToBless, bless};
pub use edit::{EditError, new_file};
pub use lint::{Finding, Ground, GroundCase, Rule, lint};
pub use page::{about_cases, page};
