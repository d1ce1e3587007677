//! What `--help` says below the options.

/// Below `wasmatrix --help`.
pub(super) const TOP: &str = "\
Examples:
  wasmatrix run                       every bundled suite on every default runtime
  wasmatrix run core/traps            cells with this in their name
  wasmatrix list --suite 'core/*'     cases, what each needs, who cannot run it
  wasmatrix show wasmi@2.0/core/traps/unreachable
                                      the exact lines that the worker is sent
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
  wasmatrix run --strict --out kept   recommended cases count; stored in kept/

Exit codes:
    0  clean
    1  findings: something is red
    2  could not run: a suite or the command line is wrong, a runtime that must
       run is unavailable, or nothing was executed
    4  nothing selected
  130  interrupted";

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
        for help in [super::TOP, super::RUN] {
            let examples = examples(help);
            assert!(examples.len() >= 4, "{examples:?}");
            for example in examples {
                if let Err(error) = Arguments::try_parse_from(&example) {
                    panic!("{}: {error}", example.join(" "));
                }
            }
        }
    }
}
