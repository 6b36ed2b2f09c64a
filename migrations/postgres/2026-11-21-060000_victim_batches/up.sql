-- Lists of eligible and verified victims that NACTA shares with one programme (agreement of NACTA and Pakistan
-- Bait-ul-Mal of 21 January 2026). Whoever builds or submits one never reviews it.
CREATE TABLE victim_batches (
  id uuid PRIMARY KEY,
  recipient_id uuid NOT NULL REFERENCES organisations (id),
  programme_id uuid NOT NULL REFERENCES programmes (id),
  fields text NOT NULL,
  built_at timestamptz NOT NULL,
  built_by uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'reviewed', 'handed_over', 'partly_answered', 'answered', 'cancelled')),
  submitted_at timestamptz,
  submitted_by uuid,
  returned_at timestamptz,
  returned_by uuid,
  return_reason text CHECK (return_reason IN ('wrong_person', 'doubtful_consent', 'too_much_shared', 'incomplete')),
  reviewed_at timestamptz,
  reviewed_by uuid,
  handed_over_at timestamptz,
  handed_over_by uuid,
  cancelled_at timestamptz,
  cancelled_by uuid,
  version bigint NOT NULL,
  CHECK (reviewed_by IS NULL OR (reviewed_by <> built_by AND reviewed_by <> submitted_by))
);
CREATE INDEX victim_batches_by_state ON victim_batches (state, id DESC);
CREATE INDEX victim_batches_by_programme ON victim_batches (programme_id, id DESC);

-- The districts whose victims were looked at for a batch: who sees it must see all of them.
CREATE TABLE victim_batch_districts (
  batch_id uuid NOT NULL REFERENCES victim_batches (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (batch_id, district)
);
CREATE INDEX victim_batch_districts_by_district ON victim_batch_districts (district);

-- One victim in a batch, or left out of it and why. What is shared is sealed under the person's key, and so is what the
-- recipient said of the answer. The reference is random.
CREATE TABLE victim_batch_lines (
  id uuid PRIMARY KEY,
  batch_id uuid NOT NULL REFERENCES victim_batches (id),
  programme_id uuid NOT NULL REFERENCES programmes (id),
  victim_id uuid NOT NULL REFERENCES victims (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  reference text COLLATE "C",
  consent_id uuid REFERENCES consents (id),
  person bytea,
  state text NOT NULL CHECK (state IN ('left_out', 'listed', 'dropped', 'handed_over', 'answered')),
  reason text CHECK (reason IN ('incident_not_verified', 'identity_not_known', 'consent_missing', 'not_eligible', 'eligibility_unknown', 'listed_already', 'protected', 'consent_ended', 'case_transferred', 'case_closed', 'taken_off', 'batch_cancelled')),
  answer text CHECK (answer IN ('approved', 'refused', 'needs_papers', 'not_found')),
  answered_on date,
  answer_reason bytea,
  changed_at timestamptz NOT NULL,
  UNIQUE (batch_id, victim_id),
  UNIQUE (reference)
);
CREATE INDEX victim_batch_lines_by_batch ON victim_batch_lines (batch_id, id DESC);
CREATE INDEX victim_batch_lines_by_consent ON victim_batch_lines (consent_id);
CREATE INDEX victim_batch_lines_by_victim ON victim_batch_lines (victim_id);
CREATE INDEX victim_batch_lines_by_case ON victim_batch_lines (case_id);
-- A victim waits for one answer of a programme at a time.
CREATE UNIQUE INDEX victim_batch_lines_once ON victim_batch_lines (programme_id, victim_id) WHERE state IN ('listed', 'handed_over');

-- The file as it was handed over, made once and sealed.
CREATE TABLE victim_batch_files (
  batch_id uuid NOT NULL REFERENCES victim_batches (id),
  format text NOT NULL CHECK (format IN ('csv', 'json')),
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  content bytea NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (batch_id, format)
);
