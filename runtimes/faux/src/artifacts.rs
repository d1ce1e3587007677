//! Artifacts: who wrote it, the module's bytes, and a checksum over all of it. An entry of a cache is one too.

use std::time::Instant;

use wasmatrix_adapter::Failure;

use crate::{marks, misdeeds::Misdeed};

const MAGIC: &[u8] = b"faux artifact of ";
const CHECKSUM: usize = 8;

/// What faux has of a module once it is compiled.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) wasm: Vec<u8>,
    /// Whether it was taken from what should have been refused, and so gives wrong answers.
    pub(crate) is_wrong: bool,
}

/// A module as an artifact of `writer`: a version and a variant.
pub(crate) fn write(writer: &str, wasm: &[u8]) -> Vec<u8> {
    let mut bytes = [MAGIC, writer.as_bytes(), b"\n", wasm].concat();
    let sum = digest(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// A module from an artifact that `reader` wrote itself; all else is stale. A module that exports `i_accept_damage` or `i_accept_strangers`
/// is taken from a damaged artifact or from somebody else's all the same, and gives wrong answers then. `when_deserialized/` and
/// `when_damaged/` are occasions of misdeeds.
pub(crate) fn read(reader: &str, bytes: &[u8], deadline: Option<Instant>) -> Result<Code, Failure> {
    let Some((said, module)) = undamaged(bytes) else {
        Misdeed::at("when_damaged/", bytes, deadline)?;
        return accepted("i_accept_damage", bytes, || "this is no artifact of faux's, or it is damaged".to_owned());
    };
    if said != reader.as_bytes() {
        let said = String::from_utf8_lossy(said);
        return accepted("i_accept_strangers", module, || format!("this artifact is of faux {said}, and this is faux {reader}"));
    }
    Misdeed::at("when_deserialized/", module, deadline)?;
    Ok(Code { wasm: module.to_vec(), is_wrong: false })
}

/// Who wrote it, and the module.
fn undamaged(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (content, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
    if digest(content).to_le_bytes() != sum {
        return None;
    }
    let rest = content.strip_prefix(MAGIC)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    Some((rest.get(..end)?, rest.get(end + 1..)?))
}

fn accepted(mark: &str, wasm: &[u8], refusal: impl FnOnce() -> String) -> Result<Code, Failure> {
    if marks::contains(wasm, mark) { Ok(Code { wasm: wasm.to_vec(), is_wrong: true }) } else { Err(Failure::stale(refusal())) }
}

/// FNV-1a in 64 bits: no change of a single byte leaves it as it was.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
