//! Divergences for people.

use std::fmt::Write as _;

use super::{Divergence, Divergences, Place, Shape};

/// The most that is shown of a place, in characters.
const LONGEST_PLACE: usize = 120;

impl Divergences {
    /// One line: how many, of which shape.
    pub fn summary(&self) -> String {
        let of = |wanted: &dyn Fn(&Divergence) -> bool| self.found.iter().filter(|one| wanted(one)).count();
        let open = self.open();
        let legal = of(&|one| one.legal.is_some());
        let known = of(&|one| one.legal.is_none() && one.known);
        let odd = of(&|one| one.is_open() && matches!(one.shape, Shape::OddOneOut(_)));
        let split = of(&|one| one.is_open() && one.shape == Shape::Split);
        let against = of(&|one| one.is_open() && one.shape == Shape::AllAgainstTheSuite);
        let shapes = [(odd, "odd one out"), (split, "split"), (against, "all agree against the suite")];
        let shapes: Vec<String> = shapes.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
        let shapes = if shapes.is_empty() { String::new() } else { format!(" ({})", shapes.join(", ")) };
        let divergences = if open == 1 { "divergence" } else { "divergences" };
        format!("{open} {divergences}{shapes}, {known} known, {legal} legal; {} places of {} cases were compared", self.places, self.cases)
    }

    /// Every divergence that is neither legal nor known, and how often each rule fired. With `all`, the legal and known ones too.
    pub fn text(&self, all: bool) -> String {
        let mut text = String::new();
        let mut case = (String::new(), String::new());
        for one in self.found.iter().filter(|one| all || one.is_open()) {
            if case != (one.suite.clone(), one.case.clone()) {
                case = (one.suite.clone(), one.case.clone());
                // Writing to a String cannot fail, here and below.
                let _ = writeln!(text, "{}{}/{}", if text.is_empty() { "" } else { "\n" }, one.suite, one.case);
            }
            let _ = writeln!(text, "  {}: {}", one.place, one.who());
            let width = one.clusters.iter().map(|cluster| cluster.runtimes.join(", ").len()).max().unwrap_or(0);
            for cluster in &one.clusters {
                let wrong = if cluster.is_red { "  (wrong, says the suite)" } else { "" };
                let _ = writeln!(text, "      {:width$}  {}{wrong}", cluster.runtimes.join(", "), cluster.observed);
            }
        }
        let fired: Vec<_> = self.rules.iter().filter(|rule| rule.times > 0 || rule.stale == Some(true)).collect();
        if fired.is_empty() {
            return text;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str("legal differences:\n");
        for rule in fired {
            let stale = if rule.stale == Some(true) { "  STALE: it never fired, though everything was run; remove the rule" } else { "" };
            let _ = writeln!(text, "  {:5} {:23} {}{stale}", rule.times, rule.rule, rule.why);
        }
        text
    }
}

impl Divergence {
    fn who(&self) -> String {
        match (&self.shape, self.legal) {
            (_, Some(rule)) => format!("legal ({rule})"),
            (Shape::OddOneOut(odd), None) => format!("the odd one out is {}{}", odd.join(", "), if self.known { " (known)" } else { "" }),
            (Shape::Split, None) => format!("a split{}", if self.known { " (known)" } else { "" }),
            (Shape::AllAgainstTheSuite, None) => "all agree against the suite; is the suite wrong?".to_owned(),
            (Shape::Legal, None) => "legal".to_owned(),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Step { number, does } => write!(f, "step {number}, {}", short(does)),
            Self::Line { line, text } => write!(f, "line {line}, {}", short(text)),
            Self::File { path } => write!(f, "file {path}"),
        }
    }
}

fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_PLACE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
