//! A cell's script for whoever does it by hand: the requests as lines, and what is done between them.

use wasmatrix_adapter::Op;

use crate::{
    id::RuntimeId,
    session::{Does, Line},
    suite::{Act, Within},
};

/// A script to be done by hand.
#[derive(Debug, Default)]
pub(super) struct Replay {
    /// The requests with their numbers, which count from 1 in each process.
    pub(super) requests: Vec<(u64, Op)>,
    /// What is done in which order, where that is more than to send the requests to one process.
    pub(super) order: Vec<String>,
}

impl Replay {
    /// Of a script, whose first process is the writer's where there is one.
    pub(super) fn of(lines: &[Line], writer: Option<&RuntimeId>) -> Self {
        let mut replay = Self::default();
        let mut whose = writer.map_or_else(|| "the first process".to_owned(), |writer| format!("a process of the writer's, {writer}"));
        // What the process that lives now has been told, and which of it stands in the order already.
        let (mut told, mut said) = (0, 0);
        for line in lines {
            match &line.does {
                Does::Acts(act) => {
                    replay.say(said, &whose);
                    said = replay.requests.len();
                    replay.order.push(act.to_string());
                    if matches!(act, Act::Restart { .. }) {
                        told = 0;
                        whose = "it".to_owned();
                    }
                }
                Does::Branches { lines, times, within: Within::Processes } => {
                    replay.say(said, &whose);
                    said = replay.requests.len();
                    let ops = lines.iter().filter_map(Line::asks).cloned();
                    replay.requests.extend((1..).zip(ops));
                    replay.say(said, &format!("each of {times} processes beside it, at the same time"));
                    said = replay.requests.len();
                }
                _ => {
                    for op in line.sends() {
                        told += 1;
                        replay.requests.push((told, op));
                    }
                }
            }
        }
        if !replay.order.is_empty() {
            replay.say(said, &whose);
        }
        replay
    }

    /// Says who is sent the requests after the first so many.
    fn say(&mut self, after: usize, whose: &str) {
        let last = self.requests.len();
        if after < last {
            let lines = if after + 1 == last { format!("line {last}") } else { format!("lines {} to {last}", after + 1) };
            self.order.push(format!("{lines}, to {whose}"));
        }
    }
}
