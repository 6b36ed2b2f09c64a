DROP INDEX findings_by_case;
DROP INDEX ledger_transfers_of_whole_batches;
DROP INDEX payment_results_by_payment;
