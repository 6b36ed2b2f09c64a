//! From checked answers to scores, bands, measures and proposals, by the rules of the instrument. It refuses to guess an
//! answer that was not given.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answers::{Gate, gate, value};
use super::instrument::{Alert, Instrument, Measure, Missing, ProposalRule, Score, ScoreKind};
use super::model::{Answers, Person};
use crate::cases::Banner;
use crate::directory::{Domain, Urgency};
use crate::kernel::wire::blind_debug;

/// What the answers come to. A screen says whom somebody trained should see; it is never a diagnosis.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    pub scores: Vec<Scored>,
    /// Measures that the answers call for.
    pub measures: Vec<Called>,
    /// Needs to record, if the officer agrees: `POST /cases/{id}/needs`. At most one a domain.
    pub proposals: Vec<Proposal>,
    /// What was put on the case at once.
    pub banners: Vec<Banner>,
}
blind_debug!(Outcome);

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Scored {
    pub key: String,
    pub title: String,
    /// Null if answers are missing that the instrument cannot be scored without.
    pub value: Option<i32>,
    pub least: i32,
    pub most: i32,
    pub band: Option<String>,
    /// The one for this person; null if the score has none.
    pub cut_off: Option<i32>,
    /// Whether it reaches the cut-off; null if there is none, or the missing answers could decide it.
    pub is_positive: Option<bool>,
    /// Answers that were refused or not known.
    pub missing: u32,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Called {
    pub key: String,
    pub text: String,
}

/// A need to record, and whom to refer to for it.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    pub domain: Domain,
    /// The most urgent of its grounds.
    pub urgency: Urgency,
    /// The most urgent first.
    pub referrals: Vec<String>,
}

/// What checked answers come to.
pub fn outcome(instrument: &Instrument, answers: &Answers, person: &Person) -> Outcome {
    let scores: Vec<Scored> = instrument.scores.iter().map(|one| score(instrument, answers, (one, person))).collect();
    let reaches = |key: &str, least| value(instrument, answers, key).is_some_and(|value| value >= least);
    let is_called = |measure: &&Measure| {
        (measure.is_for_children && person.is_child) || measure.items.iter().any(|key| reaches(key, 1))
    };
    let called = instrument.measures.iter().filter(is_called);
    let measures: Vec<Called> =
        called.map(|measure| Called { key: (*measure.key).clone(), text: measure.text.as_str().into() }).collect();
    let holds = |rule: &&ProposalRule| {
        let by_item = rule.item.as_ref().zip(rule.at_least).is_some_and(|(key, least)| reaches(key, least));
        let score = rule.score.as_ref().and_then(|key| scores.iter().find(|score| score.key == **key));
        let by_score = score.is_some_and(|score| match rule.at_least {
            Some(least) => score.value.is_some_and(|value| value >= least),
            None => score.is_positive == Some(true),
        });
        by_item || by_score || (rule.any_measure && !measures.is_empty())
    };
    let proposals = merge(instrument.proposals.iter().filter(holds));
    let mut banners: Vec<Banner> = alerts(instrument, answers).map(|alert| alert.banner).collect();
    banners.dedup();
    Outcome { scores, measures, proposals, banners }
}

/// The answers that must not wait.
pub fn alerts<'a>(instrument: &'a Instrument, answers: &'a Answers) -> impl Iterator<Item = &'a Alert> {
    let is_raised = |alert: &&Alert| value(instrument, answers, &alert.item).is_some_and(|it| it >= alert.at_least);
    instrument.alerts.iter().filter(is_raised)
}

/// One proposal a domain, with the most urgent of its grounds first.
fn merge<'a>(rules: impl Iterator<Item = &'a ProposalRule>) -> Vec<Proposal> {
    let mut rules: Vec<_> = rules.collect();
    rules.sort_by_key(|rule| rule.urgency);
    let mut proposals: Vec<Proposal> = Vec::new();
    for rule in rules {
        let referral = rule.referral.as_str().to_owned();
        match proposals.iter_mut().find(|known| known.domain == *rule.domain) {
            Some(known) => known.referrals.push(referral),
            None => proposals.push(Proposal { domain: *rule.domain, urgency: rule.urgency, referrals: vec![referral] }),
        }
    }
    proposals
}

fn score(instrument: &Instrument, answers: &Answers, (score, person): (&Score, &Person)) -> Scored {
    let gate = gate(instrument, answers);
    let values: Vec<Option<i32>> = match gate {
        Gate::Closed => vec![Some(0); score.items.len()],
        Gate::Open | Gate::Unanswered => score.items.iter().map(|key| value(instrument, answers, key)).collect(),
    };
    let missing = values.iter().filter(|value| value.is_none()).count();
    let counts = |value: i32| match (score.kind, score.threshold) {
        (ScoreKind::Count, Some(threshold)) => i32::from(value >= threshold),
        _ => value,
    };
    let known: i32 = values.iter().flatten().map(|value| counts(*value)).sum();
    let (least, most) = instrument.range(score);
    let is_scored = missing == 0 || (score.missing == Missing::LeftOut && missing < values.len());
    let value = is_scored.then_some(known);
    // As much as the missing answers could have brought: what they cannot change is certain without them.
    let open = score.items.iter().zip(&values).filter(|(_, value)| value.is_none());
    let could: i32 = open.map(|(key, _)| largest(instrument, score, key)).sum();
    let cut_off = score.cut_off(person.sex);
    let is_positive = cut_off.and_then(|cut| match value {
        Some(value) => Some(value >= cut),
        None if known >= cut => Some(true),
        None => (known + could < cut).then_some(false),
    });
    let band = value.and_then(|value| score.bands.iter().find(|band| (*band.from..=band.to).contains(&value)));
    Scored {
        key: (*score.key).clone(),
        title: score.title.as_str().into(),
        value,
        least,
        most,
        band: band.map(|band| (*band.word).clone()),
        cut_off,
        is_positive,
        missing: u32::try_from(missing).unwrap_or(u32::MAX),
    }
}

/// The most that one item can bring to a score.
fn largest(instrument: &Instrument, score: &Score, key: &str) -> i32 {
    let scale = instrument.item(key).and_then(|item| instrument.scale(item));
    match score.kind {
        ScoreKind::Count => 1,
        ScoreKind::Sum => scale.map_or(0, |scale| scale.range().1),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::answers::check_answers;
    use super::super::model::Given;
    use super::super::read::Instruments;
    use super::*;
    use crate::error::Error;
    use crate::victims::Sex;

    const WOMAN: Person = Person { sex: Sex::Female, is_child: false, age: (30, 31) };
    const MAN: Person = Person { sex: Sex::Male, ..WOMAN };
    const REFUSED: Given = Given::Refused;

    fn instrument(code: &str) -> Instrument {
        Instrument::clone(Instruments::load(Path::new("")).unwrap().find(code, None, None).unwrap())
    }

    /// `q1` and on; what is left over of the sum is spread as evenly as the scale allows.
    fn summing(items: i32, most: i32, sum: i32) -> Answers {
        let one = |at: i32| (format!("q{}", at + 1), Given::Value((sum - at * most).clamp(0, most)));
        (0..items).map(one).collect()
    }

    fn scored(code: &str, answers: &Answers, person: &Person) -> Vec<(Option<i32>, Option<String>, Option<bool>)> {
        let instrument = instrument(code);
        check_answers(&instrument, answers).unwrap();
        let scores = outcome(&instrument, answers, person).scores;
        scores.into_iter().map(|score| (score.value, score.band, score.is_positive)).collect()
    }

    fn faults(code: &str, answers: &Answers) -> Vec<(String, &'static str)> {
        match check_answers(&instrument(code), answers) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_sum_of_phq_9_falls_into_its_band_and_is_positive_from_ten() {
        for sum in 0..=27 {
            let band = match sum {
                0..=4 => "minimal",
                5..=9 => "mild",
                10..=14 => "moderate",
                15..=19 => "moderately_severe",
                _ => "severe",
            };
            let wanted = (Some(sum), Some(band.to_owned()), Some(sum >= 10));
            assert_eq!(scored("phq-9", &summing(9, 3, sum), &WOMAN), [wanted]);
        }
    }

    #[test]
    fn every_sum_of_gad_7_falls_into_its_band_and_is_positive_from_ten() {
        for sum in 0..=21 {
            let band = match sum {
                0..=4 => "minimal",
                5..=9 => "mild",
                10..=14 => "moderate",
                _ => "severe",
            };
            let wanted = (Some(sum), Some(band.to_owned()), Some(sum >= 10));
            assert_eq!(scored("gad-7", &summing(7, 3, sum), &MAN), [wanted]);
        }
    }

    #[test]
    fn phq_4_has_bands_for_the_whole_and_a_cut_off_of_three_for_each_subscale() {
        for (q1, q2, q3, q4, band) in [
            (0, 0, 0, 0, "none"),
            (1, 1, 0, 0, "none"),
            (1, 1, 1, 0, "mild"),
            (3, 0, 2, 0, "mild"),
            (3, 0, 0, 3, "moderate"),
            (3, 3, 1, 1, "moderate"),
            (3, 3, 3, 0, "severe"),
            (3, 3, 3, 3, "severe"),
        ] {
            let values = [q1, q2, q3, q4].into_iter().enumerate();
            let answers = values.map(|(at, value)| (format!("q{}", at + 1), Given::Value(value))).collect();
            let wanted = [
                (Some(q1 + q2 + q3 + q4), Some(band.to_owned()), None),
                (Some(q1 + q2), None, Some(q1 + q2 >= 3)),
                (Some(q3 + q4), None, Some(q3 + q4 >= 3)),
            ];
            assert_eq!(scored("phq-4", &answers, &WOMAN), wanted);
        }
    }

    #[test]
    fn pc_ptsd_5_is_positive_from_four_and_for_women_from_three_and_ends_at_its_gate() {
        for (sum, of_men, of_women) in
            [(0, false, false), (2, false, false), (3, false, true), (4, true, true), (5, true, true)]
        {
            let mut answers = summing(5, 1, sum);
            answers.insert("exposure".into(), Given::Value(1));
            assert_eq!(scored("pc-ptsd-5", &answers, &MAN), [(Some(sum), None, Some(of_men))], "{sum}");
            assert_eq!(scored("pc-ptsd-5", &answers, &WOMAN), [(Some(sum), None, Some(of_women))], "{sum}");
            let unknown = Person { sex: Sex::Unknown, ..MAN };
            assert_eq!(scored("pc-ptsd-5", &answers, &unknown), [(Some(sum), None, Some(of_men))], "{sum}");
        }
        let mut answers = Answers::from([("exposure".into(), Given::Value(0))]);
        assert_eq!(scored("pc-ptsd-5", &answers, &WOMAN), [(Some(0), None, Some(false))]);
        answers.insert("q1".into(), Given::Value(1));
        assert_eq!(faults("pc-ptsd-5", &answers), [("/answers/q1".to_owned(), "not_asked")]);
        let refused = Answers::from([("exposure".into(), REFUSED)]);
        assert_eq!(scored("pc-ptsd-5", &refused, &WOMAN), [(None, None, None)]);
    }

    #[test]
    fn wg_ss_finds_disability_in_any_domain_at_three_or_four_and_leaves_out_what_is_not_known() {
        const DOMAINS: [&str; 6] = ["seeing", "hearing", "walking", "remembering", "self_care", "communicating"];
        let with = |domain: &str, given: i32, others: i32| -> Answers {
            let one = |key: &&str| ((*key).to_owned(), Given::Value(if *key == domain { given } else { others }));
            DOMAINS.iter().map(one).collect()
        };
        for domain in DOMAINS {
            for (given, others, wanted) in [
                (1, 1, (Some(0), Some(false))),
                (2, 2, (Some(0), Some(false))),
                (3, 1, (Some(1), Some(true))),
                (4, 2, (Some(1), Some(true))),
                (7, 1, (Some(0), Some(false))),
                (3, 9, (Some(1), Some(true))),
                (7, 9, (None, None)),
                (4, 4, (Some(6), Some(true))),
            ] {
                let (value, is_positive) = wanted;
                assert_eq!(
                    scored("wg-ss", &with(domain, given, others), &WOMAN),
                    [(value, None, is_positive)],
                    "{domain} {given}"
                );
            }
            for wrong in [0, 5, 6, 8, 10, -1] {
                let pointer = format!("/answers/{domain}");
                assert_eq!(faults("wg-ss", &with(domain, wrong, 1)), [(pointer, "out_of_range")]);
            }
        }
    }

    #[test]
    fn a_missing_answer_leaves_no_score_but_what_it_cannot_change_is_certain() {
        for (sum_of_others, is_positive) in [(6, Some(false)), (7, None), (9, None), (10, Some(true)), (24, Some(true))]
        {
            let mut answers = summing(8, 3, sum_of_others);
            answers.insert("q9".into(), REFUSED);
            assert_eq!(scored("phq-9", &answers, &WOMAN), [(None, None, is_positive)], "{sum_of_others}");
        }
    }

    #[test]
    fn missing_extra_and_impossible_answers_are_named_each_at_its_place() {
        let mut answers = summing(9, 3, 27);
        answers.remove("q3");
        answers.insert("q4".into(), Given::Value(4));
        answers.insert("q10".into(), Given::Value(0));
        answers.insert("17301-9876123-4 and more".into(), Given::Value(0));
        answers.insert("function".into(), Given::Value(9));
        let wanted = [
            ("/answers", "unknown_field"),
            ("/answers/q10", "unknown_field"),
            ("/answers/q3", "missing"),
            ("/answers/q4", "out_of_range"),
            ("/answers/function", "out_of_range"),
        ];
        assert_eq!(faults("phq-9", &answers), wanted.map(|(pointer, code)| (pointer.to_owned(), code)));
        let many = (0..101).map(|at| (format!("x{at}"), REFUSED)).collect();
        assert_eq!(faults("phq-9", &many), [("/answers".to_owned(), "too_many")]);
    }

    #[test]
    fn item_9_above_zero_raises_the_banner_and_the_most_urgent_proposal_whatever_the_sum() {
        let phq = instrument("phq-9");
        for given in [Given::Value(0), REFUSED, Given::Unknown] {
            let mut answers = summing(9, 3, 0);
            answers.insert("q9".into(), given);
            let outcome = outcome(&phq, &answers, &WOMAN);
            assert!(outcome.banners.is_empty() && outcome.proposals.is_empty());
        }
        for value in 1..=3 {
            let mut answers = summing(9, 3, 0);
            answers.insert("q9".into(), Given::Value(value));
            let outcome = outcome(&phq, &answers, &WOMAN);
            assert_eq!(outcome.banners, [Banner::SuicideRisk]);
            assert_eq!(outcome.proposals[0].urgency, Urgency::Within24Hours);
        }
        let severe = outcome(&phq, &summing(9, 3, 27), &WOMAN);
        assert_eq!(severe.proposals.len(), 1, "one need a domain");
        assert_eq!((severe.proposals[0].urgency, severe.proposals[0].referrals.len()), (Urgency::Within24Hours, 3));
        let urgency = |sum| outcome(&phq, &summing(9, 3, sum), &WOMAN).proposals.first().map(|one| one.urgency);
        assert_eq!(
            [9, 10, 19, 20].map(urgency),
            [None, Some(Urgency::WithinTwoWeeks), Some(Urgency::WithinTwoWeeks), Some(Urgency::Within72Hours),]
        );
    }

    #[test]
    fn the_individual_assessment_calls_for_measures_and_presumes_those_of_a_child() {
        let assessment = instrument("individual-assessment");
        let none: Answers = assessment.items.iter().map(|item| ((*item.key).clone(), Given::Value(0))).collect();
        let keys = |answers: &Answers, person: &Person| -> Vec<String> {
            outcome(&assessment, answers, person).measures.into_iter().map(|measure| measure.key).collect()
        };
        assert!(keys(&none, &WOMAN).is_empty());
        let child = Person { is_child: true, age: (8, 9), ..WOMAN };
        assert_eq!(keys(&none, &child), ["trained_interviewer", "privacy", "child_measures"]);
        let answered = [("threats".to_owned(), Given::Value(1)), ("terrorism".to_owned(), Given::Value(1))];
        let threatened: Answers = none.into_iter().chain(answered).collect();
        let wanted = ["trained_interviewer", "no_contact_with_offender", "heard_from_elsewhere", "safety_of_home"];
        assert_eq!(keys(&threatened, &WOMAN), wanted);
        let proposals = outcome(&assessment, &threatened, &WOMAN).proposals;
        assert_eq!((proposals[0].domain, proposals[0].urgency), (Domain::Protection, Urgency::Within24Hours));
    }

    #[test]
    fn no_instrument_speaks_of_a_diagnosis() {
        for code in ["phq-9", "phq-4", "gad-7", "pc-ptsd-5", "wg-ss", "individual-assessment"] {
            let told = serde_json::to_string(&instrument(code)).unwrap().to_lowercase();
            assert!(!told.contains("diagnos"), "{code}");
        }
    }
}
