//! Rows and queries of payments, batches, files and results.
mod batch;
mod bulk;
mod part;
mod payment;
mod result;
mod row;
mod sample;
pub mod verify;

pub use batch::{
    Filter as BatchFilter, find, find_file, hold, insert, insert_file, insert_vote, list, list_files, update, votes,
};
pub use bulk::{Bulk, content, dues, expected, figures, paid_up, release, set_fund, settle, take, take_out};
pub use part::has_part;
pub use payment::{
    BATCH, Filter as PaymentFilter, Picked, count, find_payment, follow_case, hold_payment, insert_payments,
    list_payments, not_gone, of_award, picked_districts, reissued_as, released, update_payment,
};
pub use result::{
    ResultFile, ResultFileId, ResultView, find_live, find_verdicts, insert_file as insert_result_file, insert_results,
    is_kept, known, list_files as list_result_files, results_of, undo,
};
pub use sample::{
    calls, calls_about, find_sample, insert_call, insert_sample, is_drawn, is_seed_kept, list_samples, sampled,
};
