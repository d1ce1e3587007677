//! What has exports: an instance of a guest's, and the host module of the specification's test suite.

use std::{collections::HashMap, rc::Rc};

use wasmatrix_adapter::Failure;
use wasmi::{Extern, Func, Global, Instance, Memory, Store};

#[derive(Clone)]
pub(crate) enum Exports {
    Guest(Instance),
    Host(Rc<HashMap<&'static str, Extern>>),
}

impl Exports {
    pub(crate) fn get<T>(&self, store: &Store<T>, export: &str) -> Option<Extern> {
        match self {
            Self::Guest(instance) => instance.get_export(store, export),
            Self::Host(externs) => externs.get(export).copied(),
        }
    }

    pub(crate) fn function<T>(&self, store: &Store<T>, export: &str) -> Result<Func, Failure> {
        self.get(store, export).and_then(Extern::into_func).ok_or_else(|| missing("function", export))
    }

    pub(crate) fn global<T>(&self, store: &Store<T>, export: &str) -> Result<Global, Failure> {
        self.get(store, export).and_then(Extern::into_global).ok_or_else(|| missing("global", export))
    }

    pub(crate) fn memory<T>(&self, store: &Store<T>, export: &str) -> Result<Memory, Failure> {
        self.get(store, export).and_then(Extern::into_memory).ok_or_else(|| missing("memory", export))
    }
}

fn missing(sort: &str, export: &str) -> Failure {
    Failure::failed(format!("the instance exports no {sort} `{export}`"))
}
