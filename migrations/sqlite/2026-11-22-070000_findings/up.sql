-- What speaks against paying. Each cause, a digest of what was found and on which claims, is found once; numbers follow one
-- another and are never used again.
CREATE TABLE findings (
  id BLOB PRIMARY KEY NOT NULL,
  number INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('same_account', 'same_mobile', 'same_cnic', 'same_victim', 'payee_dead', 'two_claims', 'amount_off_tariff', 'account_changed', 'below_tier', 'split_batches', 'document_reused', 'payee_staff', 'payee_relation', 'excluded_by_aid', 'many_claims', 'high_amounts', 'bank_amount_differs', 'bank_account_differs', 'bank_duplicate', 'bank_says_otherwise', 'receipt_denied')),
  claim_id BLOB REFERENCES claims (id),
  case_id BLOB REFERENCES cases (id),
  victim_id BLOB REFERENCES victims (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  other_id BLOB NOT NULL,
  found_at INTEGER NOT NULL,
  found_how TEXT NOT NULL CHECK (found_how IN ('verification', 'approval', 'night', 'bank', 'call')),
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'settled', 'upheld')),
  version INTEGER NOT NULL,
  cause TEXT NOT NULL UNIQUE,
  user_id BLOB REFERENCES users (id),
  measure TEXT,
  -- About a claim, or about a district, or about somebody who works on claims: then something was measured.
  CHECK ((claim_id IS NULL) = (measure IS NOT NULL) AND (claim_id IS NULL) = (case_id IS NULL) AND (claim_id IS NULL) = (victim_id IS NULL))
) STRICT;
CREATE INDEX findings_by_district ON findings (district, state, id DESC);
CREATE INDEX findings_by_claim ON findings (claim_id);
CREATE INDEX findings_by_other ON findings (other_id);

-- What was said to them, never changed. Sealed under the key of nobody.
CREATE TABLE finding_replies (
  finding_id BLOB NOT NULL REFERENCES findings (id),
  place INTEGER NOT NULL,
  replied_at INTEGER NOT NULL,
  replied_by BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'settled', 'upheld')),
  text BLOB NOT NULL,
  PRIMARY KEY (finding_id, place)
) STRICT;

CREATE TABLE finding_numbers (
  name TEXT PRIMARY KEY NOT NULL,
  last INTEGER NOT NULL
) STRICT;
INSERT INTO finding_numbers VALUES ('register', 0);

CREATE TRIGGER findings_are_kept BEFORE DELETE ON findings
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER finding_replies_are_never_edited BEFORE UPDATE ON finding_replies
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER finding_replies_are_never_emptied BEFORE DELETE ON finding_replies
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
