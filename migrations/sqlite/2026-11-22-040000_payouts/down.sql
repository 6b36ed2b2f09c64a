DROP TABLE payment_results;
DROP TABLE payment_result_files;
DROP TABLE payments;
DROP TABLE payment_batch_files;
DROP TABLE payment_batch_votes;
DROP TABLE payment_batch_districts;
DROP TABLE payment_batches;
