-- What an auditor took along: the file as it was made, sealed, and the rows that it holds. It names nobody.
CREATE TABLE exports (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('payments', 'findings', 'ledger_entries')),
  format text NOT NULL CHECK (format IN ('csv', 'xlsx')),
  filter text NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  content bytea NOT NULL,
  made_at timestamptz NOT NULL,
  made_by uuid NOT NULL
);
CREATE INDEX exports_by_maker ON exports (made_by, id DESC);

CREATE TABLE export_rows (
  export_id uuid NOT NULL REFERENCES exports (id),
  row_id uuid NOT NULL,
  PRIMARY KEY (export_id, row_id)
);
CREATE INDEX export_rows_by_row ON export_rows (row_id);

-- The districts of these rows: who sees an export must see all of them.
CREATE TABLE export_districts (
  export_id uuid NOT NULL REFERENCES exports (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (export_id, district)
);

CREATE TRIGGER exports_are_never_edited BEFORE UPDATE OR DELETE ON exports FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER exports_are_never_emptied BEFORE TRUNCATE ON exports EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER export_rows_are_never_edited BEFORE UPDATE OR DELETE ON export_rows FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER export_rows_are_never_emptied BEFORE TRUNCATE ON export_rows EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER export_districts_are_never_edited BEFORE UPDATE OR DELETE ON export_districts FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER export_districts_are_never_emptied BEFORE TRUNCATE ON export_districts EXECUTE FUNCTION refuse_rewrite();
