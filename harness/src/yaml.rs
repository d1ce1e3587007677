//! The one place that knows which YAML library stands behind the name `serde_yaml`.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, IntoDeserializer, value},
};
use serde_yaml::{Error, UserMessageFormatter};

/// A line and a column in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

impl Place {
    /// Where there is nothing better to point at.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Where the next character after a text would stand.
    pub(crate) fn behind(text: &str) -> Self {
        let last = text.rsplit('\n').next().map_or(0, |line| line.chars().count());
        Self { line: text.matches('\n').count() as u64 + 1, column: last as u64 + 1 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value with the place where it stands.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

impl<T> At<T> {
    /// What a value stands for; where it stands for nothing, that with its place.
    pub(crate) fn try_map<U, E>(self, convert: impl FnOnce(T) -> Result<U, E>) -> Result<At<U>, (Place, E)> {
        let place = self.place;
        convert(self.value).map(|value| At { value, place }).map_err(|error| (place, error))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<T>::deserialize(deserializer)?;
        let place = Place { line: spanned.referenced.line(), column: spanned.referenced.column() };
        Ok(Self { value: spanned.value, place })
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(untagged))]
pub(crate) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// By hand, because an `untagged` enum would lose the place and the name of what is wrong inside.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list of values")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(value::SeqAccessDeserializer::new(list)).map(OneOrMany::Many)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(value::MapAccessDeserializer::new(map)).map(OneOrMany::One)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(text.into_deserializer()).map(OneOrMany::One)
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
                T::deserialize(number.into_deserializer()).map(OneOrMany::One)
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
                T::deserialize(number.into_deserializer()).map(OneOrMany::One)
            }
        }

        deserializer.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

/// Why a text is not the YAML that was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Where.
    pub place: Place,
    /// The way there, `cases[0].steps[2].args` say; empty at the top.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Whether something is missing that the path's end should have; its place is then that of the last thing that is there.
    pub is_missing: bool,
}

/// Reads a document. Alias bombs and endless nesting run into the library's budget and are errors like any other.
///
/// Where something is wrong the text is read to its end, whatever is in it: a slip of indentation would otherwise be told as a field that
/// is missing.
pub(crate) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let mut path = String::new();
    serde_yaml::with_deserializer_from_str(text, |deserializer| {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            path = error.path().to_string();
            error.into_inner()
        })
    })
    .map_err(|error| match serde_yaml::with_deserializer_from_str(text, |deserializer| IgnoredAny::deserialize(deserializer)) {
        Err(slip) => explained(&slip, String::new()),
        Ok(_) => explained(&error, path),
    })
}

fn explained(error: &Error, path: String) -> YamlError {
    let place = error.location().map_or(Place::START, |at| Place { line: at.line().max(1), column: at.column().max(1) });
    let error = error.without_snippet();
    // The path names the library's own wrapper around a value with its place, and `.` or `?` where it knows nothing.
    let mut path = path.replace(".value", "");
    if let Error::SerdeUnknownField { field, .. } = error {
        // The message names it.
        path.truncate(path.strip_suffix(field.as_str()).unwrap_or(&path).trim_end_matches('.').len());
    }
    if matches!(path.as_str(), "." | "?") {
        path.clear();
    }
    YamlError { place, path, message: in_words(error), is_missing: matches!(error, Error::SerdeMissingField { .. }) }
}

/// The library speaks to programmers, of Rust types and of its own options.
fn in_words(error: &Error) -> String {
    let one_of = |expected: &[&str]| format!("; there are {}", expected.join(", "));
    match error {
        Error::Eof { .. } => "the text ends where a value must stand".to_owned(),
        Error::MultipleDocuments { .. } => "a second document begins here; a file holds one".to_owned(),
        Error::Unexpected { expected, .. } => format!("{} must stand here", sort(expected)),
        Error::InvalidScalar { ty, .. } => format!("{} must stand here", sort(ty)),
        Error::SerdeInvalidType { unexpected, expected, .. } | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            format!("{} must stand here, not {unexpected}", sort(expected))
        }
        Error::NullIntoString { .. } => "a text or a number must stand here, not nothing or null".to_owned(),
        Error::ExpectedMappingEndAfterEnumVariantValue { .. } => "a map with one key must stand here".to_owned(),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. } | Error::ExpectedStringKeyForExternallyTaggedEnum { .. } => {
            "a word or a map with one key must stand here".to_owned()
        }
        Error::TaggedScalarCannotDeserializeIntoString { .. } => {
            "a text without a tag must stand here; leave out what begins with `!`".to_owned()
        }
        Error::TaggedEnumMismatch { tagged, .. } => format!("the tag `{tagged}` means nothing here; leave it out"),
        Error::RecursiveReferencesRequireWeakTypes { .. } => "an alias may not stand inside what it stands for".to_owned(),
        Error::BinaryNotUtf8 { .. } => "a text must stand here, and this `!!binary` is not UTF-8".to_owned(),
        Error::UnexpectedValueForUnitEnumVariant { .. } => "a word must stand here, without a value".to_owned(),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("`{key}` stands here a second time; keep one"),
        Error::DuplicateMappingKey { key: None, .. } => "the same key stands here a second time; keep one".to_owned(),
        Error::SerdeUnknownField { field, expected, .. } => {
            let hint = did_you_mean(field, expected.iter().copied()).unwrap_or_else(|| one_of(expected));
            format!("unknown field `{field}`{hint}")
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let hint = did_you_mean(variant, expected.iter().copied()).unwrap_or_else(|| one_of(expected));
            format!("`{variant}` is not known here{hint}")
        }
        Error::AliasError { error, .. } => in_words(error),
        Error::Budget { .. } => "this is more than a file may hold, aliases written out; make it smaller".to_owned(),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => "aliases stand for too much here; write the values out".to_owned(),
        other => {
            let message = other.render_with_formatter(&UserMessageFormatter);
            let message = message.split(" at line ").next().unwrap_or(&message);
            if message == "recursion limit exceeded" { "this is nested too deeply".to_owned() } else { message.to_owned() }
        }
    }
}

/// A sort of value, for people.
fn sort(name: &str) -> &str {
    match name {
        "mapping start" => "a map",
        "sequence start" => "a list",
        "string scalar" => "a text",
        "u8" | "u16" | "u32" | "u64" => "a whole number that is not negative",
        "enum" => "a word or a map with one key",
        "bool" | "boolean" => "`true` or `false`",
        other => other,
    }
}

/// `; did you mean `x`?` where one of the known words is near enough: spelled alike, or longer by whole words.
pub(crate) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    known
        .into_iter()
        .map(|candidate| match candidate.split('-').count() > 1 && format!("-{candidate}-").contains(&format!("-{word}-")) {
            true => (1.0, candidate),
            false => (strsim::jaro_winkler(word, candidate), candidate),
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        // Of several that are as near, the first.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
}
