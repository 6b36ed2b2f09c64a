DROP TABLE victim_batch_files;
DROP TABLE victim_batch_lines;
DROP TABLE victim_batch_districts;
DROP TABLE victim_batches;
