//! An adapter without a runtime. It does what the names of exported functions say, so that the harness can be tested without one.

use std::{collections::BTreeSet, convert::Infallible};

use wasmatrix_adapter::{
    About, Adapter, Capability, Captured, Exhaustible, Failure, FailureKind, OUTPUT_KEPT, PROTOCOL_VERSION, TrapCode, Value,
    WasiImplementation, WasiOutput, WasiSetup, built,
};

/// Whether this is version 2, which answers some functions in another way.
pub(crate) const SECOND: bool = cfg!(feature = "from-2");

pub(crate) struct Honest {
    variant: String,
}

impl Honest {
    pub(crate) fn new(variant: &str) -> Self {
        Self { variant: variant.to_owned() }
    }

    /// What it says that it can run.
    fn claims(&self) -> BTreeSet<Capability> {
        let more = match self.variant.as_str() {
            "boastful" => Some(Capability::Threads),
            _ => None,
        };
        let less = if self.variant == "modest" { Some(Capability::MultiValue) } else { None };
        self.runs().into_iter().chain(more).filter(|capability| Some(*capability) != less).collect()
    }

    /// What it can run, as far as it runs anything. Version 2 has lost one thing and won another.
    fn runs(&self) -> [Capability; 3] {
        let drifting = if SECOND { Capability::SignExtension } else { Capability::MutableGlobals };
        [Capability::MultiValue, drifting, Capability::WasiPreview1]
    }

    /// What an engine of these features runs. Only multi-value can be off.
    fn runs_with(&self, features: Option<&BTreeSet<Capability>>) -> BTreeSet<Capability> {
        let is_on = |capability: &Capability| features.is_none_or(|features| features.contains(capability));
        self.runs().into_iter().filter(|capability| *capability != Capability::MultiValue || is_on(capability)).collect()
    }
}

/// A memory of one page, a global and what was written: all that an instance has here.
#[derive(Debug, Default)]
pub(crate) struct FauxStore {
    global: u32,
    memory: Vec<u8>,
    output: Captured,
}

/// Instances differ only in that the host module has constants.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FauxInstance {
    Guest,
    Spectest,
}

const PAGE: usize = 65536;
const MOST_PAGES: usize = 2;

impl Adapter for Honest {
    type Cache = Infallible;
    type Engine = BTreeSet<Capability>;
    type Store = FauxStore;
    type Module = Vec<u8>;
    type Instance = FauxInstance;

    fn about(&self) -> About {
        let built = built!();
        About {
            protocol: if self.variant == "outdated" { PROTOCOL_VERSION + 1000 } else { PROTOCOL_VERSION },
            runtime: "faux".to_owned(),
            variant: self.variant.clone(),
            version: if self.variant == "versionless" { String::new() } else { built.version_of(env!("CARGO_PKG_NAME")) },
            wasi: if SECOND {
                WasiImplementation::Package { name: "faux-wasi".to_owned(), version: "2.0.1".to_owned() }
            } else {
                WasiImplementation::Undeclared
            },
            configuration: [("executes".to_owned(), "nothing".to_owned())].into(),
            capabilities: self.claims(),
            switchable: self.claims().intersection(&[Capability::MultiValue].into()).copied().collect(),
            commands_only: false,
            compiler: Some(built.rustc.to_owned()),
            profile: Some(built.profile.to_owned()),
        }
    }

    fn new_engine(
        &mut self,
        features: Option<&BTreeSet<Capability>>,
        _cache: Option<&Infallible>,
    ) -> Result<BTreeSet<Capability>, Failure> {
        if self.variant == "engineless" {
            return Err(Failure::failed("faux was told to have no engine"));
        }
        Ok(self.runs_with(features))
    }

    fn new_store(&mut self, _engine: &BTreeSet<Capability>, _wasi: Option<&WasiSetup>) -> Result<FauxStore, Failure> {
        Ok(FauxStore { global: 0, memory: vec![0; PAGE], output: Captured::default() })
    }

    fn compile(&mut self, engine: &BTreeSet<Capability>, wasm: &[u8]) -> Result<Vec<u8>, Failure> {
        // The names of exported functions, here as elsewhere.
        if contains(wasm, b"i_am_unsupported") {
            return Err(Failure::unsupported("faux was told not to know such modules"));
        }
        if contains(wasm, b"i_have_threads") {
            return Err(Failure::new(FailureKind::Unsupported(Some(Capability::Threads)), "faux has no threads"));
        }
        if contains(wasm, b"i_trap_when_compiled") {
            return Err(Failure::trap(TrapCode::Unreachable, "faux was told to trap, and nothing runs yet"));
        }
        // An exported function that is named like this stands for everything that a validator would refuse.
        let beyond = Capability::ALL.into_iter().filter(|capability| !engine.contains(capability));
        let is_beyond = beyond.map(|capability| format!("probe_{capability}")).any(|probe| contains(wasm, probe.as_bytes()));
        if wasm.starts_with(b"\0asm\x01\0\0\0") && !contains(wasm, b"i_am_invalid") && !is_beyond {
            Ok(wasm.to_vec())
        } else {
            Err(Failure::new(FailureKind::Rejected, "not a module that faux would take"))
        }
    }

    fn instantiate(
        &mut self,
        _store: &mut FauxStore,
        module: &Vec<u8>,
        _imports: &[(&str, FauxInstance)],
    ) -> Result<FauxInstance, Failure> {
        if contains(module, b"nobody_has_this") {
            return Err(Failure::new(FailureKind::Unlinkable, "nobody has this"));
        }
        if contains(module, b"i_trap_at_my_start") {
            return Err(Failure::trap(TrapCode::Unreachable, "faux was told to trap at the start"));
        }
        Ok(FauxInstance::Guest)
    }

    fn spectest(&mut self, _store: &mut FauxStore) -> Result<FauxInstance, Failure> {
        if self.variant == "spectestless" {
            return Err(Failure::unsupported("faux was told to have no spectest"));
        }
        Ok(FauxInstance::Spectest)
    }

    fn invoke(&mut self, store: &mut FauxStore, _instance: &FauxInstance, export: &str, args: &[Value]) -> Result<Vec<Value>, Failure> {
        match (export, args) {
            ("echo", args) => Ok(args.to_vec()),
            ("add", [Value::I32(one), Value::I32(other)]) => Ok(vec![Value::I32(one.wrapping_add(*other))]),
            (probe, []) if probe.starts_with("probe_") => Ok(vec![Value::I32(42)]),
            // Those that are not the same in both versions.
            ("version", []) => Ok(vec![Value::I32(if SECOND { 2 } else { 1 })]),
            ("dies_in_one" | "dies_in_two", []) => Ok(vec![Value::I32(7)]),
            ("nop", []) => Ok(Vec::new()),
            ("print_i32", [Value::I32(_)]) => Ok(Vec::new()),
            ("spectest_global_i32", []) => Ok(vec![Value::I32(666)]),
            ("write_global", [Value::I32(bits)]) => {
                store.global = *bits;
                Ok(Vec::new())
            }
            ("trap", []) => Err(Failure::trap(TrapCode::Unreachable, "faux was told to trap")),
            ("throw", []) => Err(Failure::new(FailureKind::Exception, "faux was told to throw")),
            ("run_out_of_fuel", []) => Err(Failure::new(FailureKind::Exhausted(Exhaustible::Fuel), "faux was told to run out of fuel")),
            ("recurse", []) => Err(Failure::new(FailureKind::Exhausted(Exhaustible::Stack), "faux was told to recurse")),
            ("use_threads", []) => Err(Failure::new(FailureKind::Unsupported(Some(Capability::Threads)), "faux has no threads")),
            ("use_what_has_no_name", []) => Err(Failure::unsupported("faux cannot do this")),
            ("write_a_lot", []) => {
                for _ in 0..3 {
                    store.output.push(&vec![b'x'; OUTPUT_KEPT]);
                }
                Ok(Vec::new())
            }
            ("_start", []) => {
                store.output.push(b"hello, world\n");
                Err(Failure::new(FailureKind::Exit(3), "exit 3"))
            }
            _ => Err(Failure::failed(format!("faux does not know a function `{export}` that takes {} arguments", args.len()))),
        }
    }

    fn global_get(&mut self, store: &mut FauxStore, instance: &FauxInstance, export: &str) -> Result<Value, Failure> {
        match (instance, export) {
            (FauxInstance::Guest, _) => Ok(Value::I32(store.global)),
            (FauxInstance::Spectest, "global_i32") => Ok(Value::I32(666)),
            (FauxInstance::Spectest, "global_i64") => Ok(Value::I64(666)),
            (FauxInstance::Spectest, "global_f32") => Ok(Value::F32(666.6_f32.to_bits())),
            (FauxInstance::Spectest, "global_f64") => Ok(Value::F64(666.6_f64.to_bits())),
            (FauxInstance::Spectest, _) => Err(Failure::failed(format!("spectest has no global `{export}`"))),
        }
    }

    fn global_set(&mut self, store: &mut FauxStore, _instance: &FauxInstance, _export: &str, value: Value) -> Result<(), Failure> {
        match value {
            Value::I32(bits) => store.global = bits,
            other => return Err(Failure::failed(format!("the global is an i32, not {other}"))),
        }
        Ok(())
    }

    fn memory_size(&mut self, store: &mut FauxStore, _instance: &FauxInstance, _export: &str) -> Result<u64, Failure> {
        Ok((store.memory.len() / PAGE) as u64)
    }

    fn memory_grow(&mut self, store: &mut FauxStore, _instance: &FauxInstance, _export: &str, pages: u64) -> Result<u64, Failure> {
        let before = store.memory.len() / PAGE;
        match usize::try_from(pages).ok().and_then(|pages| before.checked_add(pages)).filter(|after| *after <= MOST_PAGES) {
            Some(after) => store.memory.resize(after * PAGE, 0),
            None => return Err(Failure::new(FailureKind::Exhausted(Exhaustible::Memory), "two pages are all there is")),
        }
        Ok(before as u64)
    }

    fn memory_read(
        &mut self,
        store: &mut FauxStore,
        _instance: &FauxInstance,
        _export: &str,
        at: u64,
        length: u64,
    ) -> Result<Vec<u8>, Failure> {
        let bytes = range(at, length).and_then(|range| store.memory.get(range));
        bytes.map(<[u8]>::to_vec).ok_or_else(out_of_bounds)
    }

    fn memory_write(
        &mut self,
        store: &mut FauxStore,
        _instance: &FauxInstance,
        _export: &str,
        at: u64,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        let target = range(at, bytes.len() as u64).and_then(|range| store.memory.get_mut(range));
        target.ok_or_else(out_of_bounds)?.copy_from_slice(bytes);
        Ok(())
    }

    fn wasi_output(&mut self, store: FauxStore) -> Result<WasiOutput, Failure> {
        Ok(WasiOutput::captured(&store.output, &Captured::default()))
    }
}

fn range(at: u64, length: u64) -> Option<std::ops::Range<usize>> {
    Some(usize::try_from(at).ok()?..usize::try_from(at.checked_add(length)?).ok()?)
}

fn out_of_bounds() -> Failure {
    Failure::trap(TrapCode::MemoryOutOfBounds, "outside of the memory")
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
