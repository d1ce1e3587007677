//! Which cell of one side is which of the other.

use std::collections::{BTreeMap, BTreeSet};

use super::{CellFacts, CellId, Difference, Named, Side};

/// The cells of two sides, side by side, and what is different to begin with.
pub(super) struct Paired<'s> {
    pub(super) conditions: Vec<Difference>,
    pub(super) cells: Vec<(Named<'s>, Named<'s>)>,
}

pub(super) fn paired<'s>(before: &'s Side, after: &'s Side) -> Paired<'s> {
    let upgraded = upgraded(&before.runtimes(), &after.runtimes());
    let mut left: BTreeMap<(&str, &str, &str), Named<'s>> = BTreeMap::new();
    for (id, facts) in &before.cells {
        let runtime = upgraded.get(id.runtime.as_str()).copied().unwrap_or(&id.runtime);
        left.insert((runtime, &id.suite, &id.case), Some((id, facts)));
    }
    let mut cells: Vec<(Named<'s>, Named<'s>)> = Vec::new();
    let mut added: Vec<(&CellId, &CellFacts)> = Vec::new();
    for (id, facts) in &after.cells {
        match left.remove(&(id.runtime.as_str(), id.suite.as_str(), id.case.as_str())) {
            Some(was) => cells.push((was, Some((id, facts)))),
            None => added.push((id, facts)),
        }
    }
    let mut removed: Vec<(&str, &CellId, &CellFacts)> =
        left.into_iter().filter_map(|((runtime, ..), was)| was.map(|(id, facts)| (runtime, id, facts))).collect();
    // A case that moved within its suite is looked for first, then one that moved between suites.
    for same_suite in [true, false] {
        cells.extend(renamed(&mut removed, &mut added, same_suite));
    }
    cells.extend(removed.into_iter().map(|(_, id, facts)| (Some((id, facts)), None)));
    cells.extend(added.into_iter().map(|new| (None, Some(new))));
    Paired { conditions: conditions(before, after, &upgraded), cells }
}

/// The runtimes that only one side has, where name and variant leave no doubt that one is another line of the other.
pub(crate) fn upgraded<'s>(old: &BTreeSet<&'s str>, new: &BTreeSet<&'s str>) -> BTreeMap<&'s str, &'s str> {
    let without_line = |id: &'s str| {
        let (name, rest) = id.split_once('@').unwrap_or((id, ""));
        (name, rest.split_once('+').map(|(_, variant)| variant))
    };
    let alone = |those: &BTreeSet<&'s str>, others: &BTreeSet<&'s str>| {
        let mut alone: BTreeMap<(&'s str, Option<&'s str>), Vec<&'s str>> = BTreeMap::new();
        for id in those.difference(others) {
            alone.entry(without_line(id)).or_default().push(id);
        }
        alone
    };
    let (old_alone, new_alone) = (alone(old, new), alone(new, old));
    old_alone
        .iter()
        .filter_map(|(key, old)| match (old.as_slice(), new_alone.get(key)?.as_slice()) {
            ([old], [new]) => Some((*old, *new)),
            _ => None,
        })
        .collect()
}

/// Takes out of both lists what asks the same question of the same runtime and is the only one to do so.
fn renamed<'s>(
    removed: &mut Vec<(&'s str, &'s CellId, &'s CellFacts)>,
    added: &mut Vec<(&'s CellId, &'s CellFacts)>,
    same_suite: bool,
) -> Vec<(Named<'s>, Named<'s>)> {
    type Key<'k> = (&'k str, &'k str, &'k str);
    let key = |runtime: &'s str, id: &'s CellId, facts: &'s CellFacts| -> Option<Key<'s>> {
        Some((runtime, if same_suite { id.suite.as_str() } else { "" }, facts.asks.as_deref()?))
    };
    let mut places: BTreeMap<Key<'s>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (place, (runtime, id, facts)) in removed.iter().enumerate() {
        if let Some(key) = key(runtime, id, facts) {
            places.entry(key).or_default().0.push(place);
        }
    }
    for (place, (id, facts)) in added.iter().enumerate() {
        if let Some(key) = key(&id.runtime, id, facts) {
            places.entry(key).or_default().1.push(place);
        }
    }
    let pairs: Vec<(usize, usize)> = places
        .into_values()
        .filter_map(|(old, new)| match (old.as_slice(), new.as_slice()) {
            ([old], [new]) => Some((*old, *new)),
            _ => None,
        })
        .collect();
    let found = pairs
        .iter()
        .map(|&(old, new)| {
            let (_, id, facts) = removed[old];
            (Some((id, facts)), Some(added[new]))
        })
        .collect();
    let (old, new): (BTreeSet<usize>, BTreeSet<usize>) = pairs.into_iter().unzip();
    let mut place = 0;
    removed.retain(|_| {
        place += 1;
        !old.contains(&(place - 1))
    });
    place = 0;
    added.retain(|_| {
        place += 1;
        !new.contains(&(place - 1))
    });
    found
}

fn conditions(before: &Side, after: &Side, upgraded: &BTreeMap<&str, &str>) -> Vec<Difference> {
    let lines =
        upgraded.iter().map(|(old, new)| Difference { what: "line".to_owned(), before: (*old).to_owned(), after: (*new).to_owned() });
    let names: BTreeSet<&String> = before.conditions.keys().chain(after.conditions.keys()).collect();
    let differs = |name: &&String| {
        let (old, new) = (before.conditions.get(*name), after.conditions.get(*name));
        // What one side does not have at all shows in its cells.
        old.is_some() && new.is_some() && old != new
    };
    let value = |side: &Side, name: &str| side.conditions.get(name).cloned().unwrap_or_default();
    let others = names.into_iter().filter(differs).map(|name| Difference {
        what: name.clone(),
        before: value(before, name),
        after: value(after, name),
    });
    lines.chain(others).collect()
}
