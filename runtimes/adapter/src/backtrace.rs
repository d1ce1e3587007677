//! Where a guest was when it failed, as far as its runtime can tell. For people: nothing here is ever compared.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The functions that were being called, the innermost first. A runtime may have kept fewer of them than there were (wasmtime 20, wazero 30), and
/// seldom says how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Backtrace {
    /// The innermost 64.
    #[cfg_attr(feature = "schema", schemars(length(max = 64)))]
    pub frames: Vec<Frame>,
    /// How many more the runtime told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One of these functions; at least one of its fields is there. A function that was inlined into another is a frame of its own, where a runtime tells
/// of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Its name, as the runtime has it from the name section, from DWARF or of an export. At most 200 characters, any among them: a guest chose them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub function: Option<String>,
    /// Its index in the function index space of its module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Where it was, in bytes from the beginning of its module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The same in its source: `FILE:LINE`, or `FILE:LINE:COLUMN`. At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    pub source: Option<String>,
}

/// How many frames are kept.
const MOST_FRAMES: usize = 64;

/// How many characters are kept of a name or of a place.
const LONGEST_TEXT: usize = 200;

impl Backtrace {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.more == 0
    }

    /// The same within the bounds: what says nothing is left out, what is too long is cut, and what is too much is counted.
    #[must_use]
    pub fn bounded(self) -> Self {
        let bounded: Self = self.frames.into_iter().collect();
        Self { more: bounded.more.saturating_add(self.more), ..bounded }
    }
}

/// Of any number of frames, the innermost first. No more are kept in memory than will be.
impl FromIterator<Frame> for Backtrace {
    fn from_iter<I: IntoIterator<Item = Frame>>(frames: I) -> Self {
        let mut kept = Self::default();
        for frame in frames.into_iter().filter(|frame| *frame != Frame::default()) {
            if kept.frames.len() == MOST_FRAMES {
                kept.more += 1;
            } else {
                kept.frames.push(frame.bounded());
            }
        }
        kept
    }
}

impl Frame {
    fn bounded(self) -> Self {
        Self { function: self.function.map(bounded), source: self.source.map(bounded), ..self }
    }
}

fn bounded(mut text: String) -> String {
    if text.chars().nth(LONGEST_TEXT).is_some() {
        let cut = text.char_indices().nth(LONGEST_TEXT - 1).map_or(0, |(at, _)| at);
        text.truncate(cut);
        text.push('…');
    }
    text
}

/// `inner (function 3) at 0x4f, deep.c:12:3`, as far as it is known. A name is as its guest has it: control characters are the reader's to escape.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.function, self.index) {
            (Some(name), Some(index)) => write!(f, "{name} (function {index})")?,
            (Some(name), None) => f.write_str(name)?,
            (None, Some(index)) => write!(f, "function {index}")?,
            (None, None) => f.write_str("a function without a name")?,
        }
        if let Some(offset) = self.offset {
            write!(f, " at {offset:#x}")?;
        }
        if let Some(source) = &self.source {
            write!(f, ", {source}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Frame {
        Frame { function: Some(name.to_owned()), ..Frame::default() }
    }

    #[test]
    fn what_is_too_much_is_cut_and_counted_once() {
        let long = "é".repeat(1000);
        let frames =
            [Frame::default(), named(&long)].into_iter().chain((0..1000).map(|index| Frame { index: Some(index), ..Frame::default() }));
        let kept: Backtrace = frames.collect();
        assert_eq!((kept.frames.len(), kept.more), (64, 937));
        let name = kept.frames[0].function.as_deref().expect("it has a name");
        assert_eq!((name.chars().count(), name.chars().last()), (200, Some('…')));
        assert_eq!(kept.clone().bounded(), kept, "what is within the bounds stays as it is");
        assert!(Backtrace { frames: vec![Frame::default()], more: 0 }.bounded().is_empty());
        assert_eq!(bounded("x".repeat(200)), "x".repeat(200));
    }

    #[test]
    fn a_frame_says_what_is_known_of_it() {
        for (frame, says) in [
            (r#"{"function":"f"}"#, "f"),
            (r#"{"index":3,"offset":79}"#, "function 3 at 0x4f"),
            (r#"{"function":"f","index":3,"offset":79,"source":"a.c:1:2"}"#, "f (function 3) at 0x4f, a.c:1:2"),
            (r#"{"source":"a.c:1"}"#, "a function without a name, a.c:1"),
        ] {
            let frame: Frame = serde_json::from_str(frame).expect(frame);
            assert_eq!(frame.to_string(), says);
        }
    }
}
