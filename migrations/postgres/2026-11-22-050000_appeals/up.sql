-- An appeal that is upheld leads to another claim in the place of the one that was decided. Each is replaced once, unless
-- what replaced it was withdrawn; the first of them stays the only one for its victim, harm, incident and instrument.
ALTER TABLE claims ADD COLUMN replaces uuid REFERENCES claims (id);
DROP INDEX claims_once;
CREATE UNIQUE INDEX claims_once ON claims (victim_id, harm, incident_id, instrument_id) WHERE state <> 'withdrawn' AND replaces IS NULL;
CREATE UNIQUE INDEX claims_replaced_once ON claims (replaces) WHERE state <> 'withdrawn';

-- The payee of the first claim whom a payee of a later one continues.
ALTER TABLE claim_payees ADD COLUMN continues uuid REFERENCES claim_payees (id);

-- Whoever decided the claim before has no part in the one that takes its place.
ALTER TABLE claim_parts DROP CONSTRAINT claim_parts_part_check;
ALTER TABLE claim_parts ADD CONSTRAINT claim_parts_part_check CHECK (part IN ('prepare', 'waive', 'verify', 'decide', 'former'));

CREATE TABLE appeals (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  victim_id uuid NOT NULL REFERENCES victims (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  step integer NOT NULL CHECK (step BETWEEN 1 AND 10),
  rung text NOT NULL,
  ground text NOT NULL CHECK (ground IN ('rejected_wrongly', 'amount_too_low', 'wrong_harm', 'wrong_payee', 'evidence_overlooked', 'new_evidence')),
  due_on date,
  is_late boolean NOT NULL,
  statement bytea,
  order_reference bytea,
  lodged_at timestamptz NOT NULL,
  lodged_by uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('lodged', 'under_review', 'upheld', 'partly_upheld', 'dismissed', 'withdrawn')),
  review_at timestamptz,
  review_by uuid,
  ended_at timestamptz,
  ended_by uuid,
  finding text CHECK (finding IN ('evidence_misjudged', 'new_evidence_convinces', 'tariff_misapplied', 'payee_mistaken', 'procedure_broken', 'decision_was_right', 'out_of_time')),
  version bigint NOT NULL,
  CHECK (review_by IS NULL OR review_by <> lodged_by),
  CHECK (ended_by IS NULL OR state = 'withdrawn' OR ended_by <> lodged_by)
);
CREATE INDEX appeals_by_district ON appeals (district, state, id DESC);
CREATE INDEX appeals_by_case ON appeals (case_id);
-- One is open at a time, and each rung is gone to once.
CREATE UNIQUE INDEX appeals_open_once ON appeals (claim_id) WHERE state IN ('lodged', 'under_review');
CREATE UNIQUE INDEX appeals_rung_once ON appeals (claim_id, step) WHERE state <> 'withdrawn';
