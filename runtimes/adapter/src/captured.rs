//! What a guest writes to a standard stream: the beginning is kept, the rest is counted.

use std::{
    io::{self, IoSlice},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{GuestBytes, WasiOutput};

/// How much is kept of each standard stream of a guest, in bytes. What a guest writes beyond it succeeds, and is counted and thrown away,
/// so that a guest that writes without end costs time and no memory.
pub const OUTPUT_KEPT: usize = 1 << 20;

/// A standard stream in memory, with at most [`OUTPUT_KEPT`] bytes. Clones are the same stream.
#[derive(Debug, Clone, Default)]
pub struct Captured(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    cut: u64,
}

impl Captured {
    /// The guest writes; that always succeeds.
    pub fn push(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = OUTPUT_KEPT.saturating_sub(kept.bytes.len());
        let (fits, cut) = bytes.split_at(bytes.len().min(room));
        kept.bytes.extend_from_slice(fits);
        kept.cut = kept.cut.saturating_add(cut.len() as u64);
    }

    fn take(&self) -> Kept {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl WasiOutput {
    /// Hands over what was captured, and leaves the streams empty.
    pub fn captured(stdout: &Captured, stderr: &Captured) -> Self {
        let (stdout, stderr) = (stdout.take(), stderr.take());
        Self { stdout: GuestBytes(stdout.bytes), stderr: GuestBytes(stderr.bytes), stdout_cut: stdout.cut, stderr_cut: stderr.cut }
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    /// All buffers at once, where the default takes one: a guest sees how many bytes were written.
    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        for buffer in buffers {
            self.push(buffer);
        }
        Ok(buffers.iter().map(|buffer| buffer.len()).sum())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_beginning_is_kept_and_the_rest_is_counted() {
        let (stdout, stderr) = (Captured::default(), Captured::default());
        let mut guest = stdout.clone();
        let part = vec![b'x'; OUTPUT_KEPT / 2 + 1];
        assert_eq!(guest.write_vectored(&[IoSlice::new(&part), IoSlice::new(&part)]).expect("it succeeds"), 2 * part.len());
        assert_eq!(guest.write(b"more").expect("it succeeds"), 4);
        let output = WasiOutput::captured(&stdout, &stderr);
        assert_eq!((output.stdout.0.len(), output.stdout_cut), (OUTPUT_KEPT, 6));
        assert_eq!((output.stderr.0.len(), output.stderr_cut), (0, 0));
        assert_eq!(WasiOutput::captured(&stdout, &stderr), WasiOutput::default());
    }
}
