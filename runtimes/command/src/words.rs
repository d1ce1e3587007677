//! The words of a command line: placeholders, and what is put in their places.

use std::ffi::OsString;

/// Checks that words name no placeholder but these. `spread` ones stand alone in a word, and any number of words is put in their place.
pub(crate) fn check(field: &str, words: &[String], spread: &[&str], single: &[&str]) -> Result<(), String> {
    for word in words {
        for (name, is_whole) in placeholders(word) {
            if spread.contains(&name) && !is_whole {
                return Err(format!("{field}: `{{{name}}}` becomes several words and must be one by itself, unlike in `{word}`"));
            }
            if !spread.contains(&name) && !single.contains(&name) {
                let known: Vec<String> = spread.iter().chain(single).map(|name| format!("{{{name}}}")).collect();
                return Err(format!("{field}: there is no `{{{name}}}` to be put into `{word}`; there are {}", known.join(", ")));
            }
        }
    }
    Ok(())
}

/// The names in braces, and whether each is the whole word.
fn placeholders(word: &str) -> impl Iterator<Item = (&str, bool)> {
    let names = word.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.map(move |name| (name, word.len() == name.len() + 2))
}

/// What is put in the place of a name.
pub(crate) enum Put<'p> {
    /// This text, wherever in the word.
    Text(&'p str),
    /// These words.
    Words(&'p [OsString]),
}

/// Words with everything in its place. What is put is never looked at again: a guest's argument may be `{module}`.
pub(crate) fn fill(words: &[String], values: &[(&str, Put<'_>)]) -> Vec<OsString> {
    let value = |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, put)| put);
    let mut filled = Vec::new();
    for word in words {
        if let Some((name, true)) = placeholders(word).next()
            && let Some(Put::Words(put)) = value(name)
        {
            filled.extend(put.iter().cloned());
            continue;
        }
        let mut text = String::new();
        let mut rest = word.as_str();
        while let Some((before, from)) = rest.split_once('{') {
            text.push_str(before);
            match from.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
                Some((Put::Text(put), after)) => {
                    text.push_str(put);
                    rest = after;
                }
                Some((Put::Words(_), _)) | None => {
                    text.push('{');
                    rest = from;
                }
            }
        }
        text.push_str(rest);
        filled.push(text.into());
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn words_are_filled_once() {
        let spread = ["-a".into(), "{module}".into()];
        let values = [("args", Put::Words(&spread[..])), ("module", Put::Text("m {args}")), ("none", Put::Words(&[]))];
        let filled = fill(&words("run {none} --file={module} {args} {other} {"), &values);
        assert_eq!(filled, ["run", "--file=m {args}", "-a", "{module}", "{other}", "{"]);
    }

    #[test]
    fn unknown_places_are_errors() {
        assert_eq!(check("run", &words("run {args} {module}"), &["args"], &["module"]), Ok(()));
        for (text, part) in [("run {arg}", "there is no `{arg}`"), ("run x{args}", "must be one by itself")] {
            let error = check("run", &words(text), &["args"], &["module"]).expect_err(text);
            assert!(error.starts_with("run: ") && error.contains(part), "{error}");
        }
    }
}
