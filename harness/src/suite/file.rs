//! A suite file as it is written. Mirrors `suites/README.md` field by field and trusts nothing; `convert` makes a
//! [`crate::suite::Suite`] of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use wasmatrix_adapter::{Capability, Exhaustible, Network, TrapCode};
use wasmatrix_reports::{CacheUse, Canary, Level};

use super::{measured::MeasureFile, model::EntryPath};
use crate::yaml::{At, OneOrMany};

/// A suite: a name and its cases.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SuiteFile {
    pub(crate) suite: At<String>,
    /// Whether a run that does not name the suite has it.
    pub(crate) default: Option<bool>,
    /// The least time for each request, in seconds.
    pub(crate) deadline: Option<At<u64>>,
    pub(crate) cases: At<Vec<At<CaseFile>>>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseFile {
    pub(crate) name: At<String>,
    pub(crate) why: At<String>,
    pub(crate) stands_on: At<String>,
    pub(crate) level: Level,
    #[serde(default)]
    pub(crate) requires: Vec<Capability>,
    /// What it asks about, for tables of coverage.
    #[serde(default)]
    pub(crate) covers: Vec<At<String>>,
    /// Whether it is also asked as a command.
    #[serde(default)]
    pub(crate) command_form: Option<At<bool>>,
    /// `peers`: it is asked once with every runtime of the run as the writer of what is read.
    pub(crate) artifact_from: Option<At<ArtifactFromFile>>,
    /// Whether it is about modules as they are or about components that are made of them; without it, about both.
    pub(crate) entry_path: Option<At<EntryPath>>,
    pub(crate) wat: Option<At<String>>,
    pub(crate) module: Option<At<FromFile>>,
    #[serde(default)]
    pub(crate) modules: BTreeMap<String, At<ModuleFile>>,
    pub(crate) args: Option<At<Vec<String>>>,
    #[serde(default)]
    pub(crate) env: Vec<At<String>>,
    pub(crate) stdin: Option<At<ContentFile>>,
    #[serde(default)]
    pub(crate) preopens: Vec<At<PreopenFile>>,
    /// How many threads a guest has at most.
    pub(crate) threads: Option<At<LimitFile>>,
    /// How many subscriptions a guest polls at once at most.
    pub(crate) poll: Option<At<LimitFile>>,
    /// The network that a guest has; without it there is none.
    pub(crate) network: Option<At<Network>>,
    /// What is done; a case without it is a script.
    pub(crate) steps: Option<At<Vec<At<StepFile>>>>,
    pub(crate) wast: Option<At<String>>,
    /// What of it is measured by those who measure: phases, or calls among its steps.
    pub(crate) measure: Option<At<Vec<At<MeasureFile>>>>,
    #[serde(default)]
    pub(crate) files: BTreeMap<String, At<ContentFile>>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ModuleFile {
    pub(crate) wat: Option<At<String>>,
    pub(crate) module: Option<At<FromFile>>,
}

/// A limit that guests are held to.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a limit, { max: 1 } say")]
pub(crate) struct LimitFile {
    pub(crate) max: u32,
}

/// A path beside the suite, or a map that names a package.
#[derive(Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(untagged))]
pub(crate) enum FromFile {
    Beside(String),
    Package(PackageFromFile),
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PackageFromFile {
    // The registry: exactly one of these, with name and version.
    pub(crate) npm: Option<At<String>>,
    pub(crate) pypi: Option<At<String>>,
    #[serde(rename = "crate")]
    pub(crate) cargo: Option<At<String>>,
    pub(crate) file: At<String>,
    pub(crate) sha256: At<String>,
}

/// By hand, because an `untagged` enum would lose the place and the name of what is wrong inside.
impl<'de> Deserialize<'de> for FromFile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = FromFile;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a path, or { npm: NAME@VERSION, file: PATH, sha256: … }")
            }

            fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<Self::Value, E> {
                Ok(FromFile::Beside(path.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                PackageFromFile::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(FromFile::Package)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PreopenFile {
    pub(crate) guest: String,
    pub(crate) host: Option<At<String>>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    // The operation: exactly one of these, with its operand.
    pub(crate) compile: Option<String>,
    pub(crate) instantiate: Option<String>,
    pub(crate) invoke: Option<String>,
    pub(crate) global_get: Option<String>,
    pub(crate) global_set: Option<String>,
    pub(crate) memory_size: Option<String>,
    pub(crate) memory_grow: Option<String>,
    pub(crate) memory_read: Option<String>,
    pub(crate) memory_write: Option<String>,
    pub(crate) run: Option<String>,
    pub(crate) wagi: Option<String>,
    pub(crate) wasi_output: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) close: Option<String>,
    pub(crate) open_cache: Option<String>,
    pub(crate) new_engine: Option<String>,
    pub(crate) serialize: Option<String>,
    pub(crate) deserialize: Option<String>,
    pub(crate) restart: Option<String>,
    pub(crate) corrupt: Option<String>,
    pub(crate) copy: Option<String>,
    pub(crate) remove: Option<String>,
    pub(crate) shared_memory: Option<String>,
    pub(crate) parallel: Option<At<Vec<At<StepFile>>>>,
    // What some operations take besides.
    pub(crate) module: Option<At<String>>,
    pub(crate) imports: Option<At<BTreeMap<String, String>>>,
    pub(crate) instance: Option<At<String>>,
    pub(crate) args: Option<At<Vec<At<ArgumentFile>>>>,
    pub(crate) value: Option<At<ArgumentFile>>,
    pub(crate) pages: Option<At<u64>>,
    pub(crate) at: Option<At<u64>>,
    pub(crate) length: Option<At<u64>>,
    pub(crate) bytes: Option<At<ContentFile>>,
    pub(crate) engine: Option<At<String>>,
    pub(crate) cache: Option<At<String>>,
    pub(crate) dir: Option<At<String>>,
    pub(crate) to: Option<At<String>>,
    pub(crate) from: Option<At<String>>,
    pub(crate) how: Option<At<String>>,
    pub(crate) named: Option<At<String>>,
    pub(crate) disk: Option<At<String>>,
    pub(crate) holds: Option<At<u64>>,
    pub(crate) times: Option<At<u64>>,
    pub(crate) within: Option<At<String>>,
    pub(crate) minimum: Option<At<u64>>,
    pub(crate) maximum: Option<At<u64>>,
    pub(crate) request: Option<At<RequestFile>>,
    pub(crate) by: Option<At<ByFile>>,
    pub(crate) of: Option<At<String>>,
    // What is expected.
    pub(crate) or: Option<At<OrFile>>,
    pub(crate) cached: Option<At<OneOrMany<CacheUse>>>,
    pub(crate) canary: Option<At<Canary>>,
    pub(crate) returns: Option<At<OneOrMany<PatternFile>>>,
    pub(crate) traps: Option<At<OneOrMany<TrapCode>>>,
    pub(crate) exhausts: Option<At<OneOrMany<Exhaustible>>>,
    pub(crate) exits: Option<At<OneOrMany<u32>>>,
    pub(crate) fails: Option<At<OneOrMany<FailsFile>>>,
    pub(crate) stdout: Option<At<ContentFile>>,
    pub(crate) stderr: Option<At<ContentFile>>,
    pub(crate) status: Option<At<u16>>,
    pub(crate) headers: Option<At<BTreeMap<String, At<ContentFile>>>>,
    pub(crate) body: Option<At<ContentFile>>,
}

/// An HTTP request.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestFile {
    pub(crate) method: Option<At<String>>,
    pub(crate) url: At<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, At<OneOrMany<String>>>,
    pub(crate) body: Option<At<ContentFile>>,
    pub(crate) route: Option<At<String>>,
    pub(crate) client: Option<At<String>>,
    pub(crate) argv: Option<At<String>>,
}

/// Numbers are read as text, so that no YAML number type comes between the file and the bits.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", expecting = "a value, { i32: 1 } say,")]
pub(crate) enum ArgumentFile {
    I32(NumberText),
    I64(NumberText),
    F32(NumberText),
    F64(NumberText),
    V128(String),
    Funcref(Option<String>),
    Externref(Option<NumberText>),
    String(String),
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", expecting = "a value, { i32: 1 } say,")]
pub(crate) enum PatternFile {
    I32(NumberText),
    I64(NumberText),
    F32(NumberText),
    F64(NumberText),
    V128(String),
    Funcref(Option<String>),
    Externref(Option<NumberText>),
    Pages(u64),
    Bytes(String),
    Hex(String),
    AnyOf(Vec<PatternFile>),
}

/// A number as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct NumberText(pub(crate) String);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for NumberText {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string"] })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "a word")]
pub(crate) enum FailsFile {
    Rejected,
    Unlinkable,
    Exception,
    Stale,
}

/// How a step may end besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "a word")]
pub(crate) enum OrFile {
    Refused,
}

/// What runs a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "a word")]
pub(crate) enum ByFile {
    /// The runner that the runtime has for them.
    Runner,
}

/// Whose artifacts a case reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", expecting = "a word")]
pub(crate) enum ArtifactFromFile {
    Peers,
}

/// Text, or a map that says otherwise.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(untagged))]
pub(crate) enum ContentFile {
    Text(String),
    Said(SaidContentFile),
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum SaidContentFile {
    Hex(String),
    Contains(String),
    Absent(bool),
    Repeat(RepeatFile),
}

/// A text so many times.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RepeatFile {
    pub(crate) text: String,
    pub(crate) times: u64,
}

/// By hand, because an `untagged` enum would lose the place and the name of what is wrong inside.
impl<'de> Deserialize<'de> for ContentFile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = ContentFile;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text, or one of { hex: … }, { contains: … }, { repeat: … }, { absent: true }")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ContentFile::Text(text.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                SaidContentFile::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(ContentFile::Said)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
