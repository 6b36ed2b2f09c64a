DROP TABLE payment_calls;
DROP TABLE payment_sample_items;
DROP TABLE payment_samples;
DROP TABLE export_districts;
DROP TABLE export_rows;
DROP TABLE exports;
