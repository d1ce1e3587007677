//! A script, assembled and resolved: what is asked of every runtime alike.

use std::{borrow::Cow, collections::BTreeSet};

use wasmatrix_adapter::{Capability, Value, WasmBytes};

use crate::suite::Pattern;

/// A script in the format of the specification's test suite (`.wast`), ready to be driven: its modules are assembled, its names resolved.
#[derive(Debug)]
pub struct Script {
    /// The script's own text, for the words of a directive.
    pub source: Cow<'static, str>,
    /// Every binary module of the script, valid or not, in the order of its text.
    pub modules: Vec<ScriptModule>,
    /// How many instances the script makes: they are numbered from 0, in the order in which they are made.
    pub instances: usize,
    /// The directives in order.
    pub directives: Vec<Directive>,
}

/// A module of a script.
#[derive(Debug)]
pub struct ScriptModule {
    /// The binary.
    pub wasm: WasmBytes,
    /// Whether it is valid with every proposal that we know of switched on.
    pub is_valid: bool,
    /// What a runtime must claim so that asking about this module means something. Where the script says that it is valid: the proposals
    /// without which it is invalid, and those that the modules it imports from need. Where the script says that it is not: what all the
    /// valid modules of the script need together, or where that is nothing what the script's own proposal is, since a runtime without that
    /// would refuse it for another reason.
    pub needs: BTreeSet<Capability>,
    /// Of a valid module, the proposals without which it is invalid, and `None` of one that no proposal makes valid. Where a runtime must
    /// refuse a module that newer proposals have made valid, it can only be asked with one of these switched off.
    pub valid_with: Option<BTreeSet<Capability>>,
}

/// A directive of a script.
#[derive(Debug)]
pub struct Directive {
    /// The line it starts on, from 1.
    pub line: u32,
    /// Where its text starts, in bytes, at its opening parenthesis.
    pub at: usize,
    /// Whether it is one of the `assert_…` directives.
    pub is_assertion: bool,
    /// What is done.
    pub action: Action,
    /// What must come of it.
    pub expected: Expected,
}

/// What a directive does. Modules and instances are numbers of the script's.
#[derive(Debug)]
pub enum Action {
    /// Compiles a module and instantiates it.
    Instantiate {
        /// The module, by its place in [`Script::modules`].
        module: usize,
        /// The number of the new instance; `None` where nothing can refer to it (`assert_trap (module …)`, `assert_unlinkable`).
        instance: Option<usize>,
        /// What it imports from, by the names that its imports are written against; a name that nobody has registered is left out.
        imports: Vec<(String, Exporter)>,
        /// Whether the module was compiled by an earlier directive (`module instance` of a `module definition` or of a `module`).
        is_compiled: bool,
    },
    /// Compiles a module only (`module definition`, `assert_invalid`, `assert_malformed` of a binary).
    Compile {
        /// The module.
        module: usize,
    },
    /// Calls an exported function.
    Invoke {
        /// The instance.
        instance: usize,
        /// The function.
        export: String,
        /// Its arguments.
        args: Vec<Value>,
    },
    /// Reads an exported global.
    Get {
        /// The instance.
        instance: usize,
        /// The global.
        export: String,
    },
    /// Nothing that a runtime could be asked: `register`, which only gives a name that was resolved already.
    Nothing,
    /// No runtime is asked: the quoted text is malformed, which our assembler alone can say.
    NotAsked,
    /// It cannot be driven, for this reason.
    Undriven(String),
}

/// Whose exports answer an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exporter {
    /// The host module of the specification's test suite.
    Spectest,
    /// An instance of the script's.
    Instance(usize),
}

/// What must come of a directive. Messages are not compared: the specification requires kinds only.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// It succeeds, with whatever results.
    Success,
    /// It returns these.
    Returns(Vec<Pattern>),
    /// It traps.
    Trap,
    /// It exhausts the call stack.
    Exhaustion,
    /// An exception leaves it.
    Exception,
    /// The module is malformed or invalid, which no runtime's API separates.
    Rejected,
    /// The module cannot be linked.
    Unlinkable,
}

impl Script {
    /// How many assertions it has.
    pub fn assertions(&self) -> usize {
        self.directives.iter().filter(|directive| directive.is_assertion).count()
    }
}
