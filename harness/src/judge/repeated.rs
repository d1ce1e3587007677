//! Several records of one cell, made one.

use wasmatrix_reports::{Cell, Outcome, Repeated, Way, ways};

use crate::{date::Date, runtime::KnownEntry};

/// The record of a cell that was asked these times, every time judged for itself; `None` where there are none. The same each time, it is the first
/// one. Else it is *known* where the entries about it know the set of ways, and *intermittent* where they do not; what it shows is the first record
/// of the most frequent way that is red.
pub fn together(cells: Vec<Cell>, known: &[&KnownEntry], today: Date) -> Option<Cell> {
    let asked = cells.len() as u64;
    let wall_us = cells.iter().map(|cell| cell.wall_us).fold(0, u64::saturating_add);
    let found = ways(&cells);
    if asked < 2 || found.len() < 2 {
        let repeated = (asked > 1).then(|| Repeated { asked, ways: Vec::new() });
        return cells.into_iter().next().map(|cell| Cell { wall_us, repeated, ..cell });
    }
    let told = found.iter().find(|(way, _)| !way.reds.is_empty()).map_or(0, |(_, place)| *place);
    let ways: Vec<Way> = found.into_iter().map(|(way, _)| way).collect();
    let (outcome, reason, issue) = match known_set(&ways, known, today) {
        Some(entry) => (Outcome::Known, entry.reason().to_owned(), entry.issue().map(str::to_owned)),
        None => (Outcome::Intermittent, not_the_same(asked, &ways, known), None),
    };
    let repeated = Some(Repeated { asked, ways });
    cells.into_iter().nth(told).map(|cell| Cell { outcome, reason: Some(reason), issue, wall_us, repeated, ..cell })
}

/// A cell that was red in a used process and not so in a fresh one, with both as ways.
pub fn apart(used: Cell, fresh: Cell) -> Cell {
    let both = [used, fresh];
    let ways = ways(&both).into_iter().map(|(way, _)| way).collect();
    let [used, _] = both;
    Cell { repeated: Some(Repeated { asked: 2, ways }), ..used }
}

fn not_the_same(asked: u64, ways: &[Way], known: &[&KnownEntry]) -> String {
    let one = known.iter().find(|entry| ways.iter().flat_map(|way| &way.reds).any(|red| entry.answers(red)));
    let known = one.map(|entry| format!("; known.yaml does not know all of them (`{}`: {})", entry.kinds, entry.reason()));
    format!("asked {asked} times, it ended in {} ways{}", ways.len(), known.unwrap_or_default())
}

/// The first of the entries by which a set of ways is known. They have to answer every red of every way, and each of them either answers in each way
/// or may pass: an entry for one way of several says nothing about the others.
pub fn known_set<'k>(ways: &[Way], known: &[&'k KnownEntry], today: Date) -> Option<&'k KnownEntry> {
    let answers = |entry: &KnownEntry, way: &Way| way.reds.iter().any(|red| entry.answers(red));
    let is_for_all = |entry: &KnownEntry| entry.kinds.may_pass || ways.iter().all(|way| answers(entry, way));
    let entries: Vec<&KnownEntry> = known.iter().copied().filter(|entry| entry.expired(today).is_none() && is_for_all(entry)).collect();
    // What is not red differs in what was seen, or was not executed; there is no kind for that.
    let has_a_kind = |way: &Way| !way.reds.is_empty() || matches!(way.outcome, Outcome::Pass | Outcome::Observed);
    let greens = ways.iter().filter(|way| way.reds.is_empty()).count();
    let is_answered = ways.iter().flat_map(|way| &way.reds).all(|red| entries.iter().any(|entry| entry.answers(red)));
    let is_known = greens < 2 && greens < ways.len() && ways.iter().all(has_a_kind) && is_answered;
    entries.into_iter().find(|entry| ways.iter().any(|way| answers(entry, way))).filter(|_| is_known)
}

#[cfg(test)]
mod tests {
    use wasmatrix_reports::Red;

    use super::*;
    use crate::runtime::Known;

    fn way(times: u64, outcome: Outcome, reds: &[(u64, &str)]) -> Way {
        let red = |(step, kind): &(u64, &str)| Red { step: Some(*step), kind: (*kind).to_owned(), ..Red::default() };
        Way { times, outcome, reds: reds.iter().map(red).collect(), seen: Vec::new() }
    }

    #[test]
    fn a_set_is_known_where_all_of_it_is() {
        let pass = || way(17, Outcome::Pass, &[]);
        let wrong = || way(2, Outcome::Fail, &[(1, "wrong-value")]);
        let hung = || way(1, Outcome::Hung, &[(1, "hung")]);
        let sometimes_more = || way(1, Outcome::Fail, &[(1, "wrong-value"), (2, "trap unreachable")]);
        for (ways, entries, is_known) in [
            (vec![pass(), wrong()], "kind: [wrong-value, pass]", true),
            (vec![pass(), wrong()], "kind: wrong-value", false),
            (vec![pass(), wrong()], "kind: [wrong-value, hung]", false),
            (vec![pass(), wrong(), hung()], "kind: [wrong-value, pass]", false),
            (vec![pass(), wrong(), hung()], "kind: [wrong-value, hung, pass]", true),
            (vec![wrong(), hung()], "kind: [wrong-value, hung]", true),
            (vec![wrong(), hung()], "kind: wrong-value | kind: hung", false),
            (vec![pass(), wrong()], "kind: [wrong-value, pass], expires: 2020-01-31", false),
            (vec![pass(), wrong()], "kind: [wrong-value, pass], step: 2", false),
            // One that is always there, and one that comes and goes.
            (vec![wrong(), sometimes_more()], "kind: wrong-value, step: 1 | kind: [trap unreachable, pass], step: 2", true),
            (vec![wrong(), sometimes_more()], "kind: wrong-value, step: 1 | kind: trap unreachable, step: 2", false),
            (vec![way(3, Outcome::Observed, &[]), way(2, Outcome::Observed, &[])], "kind: [wrong-value, pass]", false),
            (vec![way(3, Outcome::Unavailable, &[]), wrong()], "kind: [wrong-value, pass]", false),
            (vec![pass(), wrong()], "", false),
        ] {
            let entry = |more: &str| format!("  - {{ case: s/c, versions: '*', reason: r, reproduced: p, {more} }}\n");
            let text: String = entries.split(" | ").filter(|more| !more.is_empty()).map(entry).collect();
            let text = if text.is_empty() { "known: []".to_owned() } else { format!("known:\n{text}") };
            let known = Known::parse(&text).unwrap_or_else(|(place, error)| panic!("{place}: {error}"));
            let known: Vec<&KnownEntry> = known.entries().iter().collect();
            let today = "2027-01-31".parse().expect("a date");
            assert_eq!(known_set(&ways, &known, today).is_some(), is_known, "{entries}: {ways:?}");
        }
    }
}
