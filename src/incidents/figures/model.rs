//! A figure and who printed it. It is never corrected: a source that corrects itself is entered anew, by its day.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::area::{AreaKind, FigureArea};
use super::counts::{Casualties, Counts};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::error::{Error, Fault, Result};
use crate::incidents::model::{Incident, IncidentId};
use crate::kernel::ids::Id;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::{Date, Time};
use crate::work::Event;

pub type FigureId = Id<Figure>;
pub type IncidentFigureId = Id<IncidentFigure>;

/// What one source printed for one area and period.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    pub id: FigureId,
    pub area_kind: AreaKind,
    #[serde(flatten)]
    pub facts: NewFigure,
    pub recorded_at: Time,
    pub recorded_by: UserId,
}

/// A figure of a period, as it is entered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewFigure {
    /// Who printed it. Sources stand side by side by this name, so spell it in one way.
    pub source: Line<200>,
    pub period_start: Date,
    /// The last day of the period.
    pub period_end: Date,
    pub area: FigureArea,
    #[serde(flatten)]
    pub counts: Counts,
    pub note: Option<Prose<2000>>,
}

/// What one source said of one incident on one day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct IncidentFigure {
    pub id: IncidentFigureId,
    pub incident_id: IncidentId,
    #[serde(flatten)]
    pub facts: NewIncidentFigure,
    pub recorded_at: Time,
    pub recorded_by: UserId,
}

/// A figure of an incident, as it is entered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewIncidentFigure {
    /// Who said so.
    pub source: Line<200>,
    /// The day they said so: figures change in the days after an attack.
    pub as_of: Date,
    #[serde(flatten)]
    pub casualties: Casualties,
    pub note: Option<Prose<2000>>,
}

impl Figure {
    pub fn record(id: FigureId, facts: NewFigure, by: UserId, at: Time) -> Result<(Self, Event)> {
        facts.check(at)?;
        let event = Event::new("figure.recorded", id)
            .with("area", facts.area.as_str())
            .with("period_start", facts.period_start.to_string())
            .with("period_end", facts.period_end.to_string());
        Ok((Self { id, area_kind: facts.area.kind(), facts, recorded_at: at, recorded_by: by }, event))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }
}

impl NewFigure {
    /// Everything that is wrong, at once. `at` is now: nobody has counted what is still to come.
    fn check(&self, at: Time) -> Result<()> {
        let mut faults = self.counts.faults();
        if self.period_end < self.period_start {
            faults.push(Fault::new("/period_end", "before_start", "a period ends on its first day or later"));
        }
        for (pointer, day) in [("/period_start", self.period_start), ("/period_end", self.period_end)] {
            if day > at.local_date() {
                faults.push(Fault::new(pointer, "in_the_future", "a period that is counted is over"));
            }
        }
        none_of(faults)
    }
}

impl IncidentFigure {
    pub fn record(
        id: IncidentFigureId,
        incident: &Incident,
        facts: NewIncidentFigure,
        by: UserId,
        at: Time,
    ) -> Result<(Self, Event)> {
        facts.check(incident.facts.occurred_on, at)?;
        let event = Event::new("incident.figure_recorded", incident.id)
            .with("district", incident.facts.district.as_str())
            .with("figure", id.to_string());
        Ok((Self { id, incident_id: incident.id, facts, recorded_at: at, recorded_by: by }, event))
    }
}

impl NewIncidentFigure {
    fn check(&self, occurred_on: Date, at: Time) -> Result<()> {
        let mut faults = self.casualties.faults();
        if self.as_of > at.local_date() {
            faults.push(Fault::new("/as_of", "in_the_future", "a figure has already been given"));
        }
        if self.as_of < occurred_on {
            faults.push(Fault::new("/as_of", "before_incident", "nobody is counted before the incident"));
        }
        none_of(faults)
    }
}

fn none_of(faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> NewFigure {
        NewFigure {
            source: "PICSS".parse().unwrap(),
            period_start: "2023-09-01".parse().unwrap(),
            period_end: "2023-09-30".parse().unwrap(),
            area: "PK".parse().unwrap(),
            counts: Counts { incidents: Some(65), ..Counts::default() },
            note: None,
        }
    }

    fn pointers(checked: Result<()>) -> Vec<(String, &'static str)> {
        let Err(Error::Invalid(faults)) = checked else { return Vec::new() };
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn noon(day: &str) -> Time {
        format!("{day}T12:00:00Z").parse().unwrap()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        assert!(figure().check(noon("2023-09-30")).is_ok());
        let counts = Counts { killed: Some(-1), suicide_attacks: Some(1_000_001), ..Counts::default() };
        let wrong = NewFigure { counts, period_start: "2023-10-02".parse().unwrap(), ..figure() };
        let named = [
            ("/killed", "out_of_range"),
            ("/suicide_attacks", "out_of_range"),
            ("/period_end", "before_start"),
            ("/period_start", "in_the_future"),
        ];
        let named: Vec<_> = named.iter().map(|(pointer, code)| ((*pointer).to_owned(), *code)).collect();
        assert_eq!(pointers(wrong.check(noon("2023-10-01"))), named);
    }

    #[test]
    fn a_figure_that_counts_nothing_is_refused_and_zero_is_a_count() {
        let none = NewFigure { counts: Counts::default(), ..figure() };
        assert_eq!(pointers(none.check(noon("2023-10-01"))), [(String::new(), "no_figure")]);
        let zero = NewFigure { counts: Counts { killed: Some(0), ..Counts::default() }, ..figure() };
        assert!(zero.check(noon("2023-10-01")).is_ok());
    }

    #[test]
    fn an_incident_is_counted_after_it_happened_and_before_tomorrow() {
        let casualties = Casualties { killed: Some(59), ..Casualties::default() };
        let said = |day: &str| {
            let source = "hospital".parse().unwrap();
            NewIncidentFigure { source, as_of: day.parse().unwrap(), casualties: casualties.clone(), note: None }
                .check("2023-09-29".parse().unwrap(), noon("2023-10-02"))
        };
        assert!(said("2023-09-29").is_ok() && said("2023-10-02").is_ok());
        assert_eq!(pointers(said("2023-09-28")), [("/as_of".to_owned(), "before_incident")]);
        assert_eq!(pointers(said("2023-10-03")), [("/as_of".to_owned(), "in_the_future")]);
    }
}
