//! Who signs in to a demonstration, and who did what in it.
use std::collections::BTreeMap;

use super::data::broken;
use crate::App;
use crate::access::model::NewUser;
use crate::access::policy::{Actor, Role};
use crate::access::{OrganisationId, service};
use crate::crypto;
use crate::error::Result;
use crate::kernel::places::Province;

/// What somebody who tries Umeed signs in with.
pub struct SignIn {
    pub role: Role,
    pub email: String,
    /// Made for this run and kept nowhere else in the clear.
    pub password: String,
    pub area: String,
}

/// The people of the demonstration: one a role who can sign in, a second who pays, and colleagues in the other provinces and organisations.
pub struct Staff {
    pub sign_ins: Vec<SignIn>,
    officers: BTreeMap<Province, Actor>,
    supervisor: Actor,
    partners: BTreeMap<OrganisationId, Actor>,
}

impl Staff {
    /// `partner_of` is the organisation whose partner can sign in.
    pub async fn add(app: &App, partner_of: OrganisationId) -> Result<Self> {
        let mut sign_ins = Vec::new();
        let mut actors = BTreeMap::new();
        // Whoever makes a batch of payments does not release it.
        for (role, number) in Role::ALL.iter().map(|role| (*role, "")).chain([(Role::Payer, ".2")]) {
            let area = if role == Role::Officer { "PK-KP" } else { "PK" };
            let organisation = (role == Role::Partner).then_some(partner_of);
            let (email, password) = (format!("{role}{number}@demo.example.org"), password()?);
            actors.insert(role, user(app, &email, (role, organisation), area, Some(&password)).await?);
            sign_ins.push(SignIn { role, email, password, area: area.to_owned() });
        }
        let mut taken = |role| actors.remove(&role).ok_or_else(broken);
        let (officer, supervisor, partner) = (taken(Role::Officer)?, taken(Role::Supervisor)?, taken(Role::Partner)?);
        let mut officers = BTreeMap::from([(Province::KhyberPakhtunkhwa, officer)]);
        for province in Province::ALL.iter().copied().filter(|province| *province != Province::KhyberPakhtunkhwa) {
            let email = format!("officer.{}@demo.example.org", province.letters().to_lowercase());
            officers.insert(province, user(app, &email, (Role::Officer, None), province.word(), None).await?);
        }
        Ok(Self { sign_ins, officers, supervisor, partners: BTreeMap::from([(partner_of, partner)]) })
    }

    pub fn officer(&self, province: Province) -> Result<&Actor> {
        self.officers.get(&province).ok_or_else(broken)
    }

    pub const fn supervisor(&self) -> &Actor {
        &self.supervisor
    }

    /// Somebody who answers for an organisation.
    pub async fn partner(&mut self, app: &App, of: OrganisationId) -> Result<Actor> {
        if let Some(partner) = self.partners.get(&of) {
            return Ok(partner.clone());
        }
        let email = format!("partner.{}@demo.example.org", self.partners.len());
        let partner = user(app, &email, (Role::Partner, Some(of)), "PK", None).await?;
        self.partners.insert(of, partner.clone());
        Ok(partner)
    }
}

async fn user(
    app: &App,
    email: &str,
    (role, organisation_id): (Role, Option<OrganisationId>),
    area: &str,
    password: Option<&str>,
) -> Result<Actor> {
    let new = NewUser {
        email: email.parse().map_err(|_| broken())?,
        name: format!("Demonstration {role}").parse().map_err(|_| broken())?,
        role,
        organisation_id,
        area: area.parse().map_err(|_| broken())?,
    };
    let hash = match password {
        Some(password) => Some(app.passwords.hash(password.to_owned()).await?),
        None => None,
    };
    let user = service::add(&app.work, &Actor::system(), None, new, hash).await?.answer;
    Ok(Actor::staff(user.id, user.role, user.organisation_id, user.area))
}

/// Twenty random letters in four groups, none of which is taken for another: 90 bits.
fn password() -> Result<String> {
    const LETTERS: &[u8; 23] = b"abcdefghjkmnpqrstuvwxyz";
    let mut letters: Vec<u8> = Vec::new();
    while letters.len() < 20 {
        let bytes: [u8; 32] = crypto::random()?;
        // A byte of 230 or more is thrown away, or the first letters would come more often.
        let fair = bytes.iter().filter(|byte| **byte < 230);
        letters.extend(fair.filter_map(|byte| LETTERS.get(usize::from(byte % 23))));
    }
    let letters: Vec<char> = letters.into_iter().take(20).map(char::from).collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_has_twenty_letters_in_four_groups_and_comes_once() {
        let (one, two) = (super::password().unwrap(), super::password().unwrap());
        assert_ne!(one, two);
        let groups: Vec<_> = one.split('-').collect();
        assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == 5), "{one}");
    }
}
