//! Which handles a request uses, and which one it makes.

use wasmatrix_adapter::Op;

/// The handles that must be there.
pub(super) fn used(op: &Op) -> Vec<&str> {
    match op {
        Op::About {} | Op::Reset {} | Op::OpenCache { .. } => Vec::new(),
        Op::NewEngine { cache, .. } => cache.iter().map(String::as_str).collect(),
        Op::CacheStatistics { cache } => vec![cache],
        Op::NewStore { engine, .. } | Op::Compile { engine, .. } | Op::Deserialize { engine, .. } | Op::NewSharedMemory { engine, .. } => {
            vec![engine]
        }
        Op::Serialize { module, .. } => vec![module],
        Op::Spectest { store, .. } | Op::WasiOutput { store } | Op::Consumed { store } => vec![store],
        Op::ShareMemory { store, memory, .. } => vec![store, memory],
        Op::Instantiate { store, module, imports, .. } => {
            [store.as_str(), module].into_iter().chain(imports.iter().map(|import| import.instance.as_str())).collect()
        }
        Op::Environment { of, .. } => vec![of],
        Op::Invoke { instance, .. }
        | Op::GlobalGet { instance, .. }
        | Op::GlobalSet { instance, .. }
        | Op::MemorySize { instance, .. }
        | Op::MemoryGrow { instance, .. }
        | Op::MemoryRead { instance, .. }
        | Op::MemoryWrite { instance, .. } => vec![instance],
        Op::RunCommand { engine, module, .. } => vec![engine, module],
        // What a branch uses it has made itself, or it is one of those that all branches share.
        Op::Parallel { threads } => {
            let ops = || threads.iter().take(1).flatten();
            let own: Vec<&str> = ops().filter_map(made).collect();
            ops().flat_map(used).filter(|handle| !own.contains(handle)).collect()
        }
        // It leaves nothing behind, and what it uses beside its own is there when it is measured: the case was driven before.
        Op::Measure { .. } => Vec::new(),
        Op::Close { handle } => vec![handle],
    }
}

/// The handle that is there afterwards.
pub(super) fn made(op: &Op) -> Option<&str> {
    match op {
        Op::OpenCache { cache, .. } => Some(cache),
        Op::NewEngine { engine, .. } => Some(engine),
        Op::NewStore { store, .. } => Some(store),
        Op::Compile { module, .. } | Op::Deserialize { module, .. } => Some(module),
        Op::NewSharedMemory { memory, .. } => Some(memory),
        Op::Spectest { instance, .. }
        | Op::ShareMemory { instance, .. }
        | Op::Environment { instance, .. }
        | Op::Instantiate { instance, .. } => Some(instance),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::Op;

    use super::*;

    fn op(json: &str) -> Op {
        serde_json::from_str(json).expect("an operation")
    }

    #[test]
    fn branches_use_what_they_have_not_made_themselves() {
        let branch = r#"[
            {"new-store":{"store":"i.store","engine":"a.engine"}},
            {"instantiate":{"instance":"i","store":"i.store","module":"m.module","imports":[]}},
            {"invoke":{"instance":"i","export":"f","args":[]}}
        ]"#;
        let threads = op(&format!(r#"{{"parallel":{{"threads":[{branch},{branch}]}}}}"#));
        assert_eq!(used(&threads), ["a.engine", "m.module"]);
        assert_eq!(made(&threads), None);
    }

    #[test]
    fn an_artifact_makes_a_module_and_needs_an_engine() {
        let deserialize = op(r#"{"deserialize":{"module":"n.module","engine":"a.engine","artifact":"/a"}}"#);
        assert_eq!((used(&deserialize), made(&deserialize)), (vec!["a.engine"], Some("n.module")));
        let serialize = op(r#"{"serialize":{"module":"n.module","artifact":"/a"}}"#);
        assert_eq!((used(&serialize), made(&serialize)), (vec!["n.module"], None));
    }
}
