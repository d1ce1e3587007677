//! A folder that a worker sees as a disk that is full soon, or cannot be written: mounted for that process alone, so that the mount goes when it does.

use std::{ffi::OsString, fs, path::Path, process::Command};

use crate::{
    suite::{Disk, DiskSort},
    worker::WorkerCommand,
};

/// The command of a worker that sees the disk.
///
/// # Errors
/// Why nothing can be mounted here.
pub(crate) fn wrapped(command: &WorkerCommand, disk: &Disk, path: &Path) -> Result<WorkerCommand, String> {
    // Something has to be there that can be mounted over.
    fs::create_dir_all(path).map_err(|error| format!("no disk can be mounted in {}: {error}", path.display()))?;
    // Whoever is root needs no namespace of users to be it; some machines allow only the one and some only the other.
    let tried = [vec!["--mount"], vec!["--user", "--map-root-user", "--mount"]];
    let mut refused = Vec::new();
    for flags in tried {
        let wrapped = with_flags(&flags, command, disk, path);
        let probe = with_flags(&flags, &WorkerCommand { program: "true".into(), arguments: Vec::new() }, disk, path);
        match Command::new(&probe.program).args(&probe.arguments).output() {
            Ok(output) if output.status.success() => return Ok(wrapped),
            Ok(output) => refused.push(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => refused.push(format!("unshare: {error}")),
        }
    }
    Err(format!("no disk can be mounted for a process here: {}", refused.join("; ")))
}

fn with_flags(flags: &[&str], command: &WorkerCommand, disk: &Disk, path: &Path) -> WorkerCommand {
    let mount = match disk.sort {
        DiskSort::ReadOnly => r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1""#.to_owned(),
        DiskSort::Holding(bytes) => format!(r#"mount -t tmpfs -o size={bytes} none "$1""#),
    };
    let mut arguments: Vec<OsString> = flags.iter().map(OsString::from).collect();
    arguments.extend(["--".into(), "sh".into(), "-c".into(), format!(r#"{mount} && shift && exec "$@""#).into(), "sh".into()]);
    arguments.extend([path.into(), command.program.clone().into()]);
    arguments.extend(command.arguments.iter().cloned());
    WorkerCommand { program: "unshare".into(), arguments }
}
