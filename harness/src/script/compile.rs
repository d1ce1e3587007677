//! A script's text, assembled and resolved.
//!
//! Nothing is dropped: what no runtime can be asked stays as a directive that says so. [`Action::NotAsked`] is for text that our assembler
//! refuses as it should; [`Action::Undriven`] is for what we cannot do, with the reason.

use std::{borrow::Cow, collections::BTreeSet};

use wasmatrix_adapter::{Capability, WasmBytes};
use wast::{QuoteWat, Wast, WastDirective, WastExecute, WastInvoke, parser};

use super::{
    assemble::{self, Assembled, assemble, assemble_wat},
    error::ScriptError,
    model::{Action, Directive, Expected, Exporter, Script, ScriptModule},
    names::{Known, Names},
    text::last_opened,
    values,
};
use crate::needs;

const NO_THREADS: &str = "the protocol has no parallel operation yet";
const NO_COMPONENTS: &str = "it is a component, and only core modules are driven";

/// Assembles and resolves a script. `own_needs` is what the script's own proposal is, for the modules that it says are invalid where no
/// valid one shows what a runtime must know.
pub fn compile(source: Cow<'static, str>, own_needs: &BTreeSet<Capability>) -> Result<Script, ScriptError> {
    let mut compiled = compile_under(&source, own_needs, None)?;
    if compiled.beyond.is_some() {
        // What the script is about is known at its end only, so it is begun again.
        compiled = compile_under(&source, own_needs, compiled.beyond)?;
    }
    Ok(Script { source, modules: compiled.modules, instances: compiled.instances, directives: compiled.directives })
}

fn compile_under(source: &str, own_needs: &BTreeSet<Capability>, beyond: Option<&'static str>) -> Result<Compiled, ScriptError> {
    let error = |error: wast::Error| ScriptError::new(source, &error);
    let buffer = assemble::buffer(source).map_err(error)?;
    let wast: Wast<'_> = parser::parse(&buffer).map_err(error)?;
    let mut compiler = Compiler::new(source, beyond);
    compiler.all(wast.directives);
    Ok(compiler.finish(own_needs))
}

/// All of a script but its text.
struct Compiled {
    modules: Vec<ScriptModule>,
    instances: usize,
    directives: Vec<Directive>,
    beyond: Option<&'static str>,
}

/// What the script says of a module.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Valid,
    NotValid,
}

struct Compiler<'a> {
    place: PlaceFinder<'a>,
    names: Names<'a>,
    modules: Vec<ScriptModule>,
    /// What the script says of each of them.
    said: Vec<Said>,
    directives: Vec<Directive>,
    /// A proposal that a valid module of the script needs and that no capability stands for. Where it was known from the start, nothing is
    /// asked that the validator, which may not know all of it, takes for invalid.
    beyond: Option<&'static str>,
}

/// What is done, and what must come of it.
type Question = (Action, Expected);

impl<'a> Compiler<'a> {
    fn new(source: &'a str, beyond: Option<&'static str>) -> Self {
        Self {
            place: PlaceFinder { source, counted: 0, line: 1 },
            names: Names::new(),
            modules: Vec::new(),
            said: Vec::new(),
            directives: Vec::new(),
            beyond,
        }
    }

    fn finish(mut self, own_needs: &BTreeSet<Capability>) -> Compiled {
        let is_reliable = |module: &ScriptModule, said: Said| said == Said::Valid && module.is_valid;
        let together: BTreeSet<Capability> = self
            .modules
            .iter()
            .zip(&self.said)
            .filter(|(module, said)| is_reliable(module, **said))
            .flat_map(|(module, _)| module.needs.iter().copied())
            .collect();
        let together = if together.is_empty() { own_needs } else { &together };
        for (module, said) in self.modules.iter_mut().zip(&self.said) {
            if !is_reliable(module, *said) {
                module.needs.clone_from(together);
            }
        }
        Compiled { modules: self.modules, instances: self.names.instances(), directives: self.directives, beyond: self.beyond }
    }

    fn all(&mut self, directives: Vec<WastDirective<'a>>) {
        for directive in directives {
            let (line, at) = self.place.of(&directive);
            let is_assertion = is_assertion(&directive);
            let (action, expected) = match directive {
                WastDirective::Thread(thread) => {
                    self.directives.push(Directive {
                        line,
                        at,
                        is_assertion,
                        action: Action::Undriven(NO_THREADS.to_owned()),
                        expected: Expected::Success,
                    });
                    self.undriven(&thread.directives);
                    continue;
                }
                other => self.question(other),
            };
            self.directives.push(Directive { line, at, is_assertion, action, expected });
        }
    }

    /// The directives of a thread, none of which can be driven: each is there to be counted.
    fn undriven(&mut self, directives: &[WastDirective<'a>]) {
        for directive in directives {
            let (line, at) = self.place.of(directive);
            let action = Action::Undriven(NO_THREADS.to_owned());
            self.directives.push(Directive { line, at, is_assertion: is_assertion(directive), action, expected: Expected::Success });
            if let WastDirective::Thread(thread) = directive {
                self.undriven(&thread.directives);
            }
        }
    }

    fn question(&mut self, directive: WastDirective<'a>) -> Question {
        match directive {
            WastDirective::Module(mut module) => {
                let name = module.name();
                let compiled = self.valid_module(&mut module);
                let (instance, action) = self.instantiate(compiled.clone(), false);
                self.names.name_module(name, compiled);
                self.names.name_instance(name, instance);
                (action, Expected::Success)
            }
            WastDirective::ModuleDefinition(mut module) => {
                let compiled = self.valid_module(&mut module);
                self.names.name_module(module.name(), compiled.clone());
                (driven(compiled.map(|module| Action::Compile { module })), Expected::Success)
            }
            WastDirective::ModuleInstance { instance: name, module, .. } => {
                let (instance, action) = self.instantiate(self.names.module(module), true);
                self.names.name_instance(name, instance);
                (action, Expected::Success)
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.names.instance(module);
                self.names.register(name, instance.clone());
                (driven(instance.map(|_| Action::Nothing)), Expected::Success)
            }
            WastDirective::Invoke(invoke) => (driven(self.invoke(&invoke)), Expected::Success),
            WastDirective::AssertReturn { exec, results, .. } => match values::results(&results) {
                // Instantiating has no results, so none are expected, and the action is what tells the two apart.
                Ok(_) if matches!(exec, WastExecute::Wat(_)) => (self.execute(exec), Expected::Success),
                Ok(patterns) => (self.execute(exec), Expected::Returns(patterns)),
                Err(reason) => (Action::Undriven(reason), Expected::Success),
            },
            WastDirective::AssertTrap { exec, .. } => (self.execute(exec), Expected::Trap),
            WastDirective::AssertException { exec, .. } => (self.execute(exec), Expected::Exception),
            WastDirective::AssertExhaustion { call, .. } => (driven(self.invoke(&call)), Expected::Exhaustion),
            WastDirective::AssertUnlinkable { module, .. } => (self.execute(WastExecute::Wat(module)), Expected::Unlinkable),
            WastDirective::AssertInvalid { mut module, .. } => (self.assert_invalid(&mut module), Expected::Rejected),
            WastDirective::AssertMalformed { mut module, .. } => (self.assert_malformed(&mut module), Expected::Rejected),
            WastDirective::AssertInvalidCustom { mut module, .. } | WastDirective::AssertMalformedCustom { mut module, .. } => {
                (custom(&mut module), Expected::Rejected)
            }
            WastDirective::AssertSuspension { .. } => {
                (Action::Undriven("the protocol has no word for a suspension".to_owned()), Expected::Success)
            }
            WastDirective::Thread(_) | WastDirective::Wait { .. } => (Action::Undriven(NO_THREADS.to_owned()), Expected::Success),
        }
    }

    fn execute(&mut self, exec: WastExecute<'a>) -> Action {
        match exec {
            WastExecute::Invoke(invoke) => driven(self.invoke(&invoke)),
            WastExecute::Get { module, global, .. } => {
                driven(self.names.instance(module).map(|instance| Action::Get { instance, export: global.to_owned() }))
            }
            WastExecute::Wat(mut wat) => {
                let compiled = self.valid(assemble_wat(&mut wat));
                driven(compiled.and_then(|module| {
                    let imports = self.link(module)?;
                    Ok(Action::Instantiate { module, instance: None, imports, is_compiled: false })
                }))
            }
        }
    }

    fn invoke(&self, invoke: &WastInvoke<'_>) -> Result<Action, String> {
        let instance = self.names.instance(invoke.module)?;
        Ok(Action::Invoke { instance, export: invoke.name.to_owned(), args: values::arguments(&invoke.args)? })
    }

    /// A new instance of a module, and the action that makes it.
    fn instantiate(&mut self, module: Known, is_compiled: bool) -> (Known, Action) {
        match module.and_then(|module| Ok((module, self.link(module)?))) {
            Ok((module, imports)) => {
                let instance = self.names.add_instance(self.modules[module].needs.clone());
                (Ok(instance), Action::Instantiate { module, instance: Some(instance), imports, is_compiled })
            }
            Err(reason) => (Err(reason.clone()), Action::Undriven(reason)),
        }
    }

    /// What a module imports from here. It needs what the modules of those instances need.
    fn link(&mut self, module: usize) -> Result<Vec<(String, Exporter)>, String> {
        let module = &mut self.modules[module];
        // Where the bytes cannot be read, a runtime will not read them either.
        let linked = self.names.imports(&needs::imported_modules(&module.wasm.0).unwrap_or_default())?;
        module.needs.extend(linked.needs);
        Ok(linked.imports)
    }

    /// A module that the script says is valid.
    fn valid_module(&mut self, module: &mut QuoteWat<'_>) -> Known {
        self.valid(assemble(module))
    }

    fn valid(&mut self, assembled: Assembled) -> Known {
        match assembled {
            Assembled::Binary(wasm) => {
                let valid_with = needs::proposals(&wasm).ok();
                if valid_with.is_none() {
                    self.beyond = self.beyond.or_else(|| needs::beyond_capabilities(&wasm));
                    if let Some(proposal) = self.beyond {
                        return Err(format!("its module needs {proposal}, which no runtime can claim yet"));
                    }
                }
                Ok(self.add(wasm, Said::Valid, valid_with))
            }
            Assembled::Refused(message) => Err(format!("its module could not be assembled: {message}")),
            Assembled::Component => Err(NO_COMPONENTS.to_owned()),
        }
    }

    fn assert_invalid(&mut self, module: &mut QuoteWat<'_>) -> Action {
        match assemble(module) {
            Assembled::Binary(wasm) => self.reject(wasm),
            Assembled::Refused(_) => Action::NotAsked,
            Assembled::Component => Action::Undriven(NO_COMPONENTS.to_owned()),
        }
    }

    fn assert_malformed(&mut self, module: &mut QuoteWat<'_>) -> Action {
        let is_binary = assemble::is_binary(module);
        match assemble(module) {
            Assembled::Binary(wasm) if is_binary => self.reject(wasm),
            Assembled::Binary(_) => Action::Undriven("our assembler accepts this text, which is malformed".to_owned()),
            Assembled::Refused(_) => Action::NotAsked,
            Assembled::Component => Action::Undriven(NO_COMPONENTS.to_owned()),
        }
    }

    fn reject(&mut self, wasm: Vec<u8>) -> Action {
        if let Some(proposal) = self.beyond {
            // A runtime that does not know the proposal would refuse the module for another reason than the one that is asked about.
            return Action::Undriven(format!("its script is about {proposal}, which no runtime can claim yet"));
        }
        let valid_with = needs::proposals(&wasm).ok();
        Action::Compile { module: self.add(wasm, Said::NotValid, valid_with) }
    }

    fn add(&mut self, wasm: Vec<u8>, said: Said, valid_with: Option<BTreeSet<Capability>>) -> usize {
        self.modules.push(ScriptModule {
            wasm: WasmBytes(wasm.into()),
            is_valid: valid_with.is_some(),
            needs: valid_with.clone().unwrap_or_default(),
            valid_with,
        });
        self.said.push(said);
        self.modules.len() - 1
    }
}

fn driven(action: Result<Action, String>) -> Action {
    action.unwrap_or_else(Action::Undriven)
}

/// Of a custom section: the specification lets a runtime ignore what is wrong in one, and all do.
fn custom(module: &mut QuoteWat<'_>) -> Action {
    let is_binary = assemble::is_binary(module);
    match assemble(module) {
        Assembled::Refused(_) if !is_binary => Action::NotAsked,
        Assembled::Component => Action::Undriven(NO_COMPONENTS.to_owned()),
        Assembled::Refused(_) | Assembled::Binary(_) => {
            Action::Undriven("what stands in a custom section never makes a module malformed or invalid for a runtime".to_owned())
        }
    }
}

fn is_assertion(directive: &WastDirective<'_>) -> bool {
    match directive {
        WastDirective::AssertMalformed { .. }
        | WastDirective::AssertMalformedCustom { .. }
        | WastDirective::AssertInvalid { .. }
        | WastDirective::AssertInvalidCustom { .. }
        | WastDirective::AssertTrap { .. }
        | WastDirective::AssertReturn { .. }
        | WastDirective::AssertExhaustion { .. }
        | WastDirective::AssertUnlinkable { .. }
        | WastDirective::AssertException { .. }
        | WastDirective::AssertSuspension { .. } => true,
        WastDirective::Module(_)
        | WastDirective::ModuleDefinition(_)
        | WastDirective::ModuleInstance { .. }
        | WastDirective::Register { .. }
        | WastDirective::Invoke(_)
        | WastDirective::Thread(_)
        | WastDirective::Wait { .. } => false,
    }
}

/// Lines, counted once over the text: directives come in its order.
struct PlaceFinder<'a> {
    source: &'a str,
    counted: usize,
    line: u32,
}

impl PlaceFinder<'_> {
    /// The line of a directive, from 1, and where its parenthesis stands.
    fn of(&mut self, directive: &WastDirective<'_>) -> (u32, usize) {
        let keyword = directive.span().offset().min(self.source.len());
        let between = self.source.as_bytes().get(self.counted..keyword).unwrap_or_default();
        let at = self.counted + last_opened(between).unwrap_or(0);
        let lines = self.source.as_bytes()[self.counted..at].iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.counted = at;
        (self.line, at)
    }
}
