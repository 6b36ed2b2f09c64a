-- What speaks against paying. Each cause, a digest of what was found and on which claims, is found once; numbers follow one
-- another and are never used again.
CREATE TABLE findings (
  id uuid PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('same_account', 'same_mobile', 'same_cnic', 'same_victim', 'payee_dead', 'two_claims', 'amount_off_tariff', 'account_changed', 'below_tier', 'split_batches', 'document_reused', 'payee_staff', 'payee_relation', 'excluded_by_aid', 'many_claims', 'high_amounts', 'bank_amount_differs', 'bank_account_differs', 'bank_duplicate', 'bank_says_otherwise', 'receipt_denied')),
  claim_id uuid REFERENCES claims (id),
  case_id uuid REFERENCES cases (id),
  victim_id uuid REFERENCES victims (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  other_id uuid NOT NULL,
  found_at timestamptz NOT NULL,
  found_how text NOT NULL CHECK (found_how IN ('verification', 'approval', 'night', 'bank', 'call')),
  state text NOT NULL CHECK (state IN ('open', 'answered', 'settled', 'upheld')),
  version bigint NOT NULL,
  cause text NOT NULL UNIQUE,
  user_id uuid REFERENCES users (id),
  measure text,
  -- About a claim, or about a district, or about somebody who works on claims: then something was measured.
  CHECK ((claim_id IS NULL) = (measure IS NOT NULL) AND (claim_id IS NULL) = (case_id IS NULL) AND (claim_id IS NULL) = (victim_id IS NULL))
);
CREATE INDEX findings_by_district ON findings (district, state, id DESC);
CREATE INDEX findings_by_claim ON findings (claim_id);
CREATE INDEX findings_by_other ON findings (other_id);

-- What was said to them, never changed. Sealed under the key of nobody.
CREATE TABLE finding_replies (
  finding_id uuid NOT NULL REFERENCES findings (id),
  place bigint NOT NULL,
  replied_at timestamptz NOT NULL,
  replied_by uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'answered', 'settled', 'upheld')),
  text bytea NOT NULL,
  PRIMARY KEY (finding_id, place)
);

CREATE TABLE finding_numbers (
  name text PRIMARY KEY,
  last bigint NOT NULL
);
INSERT INTO finding_numbers VALUES ('register', 0);

CREATE TRIGGER findings_are_kept BEFORE DELETE ON findings FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER findings_are_never_emptied BEFORE TRUNCATE ON findings EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER finding_replies_are_never_edited BEFORE UPDATE OR DELETE ON finding_replies FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER finding_replies_are_never_emptied BEFORE TRUNCATE ON finding_replies EXECUTE FUNCTION refuse_rewrite();
