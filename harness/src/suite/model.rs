//! A suite that was checked. Everything after `load` may rely on what stands here.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::{Arc, LazyLock, OnceLock},
    time::Duration,
};

use http::StatusCode;
use wasmatrix_adapter::{Capability, Exhaustible, Grants, GuestBytes, TrapCode, Value};
use wasmatrix_reports::{CacheUse, Canary, Level};

use super::lifecycle::{Act, Lifecycle, Made, Restart};
use super::measured::Measure;
use super::value::{FloatPattern, LanePattern};
use crate::{fetch::PackageFile, id::RuntimeId, script::ScriptSource, wagi::Request};

/// A suite file.
#[derive(Debug)]
pub struct Suite {
    /// Its name, `core/traps` say.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// SHA-256 over the file and every module and fixture that it names, in hexadecimal.
    pub digest: Digest,
    /// Its cases, in the file's order.
    pub cases: Vec<Arc<Case>>,
    /// Whether a run that does not name it has it.
    pub default: bool,
}

/// A suite's digest, made when somebody asks for it: that of the specification's sets goes over megabytes.
pub struct Digest(LaterText);

type LaterText = LazyLock<String, Box<dyn FnOnce() -> String + Send>>;

impl Digest {
    /// A digest that is known.
    pub fn known(digest: String) -> Self {
        Self::later(move || digest)
    }

    /// One that is made later.
    pub fn later(make: impl FnOnce() -> String + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(make)))
    }

    /// In hexadecimal.
    pub fn hex(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// One question: modules, the world they are given, and steps.
#[derive(Debug, Clone)]
pub struct Case {
    /// The suite's name.
    pub suite: String,
    /// The case's name.
    pub name: String,
    /// What goes wrong for whom when this fails.
    pub why: String,
    /// The section or issue that the expectation stands on.
    pub stands_on: String,
    /// How binding it is.
    pub level: Level,
    /// What it asks about, in its suite's own words: `fd_seek/inval` say.
    pub covers: Vec<String>,
    /// Everything that a runtime must claim.
    pub needs: BTreeSet<Capability>,
    /// The modules by name, those of packages only where they are here.
    pub modules: BTreeMap<String, Module>,
    /// Which modules are files of packages.
    pub packages: BTreeMap<String, PackageFile>,
    /// Why those are not among the modules, and what they need is not among the needs; `None`: all modules are here.
    pub absent: Option<Absent>,
    /// Whether it is about modules as they are, or about the components that are made of them; `None`: about both.
    pub entry_path: Option<EntryPath>,
    /// The least time for each request, where the case wants more than there is by default.
    pub deadline: Option<Duration>,
    /// The world of WASI guests.
    pub world: WasiWorld,
    /// What is done, in order; at least one, or none where the case is a script.
    pub steps: Vec<Step>,
    /// How the steps are asked.
    pub form: Form,
    /// What must be there afterwards.
    pub files: Vec<FileExpectation>,
    /// The digest of what it asks, made when somebody wants it: `session::asks`.
    pub asks: OnceLock<String>,
    /// Whether each runtime of a run is a writer for it.
    pub artifact_from_peers: bool,
    /// Who that is, once it is known.
    pub from: Option<RuntimeId>,
    /// What of it is measured, where somebody measures.
    pub measures: Vec<Measure>,
    /// The script that the case is; it has no steps and no modules of its own then, and what it needs is decided for each assertion.
    pub script: Option<Arc<ScriptSource>>,
}

impl Case {
    /// How many of its steps are the writer's, where it has one.
    pub fn steps_of_writer(&self) -> usize {
        let is_reader = |step: &Step| matches!(step.op, StepOp::Lifecycle(Lifecycle::Act(Act::Restart { how: Restart::Reader, .. })));
        self.steps.iter().position(is_reader).unwrap_or(0)
    }

    /// Whether it has steps about what a module is between its bytes and its instances.
    pub fn is_of_lifecycle(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.op, StepOp::Lifecycle(_)))
    }

    /// Whether its processes serve nothing else: what it does to caches and artifacts may leave something behind in them, and so may threads that
    /// its guests have started.
    pub fn has_its_own_processes(&self) -> bool {
        self.is_of_lifecycle() || self.modules.values().any(|module| module.starts_threads)
    }

    /// Whether commands are all that it asks of a runtime.
    pub fn asks_commands_only(&self) -> bool {
        self.script.is_none() && (self.form == Form::Command || self.steps.iter().all(|step| step.op.command().is_some()))
    }
}

/// How a module comes to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "`core` or `component`")]
pub enum EntryPath {
    /// As it is.
    Core,
    /// Wrapped into a component, through an adapter of preview 1.
    Component,
}

impl EntryPath {
    /// Why a runtime that claims these capabilities cannot be asked.
    pub fn is_missed(self, claimed: &BTreeSet<Capability>) -> Option<&'static str> {
        let makes_components = claimed.contains(&Capability::Component);
        (self == Self::Core && makes_components).then_some("it is about core modules, and this runtime makes components of them")
    }
}

/// Why modules of packages are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// Why, and what can be done.
    pub reason: String,
    /// Whether a package is here and is not what the suite says: that is an error, not surroundings.
    pub is_contradiction: bool,
}

/// How a case's steps are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One by one.
    Steps,
    /// All in one run of a command that the harness made of the module, which prints what each of them returned.
    Command,
}

/// A module as every runtime sees it.
#[derive(Debug, Clone)]
pub struct Module {
    /// The binary.
    pub wasm: Arc<[u8]>,
    /// Whether it imports a WASI module, and so is given a world.
    pub imports_wasi: bool,
    /// Whether it imports a function that starts threads.
    pub starts_threads: bool,
    /// The address that `{ string: … }` arguments are written to, where the module exports one.
    pub scratch: Option<u32>,
    /// How many pages its memory has at first, where that is its own, has pages of 64 KiB and is exported as `memory`.
    pub pages: Option<u64>,
}

/// What WASI guests of the case are given.
#[derive(Debug, Clone, Default)]
pub struct WasiWorld {
    /// The arguments, the guest's own name first.
    pub args: Vec<String>,
    /// The environment in order.
    pub env: Vec<(String, String)>,
    /// Standard input.
    pub stdin: GuestBytes,
    /// The directories in order.
    pub preopens: Vec<WorldPreopen>,
    /// What they are granted or denied beyond preview 1.
    pub grants: Grants,
}

/// A directory that guests are given.
#[derive(Debug, Clone)]
pub struct WorldPreopen {
    /// Its name for the guest.
    pub guest: String,
    /// The tree that is copied for each cell, as an absolute path; `None` is an empty directory.
    pub fixture: Option<PathBuf>,
}

/// An operation with what is expected of it.
#[derive(Debug, Clone)]
pub struct Step {
    /// The operation.
    pub op: StepOp,
    /// What is expected.
    pub expectation: Expectation,
}

impl Step {
    /// Whether it, or a step of its branches, expects more than success.
    pub fn is_judged(&self) -> bool {
        match &self.op {
            StepOp::Lifecycle(Lifecycle::Parallel { steps, .. }) => steps.iter().any(Self::is_judged),
            _ => self.expectation.judges(),
        }
    }
}

/// The operations of the format. Names of modules and instances are the case's own and known to exist or to be opened on first use.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "explained in suites/README.md, field by field")]
pub enum StepOp {
    Compile { module: String, compiled: String, engine: Option<String> },
    Instantiate { instance: String, module: String, imports: BTreeMap<String, String>, made: Made },
    Invoke { instance: String, export: String, args: Vec<Argument> },
    GlobalGet { instance: String, export: String },
    GlobalSet { instance: String, export: String, value: Value },
    MemorySize { instance: String, export: String },
    MemoryGrow { instance: String, export: String, pages: u64 },
    MemoryRead { instance: String, export: String, at: u64, length: u64 },
    MemoryWrite { instance: String, export: String, at: u64, bytes: GuestBytes },
    Run { module: String, made: Made, canary: bool, by_runner: bool },
    Wagi { module: String, made: Made, request: Box<Request> },
    WasiOutput { instance: String },
    Environment { instance: String, of: String },
    Close { instance: String },
    Lifecycle(Lifecycle),
}

impl StepOp {
    /// A command without a canary.
    pub fn run(module: String) -> Self {
        Self::Run { module, made: Made::default(), canary: false, by_runner: false }
    }

    /// A module compiled under its own name for the one engine that all cases have.
    pub fn compile(module: String) -> Self {
        Self::Compile { compiled: module.clone(), module, engine: None }
    }

    /// The module that it runs as a command, where that is all that it does.
    pub fn command(&self) -> Option<&str> {
        match self {
            Self::Run { module, canary: false, .. } | Self::Wagi { module, .. } => Some(module),
            _ => None,
        }
    }

    /// The world that its command is given, made of that of the case.
    pub fn world<'w>(&self, of_case: &'w WasiWorld) -> Cow<'w, WasiWorld> {
        match self {
            Self::Wagi { request, .. } => Cow::Owned(WasiWorld {
                args: request.args(),
                // Spin's order: what the component's manifest says, then the request.
                env: of_case.env.iter().cloned().chain(request.environment()).collect(),
                stdin: request.stdin().clone(),
                preopens: of_case.preopens.clone(),
                grants: of_case.grants.clone(),
            }),
            _ => Cow::Borrowed(of_case),
        }
    }

    /// An instance of a module that is compiled on first use.
    pub fn instantiate(instance: String, module: String, imports: BTreeMap<String, String>) -> Self {
        Self::Instantiate { instance, module, imports, made: Made::default() }
    }
}

/// An argument of an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A value as it is.
    Value(Value),
    /// A text, which becomes a pointer and a length.
    Text(String),
}

/// What a step must do: end in one of the ways, and write what it must.
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    /// Empty: it must succeed (a `run`: end with status 0).
    pub ways: Vec<Way>,
    /// Standard output.
    pub stdout: Option<BytesPattern>,
    /// Standard error.
    pub stderr: Option<BytesPattern>,
    /// It may be refused with an error instead; what it would have made is then not there, and steps that need that are not asked.
    pub or_refused: bool,
    /// What must be seen of the compilation cache: one of these.
    pub cached: Option<Vec<CacheUse>>,
    /// The response, of a request.
    pub response: ResponsePattern,
    /// What must become of the page behind the guest's memory.
    pub canary: Option<Canary>,
}

impl Expectation {
    /// Whether it expects more than success.
    pub fn judges(&self) -> bool {
        let output = self.stdout.is_some() || self.stderr.is_some() || self.response != ResponsePattern::default();
        !self.ways.is_empty() || output || self.cached.is_some() || self.canary.is_some()
    }
}

/// What a response must be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponsePattern {
    /// Its status; `None` is 200.
    pub status: Option<StatusCode>,
    /// Headers by name, in lower case. Others may be there too.
    pub headers: BTreeMap<String, HeaderPattern>,
    /// Its body.
    pub body: Option<BytesPattern>,
}

/// What a header must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderPattern {
    /// This.
    Is(BytesPattern),
    /// Not there.
    Absent,
}

/// A way in which a step may end.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// It returns these.
    Returns(Vec<Pattern>),
    /// It traps.
    Traps(TrapCode),
    /// It exhausts a resource.
    Exhausts(Exhaustible),
    /// It ends the guest with a status.
    Exits(u32),
    /// The module is malformed or invalid.
    Rejected,
    /// An import is missing or of the wrong type.
    Unlinkable,
    /// An exception leaves the outermost frame.
    Exception,
    /// A cache entry or an artifact is refused.
    Stale,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// These 32 bits.
    I32(u32),
    /// These 64 bits.
    I64(u64),
    /// A float or a set of them.
    F32(FloatPattern<u32>),
    /// A float or a set of them.
    F64(FloatPattern<u64>),
    /// Lane by lane.
    V128(LanePattern),
    /// Null, or any function.
    Funcref(ReferencePattern),
    /// Null, any host object, or a certain one.
    Externref(ReferencePattern),
    /// An object of the guest's own.
    Anyref(AnyPattern),
    /// Null, or any exception.
    Exnref(ReferencePattern),
    /// The null reference of any type.
    Null,
    /// A number of pages.
    Pages(u64),
    /// Bytes of a memory.
    Bytes(GuestBytes),
    /// One of these.
    AnyOf(Vec<Pattern>),
}

/// What a reference may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferencePattern {
    /// Null.
    Null,
    /// Not null.
    Any,
    /// The host object with this number.
    Host(u32),
}

/// What a reference in the hierarchy of `any` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyPattern {
    /// Null.
    Null,
    /// Not null.
    Any,
    /// An i31, a structure or an array.
    Eq,
    /// A 31-bit integer.
    I31,
    /// A structure.
    Struct,
    /// An array.
    Array,
    /// The host object with this number.
    Host(u32),
}

/// What bytes may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BytesPattern {
    /// Exactly these.
    Exactly(GuestBytes),
    /// Somewhere in them, this.
    Contains(String),
}

/// What must stand on the host's side after the last step.
#[derive(Debug, Clone)]
pub struct FileExpectation {
    /// The path as the guest knows it.
    pub guest_path: String,
    /// The preopen it lies in, by its place in the list.
    pub preopen: usize,
    /// The rest of the path, relative to the preopen.
    pub below: PathBuf,
    /// What must be there.
    pub left: LeftFile,
}

/// What must be left of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftFile {
    /// A file with such content.
    Content(BytesPattern),
    /// Nothing.
    Absent,
}
