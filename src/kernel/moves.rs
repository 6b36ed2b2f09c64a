//! State machines as tables: which verb leads from which state to which, and what to answer when none does.
//!
//! Refuses to pass over an illegal move in silence; a [`Refusal`] always names the moves that are legal.

use std::{error::Error, fmt};

/// A row of a machine's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The state it leaves.
    pub from: &'static str,
    /// What is done.
    pub verb: &'static str,
    /// The state it leads to.
    pub to: &'static str,
}

/// The answer to an illegal move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Always `illegal_move`.
    pub code: &'static str,
    /// The state things are in.
    pub state: &'static str,
    /// What was asked for.
    pub verb: &'static str,
    /// What could be asked for instead.
    pub allowed: Vec<&'static str>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: cannot {} when {}", self.code, self.verb, self.state)?;
        if self.allowed.is_empty() { Ok(()) } else { write!(f, "; allowed: {}", self.allowed.join(", ")) }
    }
}

impl Error for Refusal {}

/// The verbs that a state knows, each once, in the order of the table.
pub fn allowed(moves: &[Move], state: &str) -> Vec<&'static str> {
    let mut verbs = Vec::new();
    for step in moves.iter().filter(|step| step.from == state) {
        if !verbs.contains(&step.verb) {
            verbs.push(step.verb);
        }
    }
    verbs
}

/// Whether a state knows the verb.
pub fn is_allowed(moves: &[Move], state: &str, verb: &str) -> bool {
    moves.iter().any(|step| step.from == state && step.verb == verb)
}

/// The refusal of this verb in this state.
pub fn refuse(moves: &[Move], state: &'static str, verb: &'static str) -> Refusal {
    Refusal { code: "illegal_move", state, verb, allowed: allowed(moves, state) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVES: &[Move] = &[
        Move { from: "sent", verb: "decline", to: "declined" },
        Move { from: "sent", verb: "accept", to: "accepted" },
        Move { from: "sent", verb: "accept", to: "waiting" },
        Move { from: "accepted", verb: "close", to: "closed" },
    ];

    #[test]
    fn a_verb_with_two_ends_is_named_once_in_the_order_of_the_table() {
        assert_eq!(allowed(MOVES, "sent"), ["decline", "accept"]);
        assert!(allowed(MOVES, "closed").is_empty());
        assert!(is_allowed(MOVES, "sent", "accept"));
        assert!(!is_allowed(MOVES, "accepted", "accept"));
    }

    #[test]
    fn a_refusal_names_what_is_allowed() {
        let refusal = refuse(MOVES, "accepted", "accept");
        assert_eq!(refusal.code, "illegal_move");
        assert_eq!(refusal.to_string(), "illegal_move: cannot accept when accepted; allowed: close");
        assert_eq!(refuse(MOVES, "closed", "close").to_string(), "illegal_move: cannot close when closed");
    }
}
