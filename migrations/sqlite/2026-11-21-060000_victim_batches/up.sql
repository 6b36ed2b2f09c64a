-- Lists of eligible and verified victims that NACTA shares with one programme (agreement of NACTA and Pakistan
-- Bait-ul-Mal of 21 January 2026). Whoever builds or submits one never reviews it.
CREATE TABLE victim_batches (
  id BLOB PRIMARY KEY NOT NULL,
  recipient_id BLOB NOT NULL REFERENCES organisations (id),
  programme_id BLOB NOT NULL REFERENCES programmes (id),
  fields TEXT NOT NULL,
  built_at INTEGER NOT NULL,
  built_by BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'reviewed', 'handed_over', 'partly_answered', 'answered', 'cancelled')),
  submitted_at INTEGER,
  submitted_by BLOB,
  returned_at INTEGER,
  returned_by BLOB,
  return_reason TEXT CHECK (return_reason IN ('wrong_person', 'doubtful_consent', 'too_much_shared', 'incomplete')),
  reviewed_at INTEGER,
  reviewed_by BLOB,
  handed_over_at INTEGER,
  handed_over_by BLOB,
  cancelled_at INTEGER,
  cancelled_by BLOB,
  version INTEGER NOT NULL,
  CHECK (reviewed_by IS NULL OR (reviewed_by <> built_by AND reviewed_by <> submitted_by))
) STRICT;
CREATE INDEX victim_batches_by_state ON victim_batches (state, id DESC);
CREATE INDEX victim_batches_by_programme ON victim_batches (programme_id, id DESC);

-- The districts whose victims were looked at for a batch: who sees it must see all of them.
CREATE TABLE victim_batch_districts (
  batch_id BLOB NOT NULL REFERENCES victim_batches (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (batch_id, district)
) STRICT;
CREATE INDEX victim_batch_districts_by_district ON victim_batch_districts (district);

-- One victim in a batch, or left out of it and why. What is shared is sealed under the person's key, and so is what the
-- recipient said of the answer. The reference is random.
CREATE TABLE victim_batch_lines (
  id BLOB PRIMARY KEY NOT NULL,
  batch_id BLOB NOT NULL REFERENCES victim_batches (id),
  programme_id BLOB NOT NULL REFERENCES programmes (id),
  victim_id BLOB NOT NULL REFERENCES victims (id),
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  reference TEXT,
  consent_id BLOB REFERENCES consents (id),
  person BLOB,
  state TEXT NOT NULL CHECK (state IN ('left_out', 'listed', 'dropped', 'handed_over', 'answered')),
  reason TEXT CHECK (reason IN ('incident_not_verified', 'identity_not_known', 'consent_missing', 'not_eligible', 'eligibility_unknown', 'listed_already', 'protected', 'consent_ended', 'case_transferred', 'case_closed', 'taken_off', 'batch_cancelled')),
  answer TEXT CHECK (answer IN ('approved', 'refused', 'needs_papers', 'not_found')),
  answered_on TEXT,
  answer_reason BLOB,
  changed_at INTEGER NOT NULL,
  UNIQUE (batch_id, victim_id),
  UNIQUE (reference)
) STRICT;
CREATE INDEX victim_batch_lines_by_batch ON victim_batch_lines (batch_id, id DESC);
CREATE INDEX victim_batch_lines_by_consent ON victim_batch_lines (consent_id);
CREATE INDEX victim_batch_lines_by_victim ON victim_batch_lines (victim_id);
CREATE INDEX victim_batch_lines_by_case ON victim_batch_lines (case_id);
-- A victim waits for one answer of a programme at a time.
CREATE UNIQUE INDEX victim_batch_lines_once ON victim_batch_lines (programme_id, victim_id) WHERE state IN ('listed', 'handed_over');

-- The file as it was handed over, made once and sealed.
CREATE TABLE victim_batch_files (
  batch_id BLOB NOT NULL REFERENCES victim_batches (id),
  format TEXT NOT NULL CHECK (format IN ('csv', 'json')),
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  content BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (batch_id, format)
) STRICT;
