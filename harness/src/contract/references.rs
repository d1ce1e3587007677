//! The clauses about references that cross the boundary, each for those who claim what it needs.

use wasmatrix_adapter::{Answer, AnyReference, Capability, Reference, TrapCode, Value};

use super::{
    Check,
    talk::{Talk, invoke},
};

pub(super) const CLAUSES: [Check; 4] = [
    Check::new("keeps-host-references", keeps_host_references).needing(Capability::ReferenceTypes),
    Check::new("tells-internal-references-apart", tells_internal_references_apart).needing(Capability::Gc),
    Check::new("knows-exception-references", knows_exception_references).needing(Capability::Exceptions),
    Check::new("tells-null-from-cast-failures", tells_null_from_cast_failures).needing(Capability::Gc),
];

fn keeps_host_references(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module
            (table $t 1 externref)
            (func $f (export "a_function") (result funcref) (ref.func $f))
            (func (export "echo") (param externref funcref) (result externref funcref)
                (table.set (i32.const 0) (local.get 0)) (table.get (i32.const 0)) (local.get 1)))"#,
    )?;
    for object in [Reference::Null, Reference::Host(0), Reference::Host(u32::MAX)] {
        let values = [Value::Externref(object), Value::Funcref(Reference::Null)];
        talk.want(invoke("i", "echo", &values), &Answer::Values(values.to_vec()))?;
    }
    talk.want(invoke("i", "a_function", &[]), &Answer::Values(vec![Value::Funcref(Reference::Some)]))
}

fn tells_internal_references_apart(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module
            (type $s (struct (field i32))) (type $a (array i32)) (type $f (func))
            (func (export "null") (result (ref null none)) (ref.null none))
            (func (export "i31") (result anyref) (ref.i31 (i32.const 7)))
            (func (export "struct") (result (ref $s)) (struct.new_default $s))
            (func (export "array") (result eqref) (array.new_default $a (i32.const 3)))
            (func (export "external_null") (result (ref null noextern)) (ref.null noextern))
            (func (export "external_struct") (result externref) (extern.convert_any (struct.new_default $s)))
            (func (export "internal") (param externref) (result anyref) (any.convert_extern (local.get 0)))
            (func (export "external") (param anyref) (result externref) (extern.convert_any (local.get 0)))
            (func (export "nulls") (param nullref (ref null $s) nullfuncref (ref null $f) nullexternref)
                (result nullref (ref null $s) nullfuncref (ref null $f) nullexternref)
                (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)))"#,
    )?;
    let host = (Value::Externref(Reference::Host(7)), Value::Anyref(AnyReference::Host(7)));
    let nulls = [
        Value::Anyref(AnyReference::Null),
        Value::Anyref(AnyReference::Null),
        Value::Funcref(Reference::Null),
        Value::Funcref(Reference::Null),
        Value::Externref(Reference::Null),
    ];
    for (export, args, results) in [
        ("null", vec![], vec![Value::Anyref(AnyReference::Null)]),
        ("i31", vec![], vec![Value::Anyref(AnyReference::I31)]),
        ("struct", vec![], vec![Value::Anyref(AnyReference::Struct)]),
        ("array", vec![], vec![Value::Anyref(AnyReference::Array)]),
        ("external_null", vec![], vec![Value::Externref(Reference::Null)]),
        // What is inside of an external reference is the guest's secret.
        ("external_struct", vec![], vec![Value::Externref(Reference::Some)]),
        ("internal", vec![host.0], vec![host.1]),
        ("external", vec![host.1], vec![host.0]),
        ("internal", vec![Value::Externref(Reference::Null)], vec![Value::Anyref(AnyReference::Null)]),
        ("nulls", nulls.to_vec(), nulls.to_vec()),
    ] {
        talk.want(invoke("i", export, &args), &Answer::Values(results))?;
    }
    Ok(())
}

fn knows_exception_references(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module
            (tag $e)
            (func (export "caught") (result exnref)
                (block $caught (result exnref) (try_table (result exnref) (catch_all_ref $caught) (throw $e))))
            (func (export "rethrow") (param exnref) (throw_ref (local.get 0)))
            (func (export "throw") (throw $e))
            (func (export "is_null") (param exnref) (result i32) (ref.is_null (local.get 0))))"#,
    )?;
    let null = [Value::Exnref(Reference::Null)];
    talk.want(invoke("i", "is_null", &null), &Answer::Values(vec![Value::I32(1)]))?;
    talk.want(invoke("i", "caught", &[]), &Answer::Values(vec![Value::Exnref(Reference::Some)]))?;
    talk.want_trap(invoke("i", "rethrow", &null), TrapCode::NullReference)
}

fn tells_null_from_cast_failures(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.open(
        r#"(module
            (type $s (struct (field i32))) (type $a (array i32)) (data $d "1234")
            (func (export "field_of_null") (result i32) (struct.get $s 0 (ref.null $s)))
            (func (export "array_of_null") (result i32) (array.get $a (ref.null $a) (i32.const 0)))
            (func (export "i31_of_null") (result i32) (i31.get_s (ref.null i31)))
            (func (export "as_non_null") (drop (ref.as_non_null (ref.null any))))
            (func (export "call_null") (call_ref $f (ref.null $f))) (type $f (func))
            (func (export "cast") (drop (ref.cast (ref $s) (ref.i31 (i32.const 1)))))
            (func (export "beyond_array") (result i32) (array.get $a (array.new_default $a (i32.const 1)) (i32.const 1)))
            (func (export "beyond_data") (drop (array.new_data $a $d (i32.const 0) (i32.const 2)))))"#,
    )?;
    for (export, code) in [
        ("field_of_null", TrapCode::NullReference),
        ("array_of_null", TrapCode::NullReference),
        ("i31_of_null", TrapCode::NullReference),
        ("as_non_null", TrapCode::NullReference),
        ("call_null", TrapCode::NullReference),
        ("cast", TrapCode::CastFailure),
        ("beyond_array", TrapCode::ArrayOutOfBounds),
        ("beyond_data", TrapCode::MemoryOutOfBounds),
    ] {
        talk.want_trap(invoke("i", export, &[]), code)?;
    }
    Ok(())
}
