//! Refusals: errors before anything ran, which are open to a runtime where a case says so.

use wasmatrix_adapter::{Failure, FailureKind, Reply};

use crate::Observation;

/// Whether a runtime refused something in a way that is open to it: an error before anything ran.
pub fn is_clean_refusal(kind: &FailureKind) -> bool {
    matches!(kind, FailureKind::Stale | FailureKind::Failed | FailureKind::Rejected | FailureKind::Unlinkable)
}

/// The refusal at a step, where what came of it is one.
pub fn refused(observed: &Observation) -> Option<&Failure> {
    match observed {
        Observation::Answered(Reply::Failed(failure)) | Observation::NotOpened { reply: Reply::Failed(failure), .. } => {
            Some(failure).filter(|failure| is_clean_refusal(&failure.kind))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasmatrix_adapter::TrapCode;

    use super::*;

    #[test]
    fn only_an_error_before_anything_ran_is_a_refusal() {
        let clean = [FailureKind::Stale, FailureKind::Failed, FailureKind::Rejected, FailureKind::Unlinkable];
        let others = [FailureKind::Trap(TrapCode::Unreachable), FailureKind::Exit(0), FailureKind::Interrupted];
        assert!(clean.iter().all(is_clean_refusal) && !others.iter().any(is_clean_refusal));
    }
}
