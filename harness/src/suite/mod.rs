//! Suites: read from YAML, checked as a whole, and from then on trusted.

mod complete;
mod convert;
mod describe;
mod error;
mod exports;
pub mod file;
mod lifecycle;
mod lifecycle_step;
mod load;
mod measured;
mod model;
mod modules;
mod packaged;
mod scripts;
mod shared_memory_step;
mod step;
mod value;
mod wagi_step;
mod wat;

pub(crate) use convert::stays_inside;
pub use error::{SuiteError, SuiteErrors};
pub use lifecycle::{Act, CopyBy, Damage, Disk, DiskSort, Lifecycle, Made, Restart, Within};
pub(crate) use load::read_file;
pub use load::{check_suite, load_suites, suite_files};
pub use measured::Measure;
pub use model::{
    Absent, AnyPattern, Argument, BytesPattern, Case, Digest, EntryPath, Expectation, FileExpectation, Form, HeaderPattern, LeftFile,
    Module, Pattern, ReferencePattern, ResponsePattern, Step, StepOp, Suite, WasiWorld, Way, WorldPreopen,
};
pub use modules::{canary_case, load_modules};
pub(crate) use scripts::script_case;
pub use value::{FloatPattern, LanePattern};
pub(crate) use wat::assemble;
