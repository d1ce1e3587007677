//! Small scripts, and what becomes of them.

use std::collections::BTreeSet;

use wasmatrix_adapter::{AnyReference, Capability, Reference, Value};

use super::{Action, Directive, Expected, Exporter, Script, compile};
use crate::{
    suite::{AnyPattern, FloatPattern, LanePattern, Pattern, ReferencePattern},
    yaml::Place,
};

fn script(source: &'static str) -> Script {
    compile(source.into(), &BTreeSet::new()).unwrap_or_else(|error| panic!("{error}: {source}"))
}

/// The last directive of a script.
fn last(source: &'static str) -> Directive {
    script(source).directives.pop().expect("a directive")
}

fn reason(directive: &Directive) -> &str {
    match &directive.action {
        Action::Undriven(reason) => reason,
        other => panic!("{other:?} can be driven"),
    }
}

/// The instance and what it imports, of an instantiation.
fn instantiated(directive: &Directive) -> (usize, Option<usize>, Vec<(&str, Exporter)>, bool) {
    match &directive.action {
        Action::Instantiate { module, instance, imports, is_compiled } => {
            (*module, *instance, imports.iter().map(|(name, exporter)| (name.as_str(), *exporter)).collect(), *is_compiled)
        }
        other => panic!("{other:?} instantiates nothing"),
    }
}

fn invoked(directive: &Directive) -> usize {
    match &directive.action {
        Action::Invoke { instance, .. } => *instance,
        other => panic!("{other:?} invokes nothing"),
    }
}

#[test]
fn a_module_is_instantiated_and_becomes_the_current_instance() {
    let script = script("(module (func (export \"f\")))\n(invoke \"f\")\n  (assert_return (invoke \"f\"))");
    assert_eq!((script.modules.len(), script.instances, script.assertions()), (1, 1, 1));
    let [module, invoke, assertion] = script.directives.as_slice() else { panic!("{:?}", script.directives) };
    assert_eq!(instantiated(module), (0, Some(0), vec![], false));
    assert_eq!((module.line, module.at, module.is_assertion, &module.expected), (1, 0, false, &Expected::Success));
    assert_eq!((invoked(invoke), &invoke.expected, invoke.line), (0, &Expected::Success, 2));
    assert_eq!((invoked(assertion), &assertion.expected, assertion.line), (0, &Expected::Returns(vec![]), 3));
    assert!(script.source[assertion.at..].starts_with("(assert_return"), "{}", &script.source[assertion.at..]);
}

#[test]
fn every_form_of_a_module_gives_the_same_question() {
    for source in [
        "(module)",
        "(module binary \"\\00asm\" \"\\01\\00\\00\\00\")",
        "(module quote \"(func)\")",
        "(module quote \"(; misleading: \\e2\\80\\ae ;) (func)\")",
        "(func)",
    ] {
        let script = script(source);
        assert_eq!(instantiated(&script.directives[0]), (0, Some(0), vec![], false), "{source}");
        assert_eq!(script.modules[0].valid_with, Some(BTreeSet::new()), "{source}");
    }
}

#[test]
fn definitions_are_instantiated_by_name() {
    let script = script(
        "(module definition $M (func (export \"f\")))
         (module instance $A $M)
         (module instance $B)
         (module $N (func (export \"f\")))
         (module instance $C $N)
         (invoke $A \"f\")
         (invoke \"f\")",
    );
    let directives = &script.directives;
    assert!(matches!(directives[0].action, Action::Compile { module: 0 }) && directives[0].expected == Expected::Success);
    assert_eq!(instantiated(&directives[1]), (0, Some(0), vec![], true));
    assert_eq!(instantiated(&directives[2]), (0, Some(1), vec![], true), "without a name it is the latest module");
    assert_eq!(instantiated(&directives[3]), (1, Some(2), vec![], false));
    assert_eq!(instantiated(&directives[4]), (1, Some(3), vec![], true));
    assert_eq!((invoked(&directives[5]), invoked(&directives[6])), (0, 3));
}

#[test]
fn names_mean_what_they_mean_where_they_stand() {
    let script = script(
        "(module $A (func (export \"f\")))
         (register \"a\" $A)
         (module $B (import \"a\" \"f\" (func)) (import \"spectest\" \"print\" (func)) (import \"nobody\" \"x\" (func)))
         (register \"spectest\")
         (module $A (import \"spectest\" \"g\" (func)) (func (export \"f\")))
         (assert_return (invoke $A \"f\"))
         (assert_return (invoke $B \"f\"))",
    );
    let directives = &script.directives;
    assert!(matches!(directives[1].action, Action::Nothing));
    assert_eq!(
        instantiated(&directives[2]),
        (1, Some(1), vec![("a", Exporter::Instance(0)), ("spectest", Exporter::Spectest)], false),
        "a name that nobody registered is left out"
    );
    assert_eq!(instantiated(&directives[4]).2, [("spectest", Exporter::Instance(1))], "spectest is a name like others");
    assert_eq!((invoked(&directives[5]), invoked(&directives[6])), (2, 1));
}

#[test]
fn each_assertion_says_what_must_come_of_it() {
    let module = "(module (func (export \"f\") (param i32)))";
    for (assertion, expected) in [
        ("(assert_trap (invoke \"f\" (i32.const 1)) \"message\")", Expected::Trap),
        ("(assert_exhaustion (invoke \"f\" (i32.const 1)) \"message\")", Expected::Exhaustion),
        ("(assert_exception (invoke \"f\" (i32.const 1)))", Expected::Exception),
        ("(assert_return (invoke \"f\" (i32.const 1)) (i32.const -1))", Expected::Returns(vec![Pattern::I32(u32::MAX)])),
    ] {
        let source: &'static str = format!("{module}{assertion}").leak();
        let directive = last(source);
        assert!(directive.is_assertion, "{source}");
        assert_eq!(directive.expected, expected, "{source}");
        match directive.action {
            Action::Invoke { instance, export, args } => assert_eq!((instance, export.as_str(), args), (0, "f", vec![Value::I32(1)])),
            other => panic!("{source}: {other:?}"),
        }
    }
    let get = last("(module (global (export \"g\") i32 (i32.const 1))) (assert_return (get \"g\") (i32.const 1))");
    assert!(matches!(get.action, Action::Get { instance: 0, export } if export == "g"));
    for (source, expected) in [
        ("(module $M) (assert_trap (module $M (func $f unreachable) (start $f)) \"unreachable\")", Expected::Trap),
        ("(module $M) (assert_unlinkable (module $M (import \"a\" \"b\" (func))) \"unknown import\")", Expected::Unlinkable),
        ("(module $M) (assert_return (module $M))", Expected::Success),
    ] {
        let directive = last(source);
        assert_eq!(instantiated(&directive), (1, None, vec![], false), "{source}");
        assert_eq!(directive.expected, expected, "{source}");
    }
    let after = last("(module (func (export \"f\"))) (assert_unlinkable (module (import \"a\" \"b\" (func))) \"\") (invoke \"f\")");
    assert_eq!(invoked(&after), 0, "what could not be linked is not the current instance");
}

#[test]
fn what_is_wrong_is_asked_where_a_runtime_can_say_it() {
    for (source, is_asked) in [
        ("(assert_invalid (module (func (result i32))) \"type mismatch\")", true),
        ("(assert_invalid (module quote \"(func (result i32))\") \"type mismatch\")", true),
        ("(assert_invalid (module (func (br $nowhere))) \"unknown label\")", false),
        ("(assert_invalid (module quote \"(func (br $nowhere))\") \"unknown label\")", false),
        ("(assert_malformed (module binary \"\") \"unexpected end\")", true),
        ("(assert_malformed (module quote \"(func (i32.konst 0))\") \"unknown operator\")", false),
        ("(assert_malformed (module quote \"(func $\\ff)\") \"malformed UTF-8 encoding\")", false),
    ] {
        let directive = last(source);
        assert!(directive.is_assertion, "{source}");
        assert_eq!(directive.expected, Expected::Rejected, "{source}");
        match directive.action {
            Action::Compile { module: 0 } => assert!(is_asked, "{source}"),
            Action::NotAsked => assert!(!is_asked, "{source}"),
            other => panic!("{source}: {other:?}"),
        }
    }
}

#[test]
fn what_cannot_be_driven_stays_with_its_reason() {
    for (source, words) in [
        ("(assert_malformed (module quote \"(func)\") \"it is not\")", "accepts this text"),
        ("(module (func (br $nowhere)))", "could not be assembled"),
        ("(module $M (func (br $nowhere))) (assert_return (invoke $M \"f\"))", "could not be assembled"),
        ("(module $M (func (br $nowhere))) (register \"M\") (module (import \"M\" \"f\" (func)))", "imports from `M`"),
        ("(module definition $M (func (br $nowhere))) (module instance $I $M)", "could not be assembled"),
        ("(module) (invoke $I \"f\")", "no instance `$I`"),
        ("(register \"M\")", "no instance yet"),
        ("(module definition $M) (module instance $N $O)", "no module `$O`"),
        ("(module (func (export \"f\"))) (invoke \"f\" (ref.null 0))", "null reference"),
        ("(module (func (export \"f\"))) (assert_return (invoke \"f\") (either (i32.const 1) (ref.func 0)))", "which function"),
        ("(assert_suspension (invoke \"f\") \"unhandled\")", "suspension"),
        ("(module (rec (type $t (descriptor $d) (struct)) (type $d (describes $t) (struct))))", "custom-descriptors"),
        ("(assert_malformed_custom (module quote \"(@custom \\\"a\\\" (after func) \\\"b\\\")\") \"?\")", "custom section"),
    ] {
        let directive = last(source);
        assert!(reason(&directive).contains(words), "{source}: {}", reason(&directive));
    }
}

#[test]
fn every_directive_of_a_thread_is_counted() {
    let script = script(
        "(module $M (func (export \"f\")))
         (thread $T (shared (module $M))
           (register \"m\" $M)
           (module (func (export \"f\")))
           (assert_return (invoke \"f\")))
         (wait $T)
         (assert_return (invoke \"f\"))",
    );
    assert_eq!((script.directives.len(), script.assertions()), (7, 2));
    assert_eq!(script.directives.iter().map(|directive| directive.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    for directive in &script.directives[1..6] {
        assert!(reason(directive).contains("parallel"), "{directive:?}");
    }
    assert_eq!(invoked(&script.directives[6]), 0, "the instances of a thread are its own");
}

#[test]
fn values_and_patterns_keep_their_bits() {
    let directive = last(
        "(module)
         (assert_return
           (invoke \"f\" (i64.const -1) (f32.const nan:0x200000) (f64.const -0) (v128.const i32x4 1 2 3 -1) (ref.null extern)
             (ref.null nofunc) (ref.null i31) (ref.null exn) (ref.extern 7) (ref.host 8))
           (f32.const nan:canonical) (f64.const nan:arithmetic) (v128.const f32x4 1 nan:canonical 0 -0) (v128.const i8x16 1 2 0 0 0 0 0 0 0 0 0 0 0 0 0 -1)
           (ref.null) (ref.null none) (ref.null noextern) (ref.null func) (ref.null noexn) (ref.extern) (ref.extern 7) (ref.host 8) (ref.func) (ref.any) (ref.eq)
           (ref.array) (ref.struct) (ref.i31) (either (i32.const 1) (i32.const 2)))",
    );
    match directive.action {
        Action::Invoke { args, .. } => assert_eq!(
            args,
            [
                Value::I64(u64::MAX),
                Value::F32(0x7fa0_0000),
                Value::F64(1 << 63),
                Value::V128(0xffff_ffff_0000_0003_0000_0002_0000_0001),
                Value::Externref(Reference::Null),
                Value::Funcref(Reference::Null),
                Value::Anyref(AnyReference::Null),
                Value::Exnref(Reference::Null),
                Value::Externref(Reference::Host(7)),
                Value::Anyref(AnyReference::Host(8)),
            ]
        ),
        other => panic!("{other:?}"),
    }
    let lanes = [FloatPattern::Bits(0x3f80_0000), FloatPattern::CanonicalNan, FloatPattern::Bits(0), FloatPattern::Bits(0x8000_0000)];
    assert_eq!(
        directive.expected,
        Expected::Returns(vec![
            Pattern::F32(FloatPattern::CanonicalNan),
            Pattern::F64(FloatPattern::ArithmeticNan),
            Pattern::V128(LanePattern::F32x4(lanes)),
            Pattern::V128(LanePattern::Bits(0xff << 120 | 2 << 8 | 1)),
            Pattern::Null,
            Pattern::Anyref(AnyPattern::Null),
            Pattern::Externref(ReferencePattern::Null),
            Pattern::Funcref(ReferencePattern::Null),
            Pattern::Exnref(ReferencePattern::Null),
            Pattern::Externref(ReferencePattern::Any),
            Pattern::Externref(ReferencePattern::Host(7)),
            Pattern::Anyref(AnyPattern::Host(8)),
            Pattern::Funcref(ReferencePattern::Any),
            Pattern::Anyref(AnyPattern::Any),
            Pattern::Anyref(AnyPattern::Eq),
            Pattern::Anyref(AnyPattern::Array),
            Pattern::Anyref(AnyPattern::Struct),
            Pattern::Anyref(AnyPattern::I31),
            Pattern::AnyOf(vec![Pattern::I32(1), Pattern::I32(2)]),
        ])
    );
}

#[test]
fn a_module_needs_what_it_imports_from_needs() {
    let script = script(
        "(module $A (memory i64 1) (func (export \"f\") (result i32 i32) (i32.const 1) (i32.const 2)))
         (register \"a\")
         (module $B (import \"a\" \"f\" (func (result i32 i32))) (func (export \"g\")))
         (register \"b\")
         (module (import \"b\" \"g\" (func)))
         (module)",
    );
    let both = BTreeSet::from([Capability::MultiValue, Capability::Memory64]);
    let needs: Vec<_> = script.modules.iter().map(|module| &module.needs).collect();
    assert_eq!(needs, [&both, &both, &both, &BTreeSet::new()]);
    assert_eq!(script.modules[1].valid_with, Some(BTreeSet::from([Capability::MultiValue])));
}

#[test]
fn an_invalid_module_needs_what_the_valid_ones_of_its_script_need() {
    let source = "(module (memory i64 1))
         (module (func (drop (i32.extend8_s (i32.const 1)))))
         (assert_invalid (module (func (result i32 i32) (i32.const 1) (i32.const 2))) \"it was, in 1.0\")
         (assert_invalid (module (func (result i32))) \"type mismatch\")";
    let modules = script(source).modules;
    let union = BTreeSet::from([Capability::Memory64, Capability::SignExtension]);
    assert_eq!((&modules[2].needs, modules[2].is_valid), (&union, true));
    assert_eq!(modules[2].valid_with, Some(BTreeSet::from([Capability::MultiValue])));
    assert_eq!((&modules[3].needs, modules[3].is_valid, &modules[3].valid_with), (&union, false, &None));
    let own = BTreeSet::from([Capability::Gc]);
    let alone = compile("(module) (assert_invalid (module (func (result i32))) \"\")".into(), &own).expect("a script");
    assert_eq!((&alone.modules[0].needs, &alone.modules[1].needs), (&BTreeSet::new(), &own));
}

/// A runtime that does not know the proposal would refuse the module for another reason than the one that is asked about.
#[test]
fn nothing_invalid_is_asked_of_a_script_about_a_proposal_that_nobody_can_claim() {
    let directive = last(
        "(module (rec (type $t (descriptor $d) (struct)) (type $d (describes $t) (struct))))
         (assert_invalid (module (rec (type $t (descriptor $d) (struct)) (type $d (struct)))) \"\")",
    );
    assert!(reason(&directive).contains("custom-descriptors"), "{directive:?}");
}

#[test]
fn a_text_that_is_no_script_is_refused_with_its_place() {
    let error = compile("(module)\n  (größe)".into(), &BTreeSet::new()).expect_err("there is no such directive");
    assert_eq!(error.place, Place { line: 2, column: 4 }, "{error}");
    for source in ["", ";; nothing", "(module", "(module) (assert_return)", "\u{0}", "(module \"\\", "(assert_return (get))"] {
        assert!(compile(source.into(), &BTreeSet::new()).is_err(), "{source}");
    }
}
