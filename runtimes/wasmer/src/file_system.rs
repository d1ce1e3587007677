//! The guest's file system: one in memory, and the preopened host directories mounted in it.

use std::{path::Path, sync::Arc};

use tokio::runtime::Handle;
use virtual_fs::{FileSystem, FsError, TmpFileSystem, host_fs};
use wasmatrix_adapter::{Failure, Preopen};
use wasmer_wasix::WasiEnvBuilder;

/// What the preopens are mounted in. Before 7.2 there is no `MountFileSystem`, and wasmer's command line mounts in one in memory.
#[cfg(feature = "from-7_2")]
type Root = virtual_fs::MountFileSystem;
#[cfg(not(feature = "from-7_2"))]
type Root = TmpFileSystem;

/// Gives the process its files, and a descriptor for each preopen.
pub(crate) fn preopened(mut builder: WasiEnvBuilder, handle: &Handle, preopens: &[Preopen]) -> Result<WasiEnvBuilder, Failure> {
    let root = empty().map_err(|error| unmountable("/", error))?;
    for preopen in preopens {
        let shown = host_fs::FileSystem::new(handle.clone(), &preopen.host)
            .map_err(|error| unmountable(&preopen.host.display().to_string(), error))?;
        let place = Path::new("/").join(&preopen.guest);
        mount(&root, &place, Arc::new(shown)).map_err(|error| unmountable(&preopen.guest, error))?;
        builder.add_map_dir(&preopen.guest, &place).map_err(Failure::failed)?;
    }
    Ok(with_root(builder, root))
}

#[cfg(feature = "from-7_2")]
fn empty() -> Result<Root, FsError> {
    let root = Root::new();
    root.mount("/", Arc::new(TmpFileSystem::new()))?;
    Ok(root)
}

#[cfg(not(feature = "from-7_2"))]
fn empty() -> Result<Root, FsError> {
    Ok(Root::new())
}

#[cfg(feature = "from-7_2")]
fn mount(root: &Root, place: &Path, shown: Arc<dyn FileSystem + Send + Sync>) -> Result<(), FsError> {
    // `set_mount` and not `mount`, because a preopen may be the root itself.
    root.set_mount(place, shown)
}

/// As wasmer's command line does it, whose own code for it is private.
#[cfg(not(feature = "from-7_2"))]
fn mount(root: &Root, place: &Path, shown: Arc<dyn FileSystem + Send + Sync>) -> Result<(), FsError> {
    let place = root.canonicalize_unchecked(place)?;
    match place.parent() {
        Some(parent) => {
            for above in parent.ancestors().collect::<Vec<_>>().into_iter().rev() {
                match root.create_dir(above) {
                    Ok(()) | Err(FsError::AlreadyExists) => {}
                    Err(error) => return Err(error),
                }
            }
            root.mount(place, &shown, "/".into())
        }
        // The root is there already. Its entries are mounted one by one; what the guest makes beside them stays in memory.
        None => root.mount_directory_entries(&place, &shown, Path::new("/")),
    }
}

#[cfg(feature = "from-7_2")]
fn with_root(mut builder: WasiEnvBuilder, root: Root) -> WasiEnvBuilder {
    builder.set_mount_fs(root);
    builder
}

#[cfg(not(feature = "from-7_2"))]
fn with_root(builder: WasiEnvBuilder, root: Root) -> WasiEnvBuilder {
    builder.sandbox_fs(root)
}

fn unmountable(what: &str, error: FsError) -> Failure {
    Failure::failed(format!("cannot mount {what}: {error}"))
}
