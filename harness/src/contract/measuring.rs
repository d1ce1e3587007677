//! What a worker keeps that measures: fuel is counted, and counted alike.

use wasmatrix_adapter::{Answer, Op, Purpose, Reply};

use super::{
    lifecycle::{ADD, adds},
    talk::{Talk, instantiate, store},
};

pub(super) fn metering_engine() -> Op {
    Op::NewEngine { engine: "e".to_owned(), features: None, cache: None, purpose: Some(Purpose::Metering) }
}

/// A call uses fuel, two calls use more, and the same call in another store uses the same.
pub(super) fn counts_fuel(talk: &mut Talk<'_>) -> Result<(), String> {
    talk.want(metering_engine(), &Answer::Done)?;
    let compile = talk.compile("m", ADD)?;
    talk.want(compile, &Answer::Done)?;
    let mut seen = Vec::new();
    for name in ["s", "t"] {
        talk.want(store(name), &Answer::Done)?;
        let instance = format!("i-{name}");
        talk.want(instantiate(&instance, name, "m"), &Answer::Done)?;
        for _ in 0..2 {
            adds(talk, &instance)?;
            seen.push(consumed(talk, name)?);
        }
    }
    match seen[..] {
        [once, twice, again, twice_again] if 0 < once && once < twice && (once, twice) == (again, twice_again) => Ok(()),
        _ => Err(format!(
            "after one call and after two, in each of two stores, it had counted {seen:?} of fuel; expected the same in both, and more after two"
        )),
    }
}

fn consumed(talk: &mut Talk<'_>, store: &str) -> Result<u64, String> {
    match talk.ask(Op::Consumed { store: store.to_owned() })? {
        Reply::Ok(Answer::Consumed(fuel)) => Ok(fuel),
        other => Err(format!("consumed: expected an amount of fuel, got {other:?}")),
    }
}
