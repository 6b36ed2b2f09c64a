-- That an authority lists a person as a victim. Each stands by itself: one may be withdrawn and the others hold.
CREATE TABLE recognitions (
  id uuid PRIMARY KEY,
  victim_id uuid NOT NULL REFERENCES victims (id),
  incident_id uuid NOT NULL REFERENCES incidents (id),
  kind text NOT NULL CHECK (kind IN ('police_list', 'hospital_list', 'dc_list', 'own_application')),
  source text NOT NULL,
  reference bytea,
  listed_on date NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdraw_reason text CHECK (withdraw_reason IN ('taken_off_the_list', 'another_person', 'recorded_in_error', 'application_withdrawn')),
  version bigint NOT NULL
);
CREATE UNIQUE INDEX recognitions_once ON recognitions (victim_id, incident_id, kind, source) WHERE withdrawn_at IS NULL;
CREATE INDEX recognitions_by_victim ON recognitions (victim_id, id DESC);
CREATE INDEX recognitions_by_incident ON recognitions (incident_id, kind);

-- Who is known by a pseudonym alone to all but those named. The row stays when the protection ends.
CREATE TABLE protections (
  victim_id uuid PRIMARY KEY REFERENCES victims (id),
  state text NOT NULL CHECK (state IN ('unprotected', 'protected')),
  reason text NOT NULL CHECK (reason IN ('threatened', 'witness', 'family_danger', 'child', 'public_attention', 'asked_for_by_victim', 'ordered_by_court')),
  until timestamptz,
  placed_at timestamptz NOT NULL,
  placed_by uuid NOT NULL REFERENCES users (id),
  lifted_at timestamptz,
  lifted_by uuid REFERENCES users (id),
  lift_reason text CHECK (lift_reason IN ('danger_past', 'asked_for_by_victim', 'court_order_ended', 'placed_in_error', 'term_ended')),
  version bigint NOT NULL
);
CREATE INDEX protections_by_until ON protections (until) WHERE state = 'protected';

-- The users who may see who a protected person is.
CREATE TABLE protection_readers (
  victim_id uuid NOT NULL REFERENCES protections (victim_id),
  user_id uuid NOT NULL REFERENCES users (id),
  PRIMARY KEY (victim_id, user_id)
);
CREATE INDEX protection_readers_by_user ON protection_readers (user_id);

-- How a person may be reached without harm. The rules themselves are sealed under the person's key.
CREATE TABLE safe_contacts (
  victim_id uuid PRIMARY KEY REFERENCES victims (id),
  rules bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  version bigint NOT NULL
);
