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
