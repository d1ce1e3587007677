//! Where a script comes from. It is compiled when the first runtime is asked, once for all of them.

use std::{borrow::Cow, collections::BTreeSet, fmt, sync::OnceLock};

use wasmatrix_adapter::Capability;

use super::{Script, ScriptError, compile};

/// A script that may not be compiled yet.
pub struct ScriptSource {
    /// Which part of its suite it is from: `core`, or a proposal's name.
    pub part: String,
    /// The proposals that are on for it, and no others, as far as a runtime can be opened so; `None`: all that a runtime has.
    pub features: Option<BTreeSet<Capability>>,
    /// What a runtime must have where the script itself does not tell: the script's own proposal.
    own_needs: BTreeSet<Capability>,
    text: Cow<'static, str>,
    compiled: OnceLock<Result<Script, ScriptError>>,
}

impl ScriptSource {
    /// A script by its text.
    pub fn new(part: &str, features: Option<BTreeSet<Capability>>, own_needs: BTreeSet<Capability>, text: Cow<'static, str>) -> Self {
        Self { part: part.to_owned(), features, own_needs, text, compiled: OnceLock::new() }
    }

    /// The script itself.
    ///
    /// # Errors
    /// Where its text is no script.
    pub fn compiled(&self) -> Result<&Script, &ScriptError> {
        self.compiled.get_or_init(|| compile(self.text.clone(), &self.own_needs)).as_ref()
    }
}

impl fmt::Debug for ScriptSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptSource").field("part", &self.part).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}
