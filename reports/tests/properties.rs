//! What must hold for any runs.

mod common;

use common::{cells, run};
use proptest::prelude::*;
use wasmatrix_reports::{
    Cell, Change, Divergences, baseline,
    change::{Changed, Difference, Side},
    divergence::Scope,
};

fn side(name: &str, cells: &[Cell]) -> Side {
    Side::of(name, &run(cells))
}

/// A change the other way round.
fn mirrored(change: Change) -> Change {
    let turned = |one: Difference| Difference { what: one.what, before: one.after, after: one.before };
    let mut cells: Vec<Changed> = change
        .cells
        .into_iter()
        .map(|one| Changed {
            kind: one.kind.mirrored(),
            before: one.after,
            after: one.before,
            details: one.details.into_iter().map(turned).collect(),
            // What is worse one way need not be better the other way: a crash can become another.
            worse: false,
            ..one
        })
        .collect();
    cells.sort();
    let conditions = change.conditions.into_iter().map(turned).collect();
    Change { before: change.after, after: change.before, conditions, cells, unchanged: change.unchanged }
}

fn without_worse(mut change: Change) -> Change {
    change.cells.iter_mut().for_each(|cell| cell.worse = false);
    change.cells.sort();
    change
}

const SCOPE: Scope = Scope { everything: true, expectations: true };

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_run_does_not_differ_from_itself(cells in cells()) {
        let change = Change::between(&side("a", &cells), &side("a", &cells));
        prop_assert!(change.is_empty(), "{}", change.text());
        prop_assert_eq!(change.unchanged, cells.len() as u64);
    }

    #[test]
    fn a_difference_has_a_mirror_image(one in cells(), other in cells()) {
        let (one, other) = (side("one", &one), side("other", &other));
        let there = Change::between(&one, &other);
        let back = Change::between(&other, &one);
        prop_assert_eq!(without_worse(there), mirrored(back));
    }

    #[test]
    fn every_cell_is_somewhere(one in cells(), other in cells()) {
        let change = Change::between(&side("one", &one), &side("other", &other));
        let before = change.cells.iter().filter(|cell| cell.before.is_some()).count() as u64 + change.unchanged;
        let after = change.cells.iter().filter(|cell| cell.after.is_some()).count() as u64 + change.unchanged;
        prop_assert_eq!((before, after), (one.len() as u64, other.len() as u64));
    }

    #[test]
    fn divergence_does_not_depend_on_order(cells in cells().prop_flat_map(|cells| (Just(cells.clone()), Just(cells).prop_shuffle()))) {
        let (cells, shuffled) = cells;
        prop_assert_eq!(Divergences::of(&cells, SCOPE), Divergences::of(&shuffled, SCOPE));
    }

    #[test]
    fn runtimes_that_do_the_same_do_not_diverge(cells in cells()) {
        let asked = cells.into_iter().find(|cell| cell.outcome.is_executed());
        let twins: Vec<Cell> = asked.iter().flat_map(|cell| {
            ["p@1", "q@1"].map(|runtime| Cell { runtime: runtime.to_owned(), reds: Vec::new(), ..cell.clone() })
        }).collect();
        prop_assert!(Divergences::of(&twins, SCOPE).found.is_empty());
    }

    #[test]
    fn a_baseline_is_read_as_it_is_written(cells in cells()) {
        let side = side("a", &cells);
        let read = baseline::read("a", &baseline::write(&side)).expect("our own baseline");
        // What passed may look otherwise, and a baseline keeps nothing of that.
        let change = Change::between(&side, &read);
        prop_assert!(change.is_empty(), "{}", change.text());
        prop_assert_eq!(baseline::write(&read), baseline::write(&side));
    }
}
