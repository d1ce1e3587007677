//! Runtimes named on the command line, made ready with a person looking on.

use super::progress::Progress;
use crate::{
    catalog::Catalog,
    plan::select_runtimes,
    prepare::{Prepared, prepare},
    root::Root,
    run::Event,
    worker::Stop,
};

/// Makes the runtimes named ready, or all default ones. `None`: interrupted.
pub(super) fn ready(root: Root, named: &[String], stop: &Stop) -> anyhow::Result<Option<Vec<Prepared>>> {
    let catalog = Catalog::of_runtimes(root)?.naming(named)?;
    let ids = select_runtimes(&catalog, named)?;
    let mut progress = Progress::new();
    let prepared = prepare(&catalog, &ids, stop, &mut |line, news| progress.follow(&Event::Building { line, news }));
    progress.finish();
    Ok(prepared)
}
