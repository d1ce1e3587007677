//! Bytes that a guest wrote: text where they are UTF-8, base64 where not.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// Bytes from or for a guest, as they stand in JSON: `{"text": "…"}` or `{"base64": "…"}`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Written", into = "Written")]
pub struct GuestBytes(pub Vec<u8>);

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Written {
    Text(String),
    Base64(String),
}

impl From<GuestBytes> for Written {
    fn from(bytes: GuestBytes) -> Self {
        match String::from_utf8(bytes.0) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Base64(STANDARD.encode(error.as_bytes())),
        }
    }
}

impl TryFrom<Written> for GuestBytes {
    type Error = base64::DecodeError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        Ok(Self(match written {
            Written::Text(text) => text.into_bytes(),
            Written::Base64(text) => STANDARD.decode(text)?,
        }))
    }
}

impl fmt::Debug for GuestBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// For people: UTF-8 as it is, anything else escaped.
impl fmt::Display for GuestBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match std::str::from_utf8(&self.0) {
            Ok(text) => f.write_str(text),
            Err(_) => write!(f, "{}", self.0.escape_ascii()),
        }
    }
}

/// The longest error text that is kept, in bytes. A runtime that prints a disassembly into its error must not fill the records.
const LONGEST_TEXT: usize = 4096;

/// Cuts a runtime's error text to 4096 bytes, and says so where it did.
pub(crate) fn lossy_note(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let cut = (0..=LONGEST_TEXT).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let left_out = text.len() - cut;
        text.truncate(cut);
        text.push_str(&format!(" … ({left_out} bytes more)"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_readable_and_everything_else_survives() {
        for (bytes, json) in [(&b"caf\xc3\xa9"[..], r#"{"text":"café"}"#), (b"\xff\0", r#"{"base64":"/wA="}"#), (b"", r#"{"text":""}"#)] {
            let bytes = GuestBytes(bytes.to_vec());
            assert_eq!(serde_json::to_string(&bytes).expect("JSON"), json);
            assert_eq!(serde_json::from_str::<GuestBytes>(json).expect(json), bytes);
        }
    }

    #[test]
    fn long_error_texts_are_cut_at_a_character() {
        let cut = lossy_note("é".repeat(4000));
        assert!(cut.len() < 4200 && cut.ends_with("(3904 bytes more)"), "{}", &cut[cut.len() - 40..]);
    }
}
