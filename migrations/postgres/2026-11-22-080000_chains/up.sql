-- A payment is followed to what banks said of it and to what was booked for its batch as a whole, past the hundred thousand
-- others of that batch; and findings go with their case.
CREATE INDEX payment_results_by_payment ON payment_results (payment_id, id);
CREATE INDEX ledger_transfers_of_whole_batches ON ledger_transfers (batch_id, id) WHERE payment_id IS NULL;
CREATE INDEX findings_by_case ON findings (case_id);
