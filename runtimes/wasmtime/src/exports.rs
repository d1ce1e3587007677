//! What has exports: an instance of a guest's, and the host module of the specification's test suite.

use std::{collections::HashMap, rc::Rc};

use wasmatrix_adapter::Failure;
use wasmtime::{AsContextMut, Extern, Func, Global, Instance};

#[derive(Clone)]
pub(crate) enum Exports {
    Guest(Instance),
    Host(Rc<HashMap<&'static str, Extern>>),
}

impl Exports {
    pub(crate) fn get(&self, store: impl AsContextMut, export: &str) -> Option<Extern> {
        match self {
            Self::Guest(instance) => instance.get_export(store, export),
            Self::Host(externs) => externs.get(export).cloned(),
        }
    }

    pub(crate) fn function(&self, store: impl AsContextMut, export: &str) -> Result<Func, Failure> {
        self.get(store, export).and_then(Extern::into_func).ok_or_else(|| missing("function", export))
    }

    pub(crate) fn global(&self, store: impl AsContextMut, export: &str) -> Result<Global, Failure> {
        self.get(store, export).and_then(Extern::into_global).ok_or_else(|| missing("global", export))
    }
}

pub(crate) fn missing(sort: &str, export: &str) -> Failure {
    Failure::failed(format!("the instance exports no {sort} `{export}`"))
}
