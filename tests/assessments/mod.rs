//! Instruments and screenings: what is taken, what is refused, what follows, and who may see it.
mod recording;
mod sight;

use crate::kit::*;

/// What an officer sends after asking PHQ-9: this value for each of the first eight, and this one for the ninth.
pub fn phq_9(each: i32, ninth: i32) -> Value {
    let mut answers: Value =
        (1..=8).map(|at| (format!("q{at}"), json!(each))).collect::<serde_json::Map<_, _>>().into();
    answers["q9"] = json!(ninth);
    screening("phq-9", answers)
}

pub fn wg_ss(each: i32, seeing: i32) -> Value {
    let answers = json!({
        "seeing": seeing, "hearing": each, "walking": each, "remembering": each, "self_care": each, "communicating": each,
    });
    screening("wg-ss", answers)
}

pub fn screening(instrument: &str, answers: Value) -> Value {
    json!({ "instrument": instrument, "language": "en", "mode": "interview", "answers": answers })
}
