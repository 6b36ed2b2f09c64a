-- That an authority lists a person as a victim. Each stands by itself: one may be withdrawn and the others hold.
CREATE TABLE recognitions (
  id BLOB PRIMARY KEY NOT NULL,
  victim_id BLOB NOT NULL REFERENCES victims (id),
  incident_id BLOB NOT NULL REFERENCES incidents (id),
  kind TEXT NOT NULL CHECK (kind IN ('police_list', 'hospital_list', 'dc_list', 'own_application')),
  source TEXT NOT NULL,
  reference BLOB,
  listed_on TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  withdrawn_at INTEGER,
  withdrawn_by BLOB,
  withdraw_reason TEXT CHECK (withdraw_reason IN ('taken_off_the_list', 'another_person', 'recorded_in_error', 'application_withdrawn')),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX recognitions_once ON recognitions (victim_id, incident_id, kind, source) WHERE withdrawn_at IS NULL;
CREATE INDEX recognitions_by_victim ON recognitions (victim_id, id DESC);
CREATE INDEX recognitions_by_incident ON recognitions (incident_id, kind);

-- Who is known by a pseudonym alone to all but those named. The row stays when the protection ends.
CREATE TABLE protections (
  victim_id BLOB PRIMARY KEY NOT NULL REFERENCES victims (id),
  state TEXT NOT NULL CHECK (state IN ('unprotected', 'protected')),
  reason TEXT NOT NULL CHECK (reason IN ('threatened', 'witness', 'family_danger', 'child', 'public_attention', 'asked_for_by_victim', 'ordered_by_court')),
  until INTEGER,
  placed_at INTEGER NOT NULL,
  placed_by BLOB NOT NULL REFERENCES users (id),
  lifted_at INTEGER,
  lifted_by BLOB REFERENCES users (id),
  lift_reason TEXT CHECK (lift_reason IN ('danger_past', 'asked_for_by_victim', 'court_order_ended', 'placed_in_error', 'term_ended')),
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX protections_by_until ON protections (until) WHERE state = 'protected';

-- The users who may see who a protected person is.
CREATE TABLE protection_readers (
  victim_id BLOB NOT NULL REFERENCES protections (victim_id),
  user_id BLOB NOT NULL REFERENCES users (id),
  PRIMARY KEY (victim_id, user_id)
) STRICT;
CREATE INDEX protection_readers_by_user ON protection_readers (user_id);

-- How a person may be reached without harm. The rules themselves are sealed under the person's key.
CREATE TABLE safe_contacts (
  victim_id BLOB PRIMARY KEY NOT NULL REFERENCES victims (id),
  rules BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT;
