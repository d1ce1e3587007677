//! `run.jsonl`: written and flushed record by record, so that a killed run keeps what it had.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use crate::Record;

/// Why a run could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RunFileError {
    /// The file or its folder.
    #[error("cannot write the run to {path}: {source}; choose another folder with --out")]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file.
    #[error("cannot read the run {path}: {source}")]
    Read {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of it.
    #[error("{path}, line {line}: not a record: {source}")]
    Line {
        /// Where.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// Writes records as they come.
#[derive(Debug)]
pub struct RunWriter {
    path: PathBuf,
    file: File,
}

impl RunWriter {
    /// Creates the folder and a new `run.jsonl` in it; an older one is replaced.
    ///
    /// # Errors
    /// Where either cannot be created.
    pub fn create(folder: &Path) -> Result<Self, RunFileError> {
        let path = folder.join("run.jsonl");
        let written = fs::create_dir_all(folder).and_then(|()| File::create(&path));
        match written {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(RunFileError::Write { path, source }),
        }
    }

    /// Appends a record and flushes it.
    ///
    /// # Errors
    /// Where the disk is full or gone.
    pub fn write(&mut self, record: &Record) -> Result<(), RunFileError> {
        let written = serde_json::to_vec(record).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            // One write a record: a reader never sees a record half written by a run that still lives.
            self.file.write_all(&line)?;
            self.file.flush()
        });
        written.map_err(|source| RunFileError::Write { path: self.path.clone(), source })
    }

    /// Where the run is written.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads a run. A last line without its end, which a killed run can leave, is an error like any other line that is not a record.
///
/// # Errors
/// Where the file cannot be read, or a line is not a record.
pub fn read_run(path: &Path) -> Result<Vec<Record>, RunFileError> {
    let mut records = Vec::new();
    each_record(path, |record| records.push(record))?;
    Ok(records)
}

/// Reads a run record by record, so that a large one need not be held as a whole.
///
/// # Errors
/// Where the file cannot be read, or a line is not a record; what came before was handed over.
pub fn each_record(path: &Path, mut take: impl FnMut(Record)) -> Result<(), RunFileError> {
    let read = |source| RunFileError::Read { path: path.to_owned(), source };
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path).map_err(read)?);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line).map_err(read)? == 0 {
            return Ok(());
        }
        take(record(&mut line).map_err(|source| RunFileError::Line { path: path.to_owned(), line: number, source })?);
    }
}

/// Reads a line, which may be written over. Most lines are cells, and to find out by `kind` what a line is costs serde a copy of all of it; so a
/// line that begins as we begin those is read as the cell that it is.
fn record(line: &mut [u8]) -> serde_json::Result<Record> {
    const CELL: &[u8] = br#"{"kind":"cell","#;
    if line.starts_with(CELL) {
        let rest = &mut line[CELL.len() - 1..];
        rest[0] = b'{';
        return serde_json::from_slice(rest).map(Record::Cell);
    }
    serde_json::from_slice(line)
}
