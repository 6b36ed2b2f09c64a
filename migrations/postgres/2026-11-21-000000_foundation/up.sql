-- Text that is compared or sorted by code (areas, codes, states) is in the "C" collation, so that order means bytes on
-- both databases.

CREATE TABLE meta (
  name text PRIMARY KEY,
  value text NOT NULL
);

-- One record a thing that happened. Records are never changed; their place in the Merkle tree is kept apart from them.
CREATE TABLE trail (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_id uuid,
  action text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('done', 'viewed', 'refused')),
  subject_id uuid,
  case_id uuid,
  record text NOT NULL,
  leaf bytea NOT NULL
);
CREATE INDEX trail_by_case ON trail (case_id, id DESC);
CREATE INDEX trail_by_subject ON trail (subject_id, id DESC);
CREATE INDEX trail_by_actor ON trail (actor_id, id DESC);

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  topic text NOT NULL,
  subject_id uuid NOT NULL,
  payload text NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  leased_until timestamptz,
  attempts integer NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE delivered_at IS NULL;

-- The answers already given, under the key they were asked with. Sealed: an answer may name a person.
CREATE TABLE replies (
  actor_id uuid NOT NULL,
  key text NOT NULL,
  request bytea NOT NULL,
  answer bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (actor_id, key)
);
CREATE INDEX replies_by_age ON replies (created_at);

CREATE TABLE counters (
  name text PRIMARY KEY,
  value bigint NOT NULL
);

CREATE TABLE districts (
  pcode text COLLATE "C" PRIMARY KEY,
  province text COLLATE "C" NOT NULL CHECK (province IN ('PK-JK', 'PK-BA', 'PK-GB', 'PK-IS', 'PK-KP', 'PK-PB', 'PK-SD')),
  name text NOT NULL,
  name_ur text,
  erstwhile_fata boolean NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  predecessor text COLLATE "C" REFERENCES districts (pcode),
  version bigint NOT NULL
);
CREATE INDEX districts_by_province ON districts (province, pcode);

CREATE TABLE organisations (
  id uuid PRIMARY KEY,
  code text COLLATE "C" UNIQUE,
  name text NOT NULL,
  name_ur text,
  kind text NOT NULL CHECK (kind IN ('government', 'ngo', 'hospital', 'legal_aid', 'ombudsman', 'international')),
  email text,
  phone text,
  website text,
  is_active boolean NOT NULL,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX organisations_by_kind ON organisations (kind, id DESC);

CREATE TABLE programmes (
  id uuid PRIMARY KEY,
  code text COLLATE "C" NOT NULL UNIQUE,
  organisation_id uuid NOT NULL REFERENCES organisations (id),
  name text NOT NULL,
  name_ur text,
  domain text NOT NULL CHECK (domain IN ('medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation')),
  areas text COLLATE "C" NOT NULL,
  urgencies text NOT NULL,
  description text NOT NULL,
  eligibility text NOT NULL,
  application text NOT NULL,
  required_documents text NOT NULL,
  source text NOT NULL,
  source_date date NOT NULL,
  confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  status text NOT NULL CHECK (status IN ('active', 'inactive', 'defunct', 'temporarily_closed')),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX programmes_by_organisation ON programmes (organisation_id);
CREATE INDEX programmes_by_domain ON programmes (domain, id DESC);

CREATE TABLE services (
  id uuid PRIMARY KEY,
  code text COLLATE "C" UNIQUE,
  organisation_id uuid NOT NULL REFERENCES organisations (id),
  programme_id uuid REFERENCES programmes (id),
  name text NOT NULL,
  name_ur text,
  domain text NOT NULL CHECK (domain IN ('medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation')),
  urgencies text NOT NULL,
  description text NOT NULL,
  eligibility text NOT NULL,
  required_documents text NOT NULL,
  contact text,
  status text NOT NULL CHECK (status IN ('active', 'inactive', 'defunct', 'temporarily_closed')),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX services_by_organisation ON services (organisation_id, id DESC);
CREATE INDEX services_by_programme ON services (programme_id);
CREATE INDEX services_by_domain ON services (domain, id DESC);

-- Where a service works: 'PK', a province ('PK-KP') or a district ('PK508').
CREATE TABLE service_areas (
  service_id uuid NOT NULL REFERENCES services (id),
  area text COLLATE "C" NOT NULL,
  PRIMARY KEY (service_id, area)
);
CREATE INDEX service_areas_by_area ON service_areas (area, service_id);

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('officer', 'supervisor', 'partner', 'assessor', 'approver', 'payer', 'auditor', 'administrator')),
  organisation_id uuid REFERENCES organisations (id),
  area text COLLATE "C" NOT NULL,
  password text,
  session_epoch bigint NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX users_by_role ON users (role, id DESC);
CREATE INDEX users_by_organisation ON users (organisation_id);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  epoch bigint NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_because text CHECK (ended_because IN ('signed_out', 'token_reused', 'password_changed', 'ended_by_user', 'too_many'))
);
CREATE INDEX sessions_by_user ON sessions (user_id, id DESC);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Every refresh token ever given in a live session: one that comes a second time ends its whole family.
CREATE TABLE refresh_tokens (
  hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions (id),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- A secret that lets a user choose a password, once: for a first sign-in or after a reset.
CREATE TABLE invitations (
  hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX invitations_by_user ON invitations (user_id);

CREATE TABLE incidents (
  id uuid PRIMARY KEY,
  occurred_on date NOT NULL,
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  place text NOT NULL,
  attack_type text NOT NULL CHECK (attack_type IN ('assassination', 'armed_assault', 'bombing_explosion', 'hijacking', 'hostage_taking_barricade', 'hostage_taking_kidnapping', 'facility_infrastructure_attack', 'unarmed_assault', 'unknown')),
  target_type text NOT NULL CHECK (target_type IN ('business', 'government_general', 'police', 'military', 'abortion_related', 'airports_aircraft', 'government_diplomatic', 'educational_institution', 'food_or_water_supply', 'journalists_media', 'maritime', 'ngo', 'other', 'private_citizens', 'religious_figures_institutions', 'telecommunication', 'terrorists_non_state_militia', 'tourists', 'transportation', 'unknown', 'utilities', 'violent_political_party')),
  weapon_type text NOT NULL CHECK (weapon_type IN ('biological', 'chemical', 'radiological', 'nuclear', 'firearms', 'explosives', 'fake_weapons', 'incendiary', 'melee', 'vehicle', 'sabotage_equipment', 'other', 'unknown')),
  is_suicide boolean NOT NULL,
  summary text,
  source text NOT NULL,
  state text NOT NULL CHECK (state IN ('reported', 'verified', 'rejected')),
  reported_at timestamptz NOT NULL,
  reported_by uuid NOT NULL,
  decided_at timestamptz,
  decided_by uuid,
  reason text,
  version bigint NOT NULL
);
CREATE INDEX incidents_by_district ON incidents (district, id DESC);
CREATE INDEX incidents_by_state ON incidents (state, id DESC);
CREATE INDEX incidents_by_day ON incidents (occurred_on, id DESC);

-- What one source said of one incident on one day. Figures of several sources stand side by side and are never added.
CREATE TABLE incident_figures (
  id uuid PRIMARY KEY,
  incident_id uuid NOT NULL REFERENCES incidents (id),
  source text NOT NULL,
  as_of date NOT NULL,
  killed integer,
  injured integer,
  civilians_killed integer,
  civilians_injured integer,
  law_enforcement_killed integer,
  law_enforcement_injured integer,
  note text,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  UNIQUE (incident_id, source, as_of)
);

-- What one source printed for one period and one area.
CREATE TABLE casualty_figures (
  id uuid PRIMARY KEY,
  source text NOT NULL,
  period_start date NOT NULL,
  period_end date NOT NULL,
  area text COLLATE "C" NOT NULL,
  area_kind text NOT NULL CHECK (area_kind IN ('country', 'province', 'reporting_area', 'district')),
  incidents integer,
  killed integer,
  injured integer,
  civilians_killed integer,
  civilians_injured integer,
  law_enforcement_killed integer,
  law_enforcement_injured integer,
  suicide_attacks integer,
  note text,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  UNIQUE (source, period_start, period_end, area)
);
CREATE INDEX casualty_figures_by_period ON casualty_figures (period_start, period_end);

CREATE TABLE victims (
  id uuid PRIMARY KEY,
  category text NOT NULL CHECK (category IN ('civilian', 'police', 'law_enforcement', 'military', 'levies')),
  identity_state text NOT NULL CHECK (identity_state IN ('known', 'none_yet', 'unidentified')),
  sex text NOT NULL CHECK (sex IN ('female', 'male', 'transgender', 'unknown')),
  birth_year integer,
  is_child boolean NOT NULL,
  home_district text COLLATE "C" REFERENCES districts (pcode),
  identity bytea NOT NULL,
  registered_at timestamptz NOT NULL,
  registered_by uuid NOT NULL,
  version bigint NOT NULL
);

-- The key of one person's sealed facts, itself wrapped by the service's key. Erasing a person is deleting this row.
CREATE TABLE person_keys (
  victim_id uuid PRIMARY KEY REFERENCES victims (id),
  wrapped bytea NOT NULL
);

-- Keyed hashes of a CNIC or mobile number, for finding a person by it.
CREATE TABLE identity_marks (
  victim_id uuid NOT NULL REFERENCES victims (id),
  kind text NOT NULL CHECK (kind IN ('cnic', 'mobile')),
  mark bytea NOT NULL,
  PRIMARY KEY (victim_id, kind, mark)
);
CREATE INDEX identity_marks_by_mark ON identity_marks (kind, mark);

CREATE TABLE victim_districts (
  victim_id uuid NOT NULL REFERENCES victims (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (victim_id, district)
);
CREATE INDEX victim_districts_by_district ON victim_districts (district, victim_id);

CREATE TABLE harms (
  victim_id uuid NOT NULL REFERENCES victims (id),
  incident_id uuid NOT NULL REFERENCES incidents (id),
  harm text NOT NULL CHECK (harm IN ('dead', 'injured', 'missing', 'bereaved', 'property')),
  PRIMARY KEY (victim_id, incident_id, harm)
);
CREATE INDEX harms_by_incident ON harms (incident_id, victim_id);

CREATE TABLE relations (
  id uuid PRIMARY KEY,
  victim_id uuid NOT NULL REFERENCES victims (id),
  relation text NOT NULL CHECK (relation IN ('spouse', 'parent', 'child', 'sibling', 'grandparent', 'other_relative', 'not_related')),
  is_guardian boolean NOT NULL,
  other_victim_id uuid REFERENCES victims (id),
  person bytea,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL
);
CREATE INDEX relations_by_victim ON relations (victim_id);
CREATE INDEX relations_by_other ON relations (other_victim_id);

CREATE TABLE consents (
  id uuid PRIMARY KEY,
  victim_id uuid NOT NULL REFERENCES victims (id),
  purpose text NOT NULL CHECK (purpose IN ('referral', 'compensation', 'verification', 'research')),
  recipient_id uuid NOT NULL REFERENCES organisations (id),
  fields text NOT NULL,
  given_by text NOT NULL CHECK (given_by IN ('self', 'guardian', 'next_of_kin')),
  given_at timestamptz NOT NULL,
  expires_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  recorded_by uuid NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX consents_by_victim ON consents (victim_id, id DESC);
CREATE INDEX consents_by_recipient ON consents (recipient_id);

CREATE TABLE cases (
  id uuid PRIMARY KEY,
  number text COLLATE "C" NOT NULL UNIQUE,
  victim_id uuid NOT NULL REFERENCES victims (id),
  incident_id uuid NOT NULL REFERENCES incidents (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  phase text NOT NULL CHECK (phase IN ('acute', 'intermediate', 'long_term')),
  officer_id uuid REFERENCES users (id),
  urgency text CHECK (urgency IN ('within_24_hours', 'within_72_hours', 'within_two_weeks')),
  state text NOT NULL CHECK (state IN ('open', 'on_hold', 'closed')),
  opened_at timestamptz NOT NULL,
  opened_by uuid NOT NULL,
  held_at timestamptz,
  hold_reason text CHECK (hold_reason IN ('victim_unreachable', 'victim_asked', 'awaiting_documents', 'awaiting_court', 'security')),
  closed_at timestamptz,
  closed_by uuid,
  outcome text CHECK (outcome IN ('needs_met', 'victim_withdrew', 'victim_unreachable', 'moved_abroad', 'died', 'handed_over', 'opened_in_error')),
  changed_at timestamptz NOT NULL,
  version bigint NOT NULL,
  UNIQUE (victim_id, incident_id)
);
CREATE INDEX cases_by_district ON cases (district, id DESC);
CREATE INDEX cases_by_state ON cases (state, district, id DESC);
CREATE INDEX cases_by_phase ON cases (phase, district, id DESC);
CREATE INDEX cases_by_officer ON cases (officer_id, id DESC);
CREATE INDEX cases_by_incident ON cases (incident_id, id DESC);
CREATE INDEX cases_by_urgency ON cases (urgency, district, id DESC);
CREATE INDEX cases_by_change ON cases (changed_at, id DESC);

CREATE TABLE notes (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  written_at timestamptz NOT NULL,
  written_by uuid NOT NULL,
  body bytea NOT NULL
);
CREATE INDEX notes_by_case ON notes (case_id, id DESC);

CREATE TABLE needs (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  domain text NOT NULL CHECK (domain IN ('medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation')),
  urgency text NOT NULL CHECK (urgency IN ('within_24_hours', 'within_72_hours', 'within_two_weeks')),
  detail bytea,
  state text NOT NULL CHECK (state IN ('identified', 'in_progress', 'met', 'unmet', 'declined')),
  identified_at timestamptz NOT NULL,
  identified_by uuid NOT NULL,
  due_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  ended_by uuid,
  reason text CHECK (reason IN ('no_service_available', 'not_eligible', 'victim_unreachable', 'service_failed', 'no_longer_needed')),
  version bigint NOT NULL
);
CREATE INDEX needs_by_case ON needs (case_id, id);
CREATE INDEX needs_by_district ON needs (district, state, id DESC);

CREATE TABLE referrals (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  organisation_id uuid NOT NULL REFERENCES organisations (id),
  service_id uuid NOT NULL REFERENCES services (id),
  consent_id uuid NOT NULL REFERENCES consents (id),
  fields text NOT NULL,
  urgency text NOT NULL CHECK (urgency IN ('within_24_hours', 'within_72_hours', 'within_two_weeks')),
  message bytea,
  state text NOT NULL CHECK (state IN ('requested', 'accepted', 'declined', 'in_progress', 'completed', 'failed', 'withdrawn', 'expired')),
  requested_at timestamptz NOT NULL,
  requested_by uuid NOT NULL,
  due_at timestamptz NOT NULL,
  answered_at timestamptz,
  answered_by uuid,
  started_at timestamptz,
  ended_at timestamptz,
  ended_by uuid,
  reason text CHECK (reason IN ('no_capacity', 'not_eligible', 'outside_area', 'wrong_service', 'incomplete_information', 'could_not_contact', 'no_longer_wanted', 'service_failed', 'consent_withdrawn', 'sent_in_error', 'case_closed')),
  outcome text CHECK (outcome IN ('helped', 'partly_helped', 'could_not_contact', 'not_eligible', 'no_capacity', 'no_longer_wanted', 'referred_elsewhere')),
  version bigint NOT NULL
);
CREATE INDEX referrals_by_case ON referrals (case_id, id);
CREATE INDEX referrals_by_district ON referrals (district, state, id DESC);
CREATE INDEX referrals_by_organisation ON referrals (organisation_id, state, id DESC);
CREATE INDEX referrals_by_consent ON referrals (consent_id);
CREATE INDEX referrals_by_due ON referrals (due_at) WHERE state = 'requested';

CREATE TABLE referral_needs (
  referral_id uuid NOT NULL REFERENCES referrals (id),
  need_id uuid NOT NULL REFERENCES needs (id),
  PRIMARY KEY (referral_id, need_id)
);
CREATE INDEX referral_needs_by_need ON referral_needs (need_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'records of the trail are never changed'; END $$;
CREATE TRIGGER trail_is_append_only BEFORE UPDATE OR DELETE ON trail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_is_never_emptied BEFORE TRUNCATE ON trail EXECUTE FUNCTION refuse_change();
