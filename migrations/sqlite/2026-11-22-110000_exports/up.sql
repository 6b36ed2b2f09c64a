-- What an auditor took along: the file as it was made, sealed, and the rows that it holds. It names nobody.
CREATE TABLE exports (
  id BLOB PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('payments', 'findings', 'ledger_entries')),
  format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
  filter TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  content BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  made_by BLOB NOT NULL
) STRICT;
CREATE INDEX exports_by_maker ON exports (made_by, id DESC);

CREATE TABLE export_rows (
  export_id BLOB NOT NULL REFERENCES exports (id),
  row_id BLOB NOT NULL,
  PRIMARY KEY (export_id, row_id)
) STRICT;
CREATE INDEX export_rows_by_row ON export_rows (row_id);

-- The districts of these rows: who sees an export must see all of them.
CREATE TABLE export_districts (
  export_id BLOB NOT NULL REFERENCES exports (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (export_id, district)
) STRICT;

CREATE TRIGGER exports_are_never_edited BEFORE UPDATE ON exports
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER exports_are_kept BEFORE DELETE ON exports
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER export_rows_are_never_edited BEFORE UPDATE ON export_rows
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER export_rows_are_kept BEFORE DELETE ON export_rows
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER export_districts_are_never_edited BEFORE UPDATE ON export_districts
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER export_districts_are_kept BEFORE DELETE ON export_districts
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;

-- Which payments were drawn, from how many, by which seed.
CREATE TABLE payment_samples (
  id BLOB PRIMARY KEY NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  instrument_id BLOB REFERENCES tariff_instruments (id),
  seed TEXT NOT NULL,
  population INTEGER NOT NULL,
  size INTEGER NOT NULL,
  drawn_at INTEGER NOT NULL,
  drawn_by BLOB NOT NULL
) STRICT;

CREATE TABLE payment_sample_items (
  sample_id BLOB NOT NULL REFERENCES payment_samples (id),
  payment_id BLOB NOT NULL REFERENCES payments (id),
  place INTEGER NOT NULL,
  PRIMARY KEY (sample_id, payment_id)
) STRICT;
CREATE INDEX payment_sample_items_by_payment ON payment_sample_items (payment_id);

-- What payees said when somebody called. Only about what a sample drew.
CREATE TABLE payment_calls (
  id BLOB PRIMARY KEY NOT NULL,
  sample_id BLOB NOT NULL,
  payment_id BLOB NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('reached_and_received', 'reached_not_received', 'reached_less_received', 'not_reached', 'wrong_number', 'refused')),
  received_paisa INTEGER CHECK (received_paisa > 0),
  payment_state TEXT NOT NULL CHECK (payment_state IN ('planned', 'batched', 'released', 'paid', 'returned', 'failed', 'reissued', 'cancelled')),
  called_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  called_by BLOB NOT NULL,
  contact_recorded_by BLOB,
  contact_recorded_at INTEGER,
  is_independent INTEGER NOT NULL,
  FOREIGN KEY (sample_id, payment_id) REFERENCES payment_sample_items (sample_id, payment_id)
) STRICT;
CREATE INDEX payment_calls_by_payment ON payment_calls (payment_id, id);

CREATE TRIGGER payment_samples_are_never_edited BEFORE UPDATE ON payment_samples
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER payment_samples_are_kept BEFORE DELETE ON payment_samples
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER payment_sample_items_are_never_edited BEFORE UPDATE ON payment_sample_items
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER payment_sample_items_are_kept BEFORE DELETE ON payment_sample_items
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER payment_calls_are_never_edited BEFORE UPDATE ON payment_calls
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER payment_calls_are_kept BEFORE DELETE ON payment_calls
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
