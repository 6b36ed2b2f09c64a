//! Whole stories, as the people in them would tell them.
mod appeal_upheld;
mod bank_file;
mod doubled_payment;
mod from_assessment_to_closure;
mod leaver;
mod left_the_system;
mod never_dropped;
mod night;
mod officer_on_duty;
mod package;
mod punjab_widow;
mod right_programme;
mod sindh_disability;
mod two_partners;
mod unidentified_child;
mod widow;
mod wrong_account;
