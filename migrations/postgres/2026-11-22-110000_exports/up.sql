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

-- Which payments were drawn, from how many, by which seed.
CREATE TABLE payment_samples (
  id uuid PRIMARY KEY,
  from_day date NOT NULL,
  to_day date NOT NULL,
  instrument_id uuid REFERENCES tariff_instruments (id),
  seed text NOT NULL,
  population bigint NOT NULL,
  size bigint NOT NULL,
  drawn_at timestamptz NOT NULL,
  drawn_by uuid NOT NULL
);

CREATE TABLE payment_sample_items (
  sample_id uuid NOT NULL REFERENCES payment_samples (id),
  payment_id uuid NOT NULL REFERENCES payments (id),
  place bigint NOT NULL,
  PRIMARY KEY (sample_id, payment_id)
);
CREATE INDEX payment_sample_items_by_payment ON payment_sample_items (payment_id);

-- What payees said when somebody called. Only about what a sample drew.
CREATE TABLE payment_calls (
  id uuid PRIMARY KEY,
  sample_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('reached_and_received', 'reached_not_received', 'reached_less_received', 'not_reached', 'wrong_number', 'refused')),
  received_paisa bigint CHECK (received_paisa > 0),
  payment_state text NOT NULL CHECK (payment_state IN ('planned', 'batched', 'released', 'paid', 'returned', 'failed', 'reissued', 'cancelled')),
  called_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  called_by uuid NOT NULL,
  contact_recorded_by uuid,
  contact_recorded_at timestamptz,
  is_independent boolean NOT NULL,
  FOREIGN KEY (sample_id, payment_id) REFERENCES payment_sample_items (sample_id, payment_id)
);
CREATE INDEX payment_calls_by_payment ON payment_calls (payment_id, id);

CREATE TRIGGER payment_samples_are_never_edited BEFORE UPDATE OR DELETE ON payment_samples FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_samples_are_never_emptied BEFORE TRUNCATE ON payment_samples EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_sample_items_are_never_edited BEFORE UPDATE OR DELETE ON payment_sample_items FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_sample_items_are_never_emptied BEFORE TRUNCATE ON payment_sample_items EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_calls_are_never_edited BEFORE UPDATE OR DELETE ON payment_calls FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_calls_are_never_emptied BEFORE TRUNCATE ON payment_calls EXECUTE FUNCTION refuse_rewrite();
