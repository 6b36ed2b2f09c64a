//! Services as a choice among many needs them: their texts are left behind.
use crate::access::OrganisationId;
use crate::db::prelude::*;
use crate::directory::model::{Coverage, Domain, ProgrammeId, ServiceId, ServiceStatus, Urgency};
use crate::error::Result;
use crate::kernel::places::Pcode;

/// The most services that one choice looks at. Those near by come first.
const MOST: i64 = 1000;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = services)]
pub struct CandidateRow {
    pub id: ServiceId,
    pub organisation_id: OrganisationId,
    pub programme_id: Option<ProgrammeId>,
    pub name: String,
    pub name_ur: Option<String>,
    pub urgencies: Words<Urgency>,
    pub capacity: Option<i32>,
}

/// The active services of a domain that work around a district, each with a place where it does, by organisations
/// and programmes that are active.
#[apply(both_databases)]
pub async fn around_unscoped(tx: &mut Tx, district: Pcode, domain: Domain) -> Result<Vec<(CandidateRow, Coverage)>> {
    let here = service_areas::area.eq_any(Coverage::around(district));
    let active = services::status.eq(ServiceStatus::Active).and(organisations::is_active);
    let running = programmes::table.filter(programmes::status.eq(ServiceStatus::Active));
    let running =
        services::programme_id.is_null().or(services::programme_id.eq_any(running.select(programmes::id.nullable())));
    let all = service_areas::table
        .inner_join(services::table.inner_join(organisations::table))
        .filter(here.and(services::domain.eq(domain)).and(active).and(running))
        .select((CandidateRow::as_select(), service_areas::area));
    // A district's code is after its province's, and that is after the country's: `PK508`, `PK-KP`, `PK`.
    Ok(all.order((service_areas::area.desc(), services::id.desc())).limit(MOST).load(tx).await?)
}
