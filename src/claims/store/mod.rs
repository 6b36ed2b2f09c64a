//! Rows and queries of claims, their papers, payees, votes and awards. What decides over money is added and never written
//! over; the database refuses it too.
mod award;
mod claim;
mod evidence;
mod part;
mod payee;
mod same;

pub use award::{award, award_of_claim, insert_award, insert_vote, is_reversed, snapshot, votes};
pub use claim::{Filter, StateWord, find, follow_case, hold, insert, list, of_case, of_victims, open_of_case, update};
pub use evidence::{evidence, put_evidence};
pub use part::{bar, parts, parts_taken, take_part};
pub use payee::{
    Marks, accounts, claim_of_payee, find_payee, first_with_card, insert_account, insert_payee, payees, payees_ever,
    remove_payee,
};
pub use same::{replaced_by, same};
