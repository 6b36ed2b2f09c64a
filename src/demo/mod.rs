//! Demonstration data for a database that is thrown away. Everybody in it is invented; it refuses to be real.
use crate::App;
use crate::access::model::NewUser;
use crate::access::policy::{Actor, Role};
use crate::access::service;
use crate::error::{Error, Result};

/// What somebody who tries Umeed signs in with.
pub struct SignIn {
    pub role: Role,
    pub email: String,
    /// Made for this run and kept nowhere else in the clear.
    pub password: String,
    pub area: String,
}

/// Adds a user for each role and says how they sign in.
pub async fn fill(app: &App) -> Result<Vec<SignIn>> {
    let mut sign_ins = Vec::new();
    // A partner belongs to an organisation, and there is none yet.
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Partner) {
        sign_ins.push(add(app, role).await?);
    }
    Ok(sign_ins)
}

async fn add(app: &App, role: Role) -> Result<SignIn> {
    let area = if matches!(role, Role::Officer | Role::Supervisor | Role::Assessor) { "PK-KP" } else { "PK" };
    let (email, password) = (format!("{role}@demo.example.org"), password()?);
    let broken = |_| Error::Corrupt("demonstration data");
    let new = NewUser {
        email: email.parse().map_err(|_| Error::Corrupt("demonstration data"))?,
        name: format!("Demo {role}").parse().map_err(broken)?,
        role,
        organisation_id: None,
        area: area.parse().map_err(broken)?,
    };
    let hash = app.passwords.hash(password.clone()).await?;
    service::add(&app.work, &Actor::system(), None, new, Some(hash)).await?;
    Ok(SignIn { role, email, password, area: area.to_owned() })
}

/// Twenty random letters in four groups, none of which is taken for another: 90 bits.
fn password() -> Result<String> {
    const LETTERS: &[u8; 23] = b"abcdefghjkmnpqrstuvwxyz";
    let mut letters: Vec<u8> = Vec::new();
    while letters.len() < 20 {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::Corrupt("no randomness"))?;
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
