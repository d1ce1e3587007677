//! Our verdicts held against those of the runtimes' own script runners.
//!
//! **Idea.** A harness can be wrong about a runtime in two ways: it asks something else than the script says, or it judges the answer wrongly.
//! Each runtime's authors run the same scripts with a crate of their own, which shares no code with us but the parser. Where both were really
//! asked and differ, one of the two is wrong, and `reports/truth.yaml` says which and why.
//!
//! **Limits.** Two that agree can be wrong together. A runner that passes a directive without asking its runtime says nothing about it, and after
//! a module that one side could not instantiate the two no longer ask the same; both are counted, and neither is an agreement.

mod compare;
mod explained;
mod native;
mod ours;
mod page;

pub use compare::{Alone, Compared, Counts, Disagreement, OurDirective, Said, Side, compare};
pub use explained::{Explained, Explanation};
pub use native::{FileAnswer, NativeRunner, NativeVerdict};
pub use ours::our_directives;
pub use page::{Row, page};
