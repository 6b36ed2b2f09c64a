//! To whom feedback goes. It never goes to whom it is about, and never to nobody as long as there is anybody else.
use super::model::Feedback;
use super::words::{Category, Channel, FeedbackKind, FeedbackState};
use crate::access::User;
use crate::access::UserId;
use crate::access::policy::{self, Role};
use crate::kernel::places::{Area, Province};

/// Whom it must be sent to by name: nobody, if any supervisor sees it by their area; else one of another area, of the
/// same province first. The store's `WHERE` says the same of what a supervisor sees.
pub fn send_to(users: &[User], one: &Feedback) -> Option<UserId> {
    let able: Vec<_> = users.iter().filter(|user| may_answer(user, one)).collect();
    if able.iter().any(|user| is_theirs(user, one)) {
        return None;
    }
    if let Some(asked) = able.iter().find(|user| Some(user.id) == one.sent_to) {
        return Some(asked.id);
    }
    able.into_iter().min_by_key(|user| rank(user, one)).map(|user| user.id)
}

/// Whether anybody is left who could answer it.
pub fn has_anybody(users: &[User], one: &Feedback) -> bool {
    users.iter().any(|user| may_answer(user, one))
}

/// Whether somebody who says that it is about this user could get the better of it by that: they leave it to others.
pub fn is_rival(named: &User) -> bool {
    named.role == Role::Supervisor
}

/// Whether it is not about the user, and whether an appeal is not against the user's own answer.
fn may_answer(user: &User, one: &Feedback) -> bool {
    let is_judge_of_own_answer = one.state == FeedbackState::Appealed && one.answered_by == Some(user.id);
    let is_supervisor = user.role == Role::Supervisor && user.disabled_at.is_none();
    is_supervisor && !one.about.contains(&user.id) && !is_judge_of_own_answer
}

/// Whether the user sees it by area. What somebody did who is not named, and any complaint without a name, which can name
/// nobody, is not for those of the district, since it may well be about whoever would read it; what is about an
/// organisation is not for those who belong to it.
fn is_theirs(user: &User, one: &Feedback) -> bool {
    let is_near = matches!(user.area, Area::Districts(_));
    let is_nameless = one.channel == Channel::Web && one.kind == FeedbackKind::Complaint;
    let is_of_staff = is_nameless || Category::OF_STAFF.contains(&one.category);
    let is_named = one.about.iter().any(|user| Some(*user) != one.keeper);
    let may_be_about_them = is_near && !is_named && is_of_staff;
    policy::covers(&user.area, one.district) && !may_be_about_them && !is_of_organisation(user, one)
}

fn is_of_organisation(user: &User, one: &Feedback) -> bool {
    one.organisation_id.is_some() && user.organisation_id == one.organisation_id
}

/// The smallest is asked: of another district, of another organisation, of the same province, the oldest user.
fn rank(user: &User, one: &Feedback) -> (bool, bool, bool, UserId) {
    let province = Province::from_pcode_prefix(one.district.as_str()).map(|own| Area::Provinces([own].into()));
    let is_elsewhere = province.is_none_or(|province| !user.area.overlaps(&province));
    (policy::covers(&user.area, one.district), is_of_organisation(user, one), is_elsewhere, user.id)
}

#[cfg(test)]
mod tests {
    use super::super::model::{FeedbackId, NewFeedback};
    use super::super::terms::Terms;
    use super::*;
    use crate::access::OrganisationId;
    use crate::kernel::time::Time;

    /// Something without a name, of PK508, in Khyber Pakhtunkhwa.
    fn received(category: Category) -> Feedback {
        let terms =
            Terms { from: "2026-01-01".parse().unwrap(), answer_days: 15, appeal_days: 30, source: "Ours".into() };
        let new = NewFeedback {
            kind: FeedbackKind::Complaint,
            category,
            channel: Channel::Phone,
            district: "PK508".parse().unwrap(),
            case_id: None,
            organisation_id: None,
            user_id: None,
            body: "Nobody came".parse().unwrap(),
        };
        let at = Time::from_micros(0).unwrap();
        Feedback::receive((FeedbackId::new(), vec![1]), &new, None, &terms, (None, at)).0
    }

    fn supervisor(area: &str) -> User {
        User {
            id: UserId::new(),
            email: "ann@example.org".parse().unwrap(),
            name: "Ann".parse().unwrap(),
            role: Role::Supervisor,
            organisation_id: None,
            area: area.parse().unwrap(),
            disabled_at: None,
            created_at: Time::from_micros(0).unwrap(),
            version: 1,
            epoch: 1,
        }
    }

    fn about(users: &[&User]) -> Feedback {
        Feedback { about: users.iter().map(|user| user.id).collect(), ..received(Category::Delay) }
    }

    #[test]
    fn nobody_is_sent_what_somebody_sees_by_area() {
        let (here, there) = (supervisor("PK508"), supervisor("PK-SD"));
        assert_eq!(send_to(&[here.clone(), there.clone()], &about(&[])), None);
        assert_eq!(send_to(&[here.clone(), there.clone()], &about(&[&there])), None);
        assert_eq!(send_to(&[here.clone(), supervisor("PK")], &about(&[&here])), None);
    }

    #[test]
    fn what_is_about_the_only_supervisor_goes_to_another_area_of_the_same_province_first() {
        let (here, far, near) = (supervisor("PK508"), supervisor("PK-SD"), supervisor("PK510"));
        let officer = User { role: Role::Officer, ..supervisor("PK") };
        let gone = User { disabled_at: Time::from_micros(1), ..supervisor("PK") };
        let others = [officer, gone, here.clone(), far.clone(), near.clone()];
        assert_eq!(send_to(&others, &about(&[&here])), Some(near.id));
        assert_eq!(send_to(&others, &about(&[&here, &near])), Some(far.id));
        assert_eq!(send_to(&others, &about(&[&here, &near, &far])), None);
        // Whoever has been asked stays asked.
        let asked = Feedback { sent_to: Some(far.id), ..about(&[&here]) };
        assert_eq!(send_to(&others, &asked), Some(far.id));
    }

    #[test]
    fn an_appeal_goes_to_somebody_who_did_not_answer() {
        let (here, other) = (supervisor("PK508"), supervisor("PK-SD"));
        let answered = Feedback { answered_by: Some(here.id), ..about(&[]) };
        let users = [here, other.clone()];
        assert_eq!(send_to(&users, &answered), None);
        let appealed = Feedback { state: FeedbackState::Appealed, ..answered };
        assert_eq!(send_to(&users, &appealed), Some(other.id));
    }

    #[test]
    fn what_staff_did_who_are_not_named_leaves_the_district_if_it_can() {
        let (here, next) = (supervisor("PK508"), supervisor("PK510"));
        for category in Category::OF_STAFF {
            let unnamed = received(category);
            assert_eq!(send_to(&[here.clone(), next.clone()], &unnamed), Some(next.id));
            assert_eq!(send_to(&[here.clone(), next.clone(), supervisor("PK-KP")], &unnamed), None);
            assert_eq!(send_to(std::slice::from_ref(&here), &unnamed), Some(here.id));
            let named = Feedback { about: vec![UserId::new()], ..unnamed };
            assert_eq!(send_to(&[here.clone(), next.clone()], &named), None);
        }
    }

    #[test]
    fn an_organisation_hears_what_is_about_it_only_if_nobody_else_can() {
        let own = OrganisationId::new();
        let (inside, far) = (User { organisation_id: Some(own), ..supervisor("PK508") }, supervisor("PK-SD"));
        let one = Feedback { organisation_id: Some(own), ..received(Category::Delay) };
        assert_eq!(send_to(&[inside.clone(), far.clone()], &one), Some(far.id));
        assert_eq!(send_to(std::slice::from_ref(&inside), &one), Some(inside.id));
    }
}
