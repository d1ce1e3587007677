//! `wasmatrix truth`, as far as it goes without building a runtime's own runner.

use crate::{ended, folder, wasmatrix};

#[test]
fn a_runtime_without_a_runner_of_its_own_is_2() {
    let out = folder();
    let mut command = wasmatrix(["truth", "faux+honest", "--suite", "spec:1.0", "--case", "nop", "--out"]);
    let ended = ended(command.arg(out.path()));
    assert_eq!(ended.code, Some(2), "{}", ended.said());
    assert!(ended.stderr.contains("error: faux@1+honest: it has no script runner of its own"), "{}", ended.said());
    assert!(ended.stdout.ends_with(&format!("0 disagreements, 0 unexplained; stored in {}\n", out.path().display())), "{}", ended.said());
}

#[test]
fn no_script_is_4() {
    for suite in ["core/traps", "spec:9.0"] {
        let ended = ended(&mut wasmatrix(["truth", "faux+honest", "--suite", suite]));
        assert_eq!(ended.code, Some(4), "{}", ended.said());
        assert!(ended.stderr.contains("no script is selected"), "{}", ended.said());
    }
}
