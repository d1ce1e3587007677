//! Where a script comes from. It is compiled when the first runtime is asked, once for all of them.

use std::{borrow::Cow, collections::BTreeSet, fmt, sync::OnceLock};

use wasmatrix_adapter::Capability;

use super::{Action, Script, ScriptError, compile};

/// A script that may not be compiled yet.
pub struct ScriptSource {
    /// Which part of its suite it is from: `core`, or a proposal's name.
    pub part: String,
    /// The proposals that are on for it, and no others, as far as a runtime can be opened so; `None`: all that a runtime has.
    pub features: Option<BTreeSet<Capability>>,
    /// What a runtime must have where the script itself does not tell: the script's own proposal.
    own_needs: BTreeSet<Capability>,
    text: Cow<'static, str>,
    /// The lines of directives that are not asked, and why.
    left_out: (&'static [u32], &'static str),
    compiled: OnceLock<Result<Script, ScriptError>>,
}

impl ScriptSource {
    /// A script by its text.
    pub fn new(part: &str, features: Option<BTreeSet<Capability>>, own_needs: BTreeSet<Capability>, text: Cow<'static, str>) -> Self {
        Self { part: part.to_owned(), features, own_needs, text, left_out: (&[], ""), compiled: OnceLock::new() }
    }

    /// The same without the directives of these lines, for this reason.
    pub fn without(self, lines: &'static [u32], why: &'static str) -> Self {
        Self { left_out: (lines, why), ..self }
    }

    /// The script itself.
    ///
    /// # Errors
    /// Where its text is no script.
    pub fn compiled(&self) -> Result<&Script, &ScriptError> {
        self.compiled.get_or_init(|| self.compile()).as_ref()
    }

    /// Its text, as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn compile(&self) -> Result<Script, ScriptError> {
        let mut script = compile(self.text.clone(), &self.own_needs)?;
        let (lines, why) = self.left_out;
        for directive in script.directives.iter_mut().filter(|directive| lines.contains(&directive.line)) {
            directive.action = Action::Undriven(why.to_owned());
        }
        Ok(script)
    }
}

impl fmt::Debug for ScriptSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptSource").field("part", &self.part).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}
