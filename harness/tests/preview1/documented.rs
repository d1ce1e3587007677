//! What is documented for each function, and what of that no case asks, from the `.yaml` files beside this one.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

/// By function.
pub(super) struct Documented(pub(super) BTreeMap<String, About>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    /// Errnos that cases ask for, each with the text that documents it.
    #[serde(default)]
    pub(super) errnos: BTreeMap<String, String>,
    /// What no case asks, and why: an errno, `ordinary` or `bad-pointer`.
    #[serde(default)]
    pub(super) holes: BTreeMap<String, String>,
}

impl Documented {
    pub(super) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/preview1");
        let mut all: BTreeMap<String, About> = BTreeMap::new();
        for entry in fs::read_dir(&folder).expect("the folder of this test") {
            let path = entry.expect("an entry of the folder").path();
            if path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("the file can be read");
            let some: BTreeMap<String, About> = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            for (function, about) in some {
                assert!(all.insert(function.clone(), about).is_none(), "{}: `{function}` stands in another file too", path.display());
            }
        }
        Self(all)
    }
}
