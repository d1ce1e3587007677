//! The names that instances are registered under: in each store every name stands for one instance, while that lives.

use std::collections::HashMap;

use wasmatrix_adapter::{Failure, Op, OpTable, Reply, Request, Response};

use crate::honest::Honest;

/// The instances that have a name, by their stores and names.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<(String, String), String>);

/// Answers a request, with names where this variant has them: the table of handles has none, so they are kept beside it.
pub(crate) fn respond(names: Option<&mut Names>, table: &mut OpTable<Honest>, request: &Request) -> Response {
    let Some(names) = names else { return wasmatrix_adapter::respond(table, request) };
    let refused = |failure| Response { id: request.id, busy_ns: 1, reply: Reply::Failed(failure) };
    match named(request) {
        Some(Named { nameless, key, instance }) => {
            if let Some(other) = names.0.get(&key) {
                return refused(Failure::failed(format!("the instance `{other}` has the name `{}` already", key.1)));
            }
            let response = wasmatrix_adapter::respond(table, &nameless);
            if matches!(response.reply, Reply::Ok(_)) {
                names.forget(&nameless.op);
                names.0.insert(key, instance);
            }
            response
        }
        None if has_names_on_threads(&request.op) => refused(Failure::unsupported("faux registers names on its first thread alone")),
        None => {
            let response = wasmatrix_adapter::respond(table, request);
            if matches!(response.reply, Reply::Ok(_)) {
                names.forget(&request.op);
            }
            response
        }
    }
}

/// A request for an instance with a name: the same without it, the store and the name, and the instance.
struct Named {
    nameless: Request,
    key: (String, String),
    instance: String,
}

fn named(request: &Request) -> Option<Named> {
    let mut nameless = request.clone();
    let Op::Instantiate { instance, store, name, .. } = &mut nameless.op else { return None };
    let key = (store.clone(), name.take()?);
    let instance = instance.clone();
    Some(Named { nameless, key, instance })
}

fn has_names_on_threads(op: &Op) -> bool {
    let Op::Parallel { threads } = op else { return false };
    threads.iter().flatten().any(|op| matches!(op, Op::Instantiate { name: Some(_), .. }))
}

impl Names {
    /// Forgets the names of what an operation has ended.
    fn forget(&mut self, op: &Op) {
        match op {
            Op::Instantiate { instance: ended, .. } | Op::Spectest { instance: ended, .. } => {
                self.0.retain(|_, instance| instance != ended)
            }
            Op::NewStore { store: ended, .. } | Op::WasiOutput { store: ended } => self.0.retain(|(store, _), _| store != ended),
            Op::Close { handle } => self.0.retain(|(store, _), instance| store != handle && instance != handle),
            Op::Reset {} => self.0.clear(),
            _ => {}
        }
    }
}
