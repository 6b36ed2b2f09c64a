-- An appeal that is upheld leads to another claim in the place of the one that was decided. Each is replaced once, unless
-- what replaced it was withdrawn; the first of them stays the only one for its victim, harm, incident and instrument.
ALTER TABLE claims ADD COLUMN replaces BLOB REFERENCES claims (id);
DROP INDEX claims_once;
CREATE UNIQUE INDEX claims_once ON claims (victim_id, harm, incident_id, instrument_id) WHERE state <> 'withdrawn' AND replaces IS NULL;
CREATE UNIQUE INDEX claims_replaced_once ON claims (replaces) WHERE state <> 'withdrawn';

-- The payee of the first claim whom a payee of a later one continues.
ALTER TABLE claim_payees ADD COLUMN continues BLOB REFERENCES claim_payees (id);

-- Whoever decided the claim before has no part in the one that takes its place.
ALTER TABLE claim_parts RENAME TO former_claim_parts;
CREATE TABLE claim_parts (
  claim_id BLOB NOT NULL REFERENCES claims (id),
  user_id BLOB NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('prepare', 'waive', 'verify', 'decide', 'former')),
  taken_at INTEGER NOT NULL,
  PRIMARY KEY (claim_id, user_id)
) STRICT;
INSERT INTO claim_parts SELECT * FROM former_claim_parts;
DROP TRIGGER claim_parts_are_never_edited;
DROP TRIGGER claim_parts_are_never_emptied;
DROP TABLE former_claim_parts;
CREATE TRIGGER claim_parts_are_never_edited BEFORE UPDATE ON claim_parts
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER claim_parts_are_never_emptied BEFORE DELETE ON claim_parts
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;

CREATE TABLE appeals (
  id BLOB PRIMARY KEY NOT NULL,
  claim_id BLOB NOT NULL REFERENCES claims (id),
  case_id BLOB NOT NULL REFERENCES cases (id),
  victim_id BLOB NOT NULL REFERENCES victims (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 10),
  rung TEXT NOT NULL,
  ground TEXT NOT NULL CHECK (ground IN ('rejected_wrongly', 'amount_too_low', 'wrong_harm', 'wrong_payee', 'evidence_overlooked', 'new_evidence')),
  due_on TEXT,
  is_late INTEGER NOT NULL,
  statement BLOB,
  order_reference BLOB,
  lodged_at INTEGER NOT NULL,
  lodged_by BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('lodged', 'under_review', 'upheld', 'partly_upheld', 'dismissed', 'withdrawn')),
  review_at INTEGER,
  review_by BLOB,
  ended_at INTEGER,
  ended_by BLOB,
  finding TEXT CHECK (finding IN ('evidence_misjudged', 'new_evidence_convinces', 'tariff_misapplied', 'payee_mistaken', 'procedure_broken', 'decision_was_right', 'out_of_time')),
  version INTEGER NOT NULL,
  CHECK (review_by IS NULL OR review_by <> lodged_by),
  CHECK (ended_by IS NULL OR state = 'withdrawn' OR ended_by <> lodged_by)
) STRICT;
CREATE INDEX appeals_by_district ON appeals (district, state, id DESC);
CREATE INDEX appeals_by_case ON appeals (case_id);
-- One is open at a time, and each rung is gone to once.
CREATE UNIQUE INDEX appeals_open_once ON appeals (claim_id) WHERE state IN ('lodged', 'under_review');
CREATE UNIQUE INDEX appeals_rung_once ON appeals (claim_id, step) WHERE state <> 'withdrawn';
