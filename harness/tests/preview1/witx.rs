//! The definition of preview 1, from the package of a runtime that generates its own bindings from it.

use std::{collections::BTreeMap, fmt, fs, sync::OnceLock};

use wasmatrix::{
    fetch::{PackageFile, Registry, fetch},
    worker::Stop,
};
use witx::{Id, InterfaceFunc, Type, WasmType};

const PACKAGE: &str = "wasmtime-wasi@48.0.8";
const FILES: [(&str, &str); 2] = [
    ("wasi_snapshot_preview1.witx", "7bcedd2dc45f952ffe36266ca59b9e3a55f94e648ed82f6c4864d003b2f260b4"),
    ("typenames.witx", "838d37c5bb36c55d378eb3ebdd83ef56ef0b6eeec08ffc028647a04a92e30ac0"),
];

/// Preview 1, as far as it matters here.
pub(super) struct Preview1 {
    pub(super) functions: BTreeMap<String, Function>,
    /// Every errno but success, with its number.
    pub(super) errnos: BTreeMap<String, u32>,
}

pub(super) struct Function {
    pub(super) signature: Signature,
    /// Whether any parameter is an address, that of a result included.
    pub(super) takes_pointer: bool,
}

/// A function's type in WebAssembly.
#[derive(PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) params: Vec<WasmType>,
    pub(super) results: Vec<WasmType>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} -> {:?}", self.params, self.results)
    }
}

impl Preview1 {
    pub(super) fn read() -> &'static Self {
        static READ: OnceLock<Preview1> = OnceLock::new();
        READ.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for (name, sha256) in FILES {
                let file = PackageFile::new(Registry::Crate, PACKAGE, &format!("witx/p1/{name}"), sha256).expect("a file of a package");
                let bytes = fetch(&file, &Stop::default(), &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
                fs::write(folder.path().join(name), bytes).expect("a file in the temporary folder");
            }
            let document = witx::load(&[folder.path().join(FILES[0].0)]).expect("the definition is well-formed");
            let module = document.module(&Id::new("wasi_snapshot_preview1")).expect("the module of preview 1");
            let functions = module.funcs().map(|function| (function.name.as_str().to_owned(), about(&function))).collect();
            let errno = document.typename(&Id::new("errno")).expect("preview 1 has errnos");
            let Type::Variant(errno) = &**errno.type_() else { panic!("errno is an enumeration") };
            let errnos = (0..).zip(&errno.cases).skip(1).map(|(number, case)| (case.name.as_str().to_owned(), number)).collect();
            Self { functions, errnos }
        })
    }
}

fn about(function: &InterfaceFunc) -> Function {
    let (params, results) = function.wasm_signature();
    let is_pointer = |of: &Type| matches!(of, Type::List(_) | Type::Pointer(_) | Type::ConstPointer(_));
    let has_result = function.results.iter().any(|result| match &**result.tref.type_() {
        Type::Variant(variant) => variant.as_expected().is_some_and(|(ok, _)| ok.is_some()),
        _ => false,
    });
    let takes_pointer = has_result || function.params.iter().any(|param| is_pointer(param.tref.type_()));
    Function { signature: Signature { params, results }, takes_pointer }
}
