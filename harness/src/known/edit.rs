//! Edits of a `known.yaml` as text, so that its comments and its spelling stay.
//!
//! Entries are found by the places that the reader of the file gives them, and are taken as whole lines. What is written so that lines do not
//! tell (an entry in braces on one line, a list of several lines) is refused; whoever edits reads the result again and compares.

use std::ops::Range;

use super::entry::NewEntry;
use crate::runtime::Known;

/// A change of one entry, by its place in the file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Takes it out.
    Remove(usize),
    /// Gives a field another value, or adds the field behind `versions`.
    Set { entry: usize, field: &'static str, value: String },
}

/// Why a text could not be edited.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}; edit this entry by hand")]
pub struct EditError {
    /// Counted from 1.
    line: usize,
    message: &'static str,
}

/// What a runtime's `known.yaml` begins as.
pub fn new_file(runtime: &str) -> String {
    format!(
        "# What is known to fail on {runtime}. How each entry was reproduced is in it; none of it goes through our adapter.\nknown: []\n"
    )
}

/// The text with entries changed, and new ones behind the last.
pub(super) fn edited(text: &str, known: &Known, edits: &[Edit], new: &[NewEntry]) -> Result<String, EditError> {
    // Not `lines()`, which would take the other half of a line's end with it where a file has CRLF.
    let mut lines: Vec<String> = text.strip_suffix('\n').unwrap_or(text).split('\n').map(str::to_owned).collect();
    let blocks: Vec<Block> = known.entries().iter().map(|entry| Block::at(&lines, entry.place.line as usize)).collect::<Result<_, _>>()?;
    let removed = edits.iter().filter(|edit| matches!(edit, Edit::Remove(_))).count();
    let dash = blocks.first().map_or(2, |block| block.dash);
    let end = blocks.last().map(|block| block.lines.end);
    // From the end, so that places before an edit stay what they are.
    let mut added = end.unwrap_or(0);
    if !new.is_empty() {
        if blocks.is_empty() {
            added = emptied(&mut lines, "known:")?;
        }
        let text = new_lines(new, dash, blocks.len() > removed);
        lines.splice(added..added, text);
    } else if blocks.len() == removed && removed > 0 {
        emptied(&mut lines, "known: []")?;
    }
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| match edit {
        Edit::Remove(entry) | Edit::Set { entry, .. } => std::cmp::Reverse(*entry),
    });
    for edit in edits {
        match edit {
            Edit::Remove(entry) => remove(&mut lines, &blocks[*entry]),
            Edit::Set { entry, field, value } => set(&mut lines, &blocks[*entry], field, value)?,
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// The lines of an entry.
#[derive(Debug, Clone)]
struct Block {
    /// Its first line and the one behind its last, counted from 0.
    lines: Range<usize>,
    /// The column of its dash, from 0.
    dash: usize,
    /// The column of its keys, from 0.
    key: usize,
}

impl Block {
    fn at(lines: &[String], line: usize) -> Result<Self, EditError> {
        let wrong = |message| EditError { line, message };
        let first = line.checked_sub(1).and_then(|first| Some((first, lines.get(first)?)));
        let (first, text) = first.ok_or_else(|| wrong("there is no such line"))?;
        let dash = indent(text);
        let behind = text.get(dash..).and_then(|rest| rest.strip_prefix('-')).ok_or_else(|| wrong("no entry begins here with a dash"))?;
        let key = dash + 1 + indent(behind);
        let is_inside = |line: &&String| line.trim().is_empty() || indent(line) > dash;
        let inside = lines.iter().skip(first + 1).take_while(is_inside).count();
        let mut end = first + 1 + inside;
        while lines.get(end - 1).is_some_and(|line| line.trim().is_empty()) {
            end -= 1;
        }
        Ok(Self { lines: first..end, dash, key })
    }

    /// The lines of one of its fields.
    fn field(&self, lines: &[String], name: &str) -> Option<Range<usize>> {
        let begins =
            |line: &String| line.get(self.key..).is_some_and(|text| text.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')));
        let is_key = |place: usize| place == self.lines.start || lines.get(place).is_some_and(|line| indent(line) == self.key);
        let first = self.lines.clone().find(|place| is_key(*place) && lines.get(*place).is_some_and(begins))?;
        let more =
            lines.get(first + 1..self.lines.end)?.iter().take_while(|line| line.trim().is_empty() || indent(line) > self.key).count();
        Some(first..first + 1 + more)
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn new_lines(new: &[NewEntry], dash: usize, has_others: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, entry) in new.iter().enumerate() {
        // The entries of one case stand together.
        let before = number.checked_sub(1).and_then(|before| new.get(before));
        if before.map_or(has_others, |before| before.case != entry.case) {
            lines.push(String::new());
        }
        lines.extend(entry.text(dash).lines().map(str::to_owned));
    }
    lines
}

/// Writes the line of the list itself, and says where the first entry goes.
fn emptied(lines: &mut [String], list: &str) -> Result<usize, EditError> {
    let wrong = EditError { line: 1, message: "no line begins with `known:`" };
    let place = lines.iter().position(|line| line.starts_with("known:")).ok_or(wrong)?;
    let comment = lines[place].split_once(" #").map(|(_, comment)| format!(" #{comment}")).unwrap_or_default();
    lines[place] = format!("{list}{comment}");
    Ok(place + 1)
}

fn remove(lines: &mut Vec<String>, block: &Block) {
    keep_anchors(lines, block);
    lines.drain(block.lines.clone());
    let is_blank = |place: usize| lines.get(place).is_none_or(|line| line.trim().is_empty());
    let start = block.lines.start;
    // One empty line between neighbours, none at the beginning of the list and at its end.
    let begins = start > 0 && lines[start - 1].starts_with("known:");
    if start > 0 && (begins || is_blank(start - 1)) && is_blank(start) {
        let surplus = if start < lines.len() { start } else { start - 1 };
        if is_blank(surplus) {
            lines.remove(surplus);
        }
    }
}

/// A text that other entries refer to goes to the first of them.
fn keep_anchors(lines: &mut Vec<String>, block: &Block) {
    for name in ["reason", "reproduced", "issue"] {
        let Some(field) = block.field(lines, name) else { continue };
        let Some(anchor) = lines[field.start].split_once(": &").map(|(_, rest)| rest.split(' ').next().unwrap_or(rest).to_owned()) else {
            continue;
        };
        let alias = format!("{name}: *{anchor}");
        let heir = lines.iter().position(|line| line.trim_start().trim_start_matches("- ") == alias);
        if let Some(heir) = heir.filter(|heir| !block.lines.contains(heir) && indent(&lines[*heir]) == block.key) {
            let text: Vec<String> = lines[field].to_vec();
            // It stands behind the block, so the block's own lines stay where they are.
            lines.splice(heir..=heir, text);
        }
    }
}

fn set(lines: &mut Vec<String>, block: &Block, name: &str, value: &str) -> Result<(), EditError> {
    let wrong = |place: usize, message| EditError { line: place + 1, message };
    if let Some(field) = block.field(lines, name) {
        if field.len() > 1 {
            return Err(wrong(field.start, "a value of several lines"));
        }
        let line = &lines[field.start];
        let head = line.get(..block.key).unwrap_or_default();
        let comment = line.split_once(" #").map(|(_, comment)| format!(" #{comment}")).unwrap_or_default();
        lines[field.start] = format!("{head}{name}: {value}{comment}");
        return Ok(());
    }
    let behind = block.field(lines, "versions").ok_or_else(|| wrong(block.lines.start, "no line begins with `versions:`"))?;
    lines.insert(behind.end, format!("{}{name}: {value}", " ".repeat(block.key)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Kinds;

    const FILE: &str = "\
# What is known.
known:
  # About the first.
  - case: a/one   # a remark
    versions: '*'
    kind: hung
    reason: it hangs
    reproduced: &how >-
      By hand,
      # twice.

  - case: a/two
    versions: '*'
    variants: [x] # not y
    kind: hung
    reason: it hangs
    reproduced: *how

  # About the third.
  -   case: a/three
      versions: '*'
      kind: hung
      reason: it hangs
      reproduced: by hand
# The end.
";

    fn entry(case: &str, step: u64) -> NewEntry {
        NewEntry {
            case: case.to_owned(),
            in_both_forms: false,
            versions: ">=1.0.0, <2.0.0".to_owned(),
            variants: vec!["x".to_owned()],
            step: Some(step),
            lines: None,
            kinds: Kinds { red: vec!["trap unreachable".to_owned()], may_pass: true },
        }
    }

    fn check(text: &str, edits: &[Edit], new: &[NewEntry], old: &str, replacement: &str) {
        let known = Known::parse(text).unwrap_or_else(|(place, error)| panic!("{place}: {error}"));
        let result = edited(text, &known, edits, new).unwrap_or_else(|error| panic!("{error}"));
        assert!(text.contains(old), "{old}");
        assert_eq!(result, text.replacen(old, replacement, 1), "{edits:?}");
        let known = Known::parse(&result).unwrap_or_else(|(place, error)| panic!("{place}: {error} in\n{result}"));
        assert!(known.entries().iter().all(|entry| entry.reproduced.value != "*how"));
    }

    #[test]
    fn an_edit_changes_its_lines_and_no_other_byte() {
        let set = |entry, field, value: &str| Edit::Set { entry, field, value: value.to_owned() };
        check(FILE, &[], &[], "", "");
        check(FILE, &[set(1, "variants", "[x, y]")], &[], "[x] # not y", "[x, y] # not y");
        check(FILE, &[set(1, "lines", "\"4\"")], &[], "versions: '*'\n    variants", "versions: '*'\n    lines: \"4\"\n    variants");
        check(FILE, &[set(2, "variants", "[y]")], &[], "  versions: '*'\n      kind", "  versions: '*'\n      variants: [y]\n      kind");
        let third = FILE.split_once("  -   case: a/three").expect("the third").1.split_once("# The end").expect("the end").0;
        check(FILE, &[Edit::Remove(2)], &[], &format!("  -   case: a/three{third}"), "");
        let second = FILE.split_once("\n  - case: a/two").expect("the second").1.split_once("\n  # About").expect("a remark").0;
        check(FILE, &[Edit::Remove(1)], &[], &format!("\n  - case: a/two{second}"), "");
    }

    #[test]
    fn a_text_that_others_refer_to_is_inherited() {
        let first = FILE.split_once("  - case: a/one").expect("the first").1.split_once("\n  - case: a/two").expect("the second").0;
        let without = FILE.replacen(&format!("  - case: a/one{first}"), "", 1);
        let wanted = without.replacen("reproduced: *how", "reproduced: &how >-\n      By hand,\n      # twice.", 1);
        check(FILE, &[Edit::Remove(0)], &[], FILE, &wanted);
    }

    #[test]
    fn new_entries_stand_behind_the_last_and_those_of_a_case_together() {
        let text = |case: &str, step: u64| {
            format!(
                "  - case: {case}\n    versions: \">=1.0.0, <2.0.0\"\n    variants: [x]\n    step: {step}\n    kind: [trap unreachable, pass]\n    \
                 reason: TO BE WRITTEN\n    reproduced: TO BE WRITTEN\n"
            )
        };
        let new = [entry("b/one", 1), entry("b/one", 2), entry("b/[x]{y}", 1)];
        let wanted = format!("\n{}{}\n{}", text("b/one", 1), text("b/one", 2), text("\"b/[[]x[]][{]y[}]\"", 1));
        check(FILE, &[], &new, "# The end", &format!("{wanted}# The end"));
        check(&new_file("a"), &[], &new[..1], "known: []\n", &format!("known:\n{}", text("b/one", 1)));
        check("known: [] # none\n", &[], &new[..1], "known: [] # none\n", &format!("known: # none\n{}", text("b/one", 1)));
        // Without its last line's end.
        let bare = "known:\n  - case: a/one\n    versions: '*'\n    kind: hung\n    reason: r\n    reproduced: by hand";
        check(bare, &[Edit::Remove(0)], &new[..1], bare, &format!("known:\n{}", text("b/one", 1)));
        check(bare, &[Edit::Remove(0)], &[], bare, "known: []\n");
    }

    #[test]
    fn an_end_of_two_letters_stays() {
        let text = FILE.replace('\n', "\r\n");
        let known = Known::parse(&text).unwrap_or_else(|(place, error)| panic!("{place}: {error}"));
        let result = edited(&text, &known, &[Edit::Remove(2)], &[]).unwrap_or_else(|error| panic!("{error}"));
        assert!(text.starts_with(result.split_once("# The end").expect("the end").0), "{result:?}");
    }

    #[test]
    fn what_lines_do_not_tell_is_refused() {
        let set = Edit::Set { entry: 0, field: "variants", value: "[y]".to_owned() };
        for (entry, says) in [
            ("  - { case: a/b, versions: '*', kind: hung, reason: r, reproduced: r }", "no line begins with `versions:`"),
            (
                "  - case: a/b\n    versions: '*'\n    variants:\n      - x\n    kind: hung\n    reason: r\n    reproduced: r",
                "several lines",
            ),
            ("  -\n    case: a/b\n    versions: '*'\n    kind: hung\n    reason: r\n    reproduced: r", "begins here with a dash"),
        ] {
            let text = format!("known:\n{entry}\n");
            let known = Known::parse(&text).unwrap_or_else(|(place, error)| panic!("{place}: {error}"));
            let error = edited(&text, &known, std::slice::from_ref(&set), &[]).expect_err(entry).to_string();
            assert!(error.contains(says) && error.ends_with("edit this entry by hand"), "{error}");
        }
    }
}
