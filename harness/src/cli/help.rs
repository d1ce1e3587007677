//! What `--help` says below the options.

/// Below `wasmatrix --help`.
pub(super) const TOP: &str = "\
Examples:
  wasmatrix run                       every bundled suite on every default runtime
  wasmatrix run core/traps            cells with this in their name
  wasmatrix list --suite 'core/*'     cases, what each needs, who cannot run it
  wasmatrix show wasmi@2.0/core/traps/unreachable
                                      the exact lines that the worker is sent
  wasmatrix inspect hello.wasm        who made it, what it needs, what Spin says
  wasmatrix diff main LAST            what changed since a baseline
  wasmatrix upgrade wasmtime 36 48    did the upgrade change anything?
  wasmatrix bench --runtime wasmtime,wasmi
                                      how fast is what is right?
  wasmatrix repro wasmi@2.0/core/traps/unreachable
                                      the cell as a folder to attach to an issue
  wasmatrix check wasmtime+winch      one variant against the worker's contract

Exit codes:
    0  clean
    1  findings: something is red, or a clause of the contract is broken
    2  could not run: a suite, a runtime, the surroundings or the command line
    4  nothing selected
  130  interrupted";

/// Below `wasmatrix run --help`.
pub(super) const RUN: &str = "\
Examples:
  wasmatrix run --runtime wasmi,wasmtime+winch
                                      two runtimes, and both must be able to run
  wasmatrix run my-suites --require wasmi
                                      your own suites, from any folder
  wasmatrix run --suite 'wasi-*' --case 'open-*'
                                      suites and cases by globs
  wasmatrix run --seed 7 --fresh      another order, a process for each cell
  wasmatrix run --repeat 20           each cell 20 times: is it always the same?
  wasmatrix run --save-baseline main  keep what came out, in reports/baselines
  wasmatrix run --baseline main       fail only on what got worse since
  wasmatrix run --no-expect modules   do runtimes agree on these modules?
  wasmatrix run --strict --out kept   recommended cases count; stored in kept/

Exit codes:
    0  clean
    1  findings: something is red; with --baseline: something got worse; with
       --no-expect: runtimes disagree, or something is red
    2  could not run: a suite or the command line is wrong, a runtime that must
       run is unavailable, or nothing was executed
    4  nothing selected
  130  interrupted";

/// Below `wasmatrix bench --help`.
pub(super) const BENCH: &str = "\
Examples:
  wasmatrix bench --runtime wasmtime,wasmi --phase compile --budget 3m
                                      one phase on two runtimes
  wasmatrix bench --runtime wasmtime@36+cranelift,wasmtime@48+cranelift
                                      two versions: is the new one slower?
  wasmatrix bench my-suite.yaml --runtime wazero --out now --compare before
                                      what changed since an older run
  wasmatrix bench --suite 'perf/startup*' --format markdown --write page.md

A case is measured where it says `measure` and passes. Each round is a fresh
process for everything, in an order that --seed decides; rounds go on while the
budget lasts. Changed, unchanged or inconclusive is decided by the margin, which
is --floor or what the run shows of itself, whichever is more; what is called
changed is measured again before it is believed.

Exit codes:
    0  nothing got worse
    1  something got slower or larger, a case is red, or one could not be
       measured that should be
    2  could not run, or nothing could be measured
    4  nothing selected, or nothing of it is measured
  130  interrupted";

/// Below `wasmatrix diff --help`.
pub(super) const DIFF: &str = "\
Examples:
  wasmatrix diff main target/wasmatrix/runs/LAST
                                      a baseline and the folder of a run
  wasmatrix diff old.jsonl new.jsonl
                                      two runs
  wasmatrix diff --confirm main new   what got worse is run again first
  wasmatrix diff --format markdown main new
                                      for a comment on a pull request

What got worse: a red that was none or is red in another way, a crash, a case
or an assertion that is newly unsupported, a runtime that is newly unavailable,
an added case that is red. Renamed and removed cases are none of it, and
neither is a failure that known.yaml lists.

Exit codes:
    0  nothing got worse
    1  something did
    2  a side cannot be read
  130  interrupted";

/// Below `wasmatrix diverge --help`.
pub(super) const DIVERGE: &str = "\
Examples:
  wasmatrix diverge target/wasmatrix/runs/LAST
                                      where its runtimes disagree
  wasmatrix diverge --all kept        the legal and the known differences too
  wasmatrix diverge old new           two runs as one, versions side by side
  wasmatrix run --no-expect modules   modules without any expectation

Exit codes:
    0  no divergence but legal and known ones
    1  divergences
    2  a run cannot be read";

/// Below `wasmatrix table --help`.
pub(super) const TABLE: &str = "\
Rows are cases, columns runtimes. hit and miss are what a cache did; a grid shows who
read what whom had written. Below each table stands what the runtimes said.

Examples:
  wasmatrix table --suite 'caches/*'    of the newest run below target/wasmatrix/runs
  wasmatrix table kept --runtime wazero
                                        the run in kept/, one runtime
  wasmatrix table kept --case 's*' --format markdown --out wazero.md
                                        some cases, as a page
  wasmatrix table kept/run.jsonl --runtime wazero@1.6.0,wazero@1.8.2
                                        two versions, side by side

Exit codes:
    0  shown; what is red in it changes nothing
    2  the run cannot be read, or has no such runtime
    4  nothing selected";

/// Below `wasmatrix upgrade --help`.
pub(super) const UPGRADE: &str = "\
Examples:
  wasmatrix upgrade wasmtime 36 48    every bundled suite on both, as one page
  wasmatrix upgrade wasmtime 36 48 --variant winch --suite 'spec:*'
                                      one variant, one of the suites
  wasmatrix upgrade wasmi 0.36 2.0 --suites my-suites
                                      your own suites instead of the bundled ones
  wasmatrix upgrade wasmi 0.36 2.0 --write wasmi.md
                                      the page as a file, for whoever asks

What got worse: a crash or a failure that was none, and what is not supported any
more, recommended cases included. Crashes and failures are asked again, in fresh
processes on both versions, before they count. A failure counts whether known.yaml
knows of it or not.

Exit codes:
    0  nothing got worse
    1  something did
    2  could not run: a version is unknown or unavailable, both are the same one,
       or nothing was executed
    4  nothing selected
  130  interrupted";

/// Below `wasmatrix inspect --help`.
pub(super) const INSPECT: &str = "\
Nothing is run and nothing is built, unless you ask for `--prove`. Which runtimes can run a module is what
their workers claimed when they were last started.

What Spin says stands on versions and on no code: old modules that have the bug
can pass, and modules with the fixed libc can be refused.

Examples:
  wasmatrix inspect hello.wasm        a core module
  wasmatrix inspect app.wasm old.wat  several, a component or text among them
  wasmatrix inspect --format json hello.wasm
                                      for programs
  wasmatrix inspect hello.wasm --prove -v in.txt
                                      run it with `-v in.txt`, and see whether it keeps
                                      to its memory, on every runtime that is built
  wasmatrix inspect --runtime wasmi hello.wasm --prove
                                      on this one, built where it is not

Exit codes:
    0  every file was looked at, whatever is said of it
    2  a file cannot be read, or is neither module, component nor webc";

/// Below `wasmatrix bless --help`.
pub(super) const BLESS: &str = "\
An entry names the case, the versions of the line, the variants that fail, the step
or the lines, and the kind of failure. Why it is red, and how it was reproduced
without our adapter, is left for a person to write.

Examples:
  wasmatrix bless --dry-run             what would be written, as a diff
  wasmatrix bless                       the newest run below target/wasmatrix/runs
  wasmatrix bless kept                  the run in kept/
  wasmatrix bless kept --allow crash    crashes too

Exit codes:
    0  clean: nothing is left red
    1  findings: something was not entered, or is to be taken out by hand
    2  could not run: there is no such run, or known.yaml cannot be edited";

/// Below `wasmatrix lint --help`.
pub(super) const LINT: &str = "\
Links are held against the form of a link to an issue; nothing is asked of a network.

Exit codes:
    0  clean
    1  findings
    2  could not run: a suite, a runtime or its known.yaml cannot be read";

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::Arguments;

    /// The command lines among the examples, a comment cut off.
    fn examples(help: &str) -> Vec<Vec<String>> {
        let lines = help.lines().filter_map(|line| line.strip_prefix("  wasmatrix "));
        let words = |line: &str| {
            let command = line.split("   ").next().unwrap_or(line);
            std::iter::once("wasmatrix").chain(command.split_whitespace()).map(|word| word.trim_matches('\'').to_owned()).collect()
        };
        lines.map(words).collect()
    }

    #[test]
    fn every_example_is_a_command_line() {
        for help in [super::TOP, super::RUN, super::DIFF, super::DIVERGE, super::TABLE, super::UPGRADE, super::BLESS, super::INSPECT] {
            let examples = examples(help);
            assert!(examples.len() >= 3, "{examples:?}");
            for example in examples {
                if let Err(error) = Arguments::try_parse_from(&example) {
                    panic!("{}: {error}", example.join(" "));
                }
            }
        }
    }
}
