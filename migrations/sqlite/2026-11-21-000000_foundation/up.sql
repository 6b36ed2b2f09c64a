-- The same tables as on PostgreSQL. An instant is microseconds since 1970 (UTC); an id is its 16 bytes.

CREATE TABLE meta (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT;

-- One record a thing that happened. Records are never changed; their place in the Merkle tree is kept apart from them.
CREATE TABLE trail (
  id BLOB PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  actor_id BLOB,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'viewed', 'refused')),
  subject_id BLOB,
  case_id BLOB,
  record TEXT NOT NULL,
  leaf BLOB NOT NULL
) STRICT;
CREATE INDEX trail_by_case ON trail (case_id, id DESC);
CREATE INDEX trail_by_subject ON trail (subject_id, id DESC);
CREATE INDEX trail_by_actor ON trail (actor_id, id DESC);

CREATE TABLE outbox (
  id BLOB PRIMARY KEY NOT NULL,
  topic TEXT NOT NULL,
  subject_id BLOB NOT NULL,
  payload TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  leased_until INTEGER,
  attempts INTEGER NOT NULL,
  delivered_at INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE delivered_at IS NULL;

-- The answers already given, under the key they were asked with. Sealed: an answer may name a person.
CREATE TABLE replies (
  actor_id BLOB NOT NULL,
  key TEXT NOT NULL,
  request BLOB NOT NULL,
  answer BLOB,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (actor_id, key)
) STRICT;
CREATE INDEX replies_by_age ON replies (created_at);

CREATE TABLE counters (
  name TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE districts (
  pcode TEXT PRIMARY KEY NOT NULL,
  province TEXT NOT NULL CHECK (province IN ('PK-JK', 'PK-BA', 'PK-GB', 'PK-IS', 'PK-KP', 'PK-PB', 'PK-SD')),
  name TEXT NOT NULL,
  name_ur TEXT,
  erstwhile_fata INTEGER NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  predecessor TEXT REFERENCES districts (pcode),
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX districts_by_province ON districts (province, pcode);

CREATE TABLE organisations (
  id BLOB PRIMARY KEY NOT NULL,
  code TEXT UNIQUE,
  name TEXT NOT NULL,
  name_ur TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('government', 'ngo', 'hospital', 'legal_aid', 'ombudsman', 'international')),
  email TEXT,
  phone TEXT,
  website TEXT,
  is_active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX organisations_by_kind ON organisations (kind, id DESC);

CREATE TABLE programmes (
  id BLOB PRIMARY KEY NOT NULL,
  code TEXT NOT NULL UNIQUE,
  organisation_id BLOB NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  name_ur TEXT,
  domain TEXT NOT NULL CHECK (domain IN ('medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation')),
  areas TEXT NOT NULL,
  urgencies TEXT NOT NULL,
  description TEXT NOT NULL,
  eligibility TEXT NOT NULL,
  application TEXT NOT NULL,
  required_documents TEXT NOT NULL,
  source TEXT NOT NULL,
  source_date TEXT NOT NULL,
  confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'defunct', 'temporarily_closed')),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX programmes_by_organisation ON programmes (organisation_id);
CREATE INDEX programmes_by_domain ON programmes (domain, id DESC);

CREATE TABLE services (
  id BLOB PRIMARY KEY NOT NULL,
  code TEXT UNIQUE,
  organisation_id BLOB NOT NULL REFERENCES organisations (id),
  programme_id BLOB REFERENCES programmes (id),
  name TEXT NOT NULL,
  name_ur TEXT,
  domain TEXT NOT NULL CHECK (domain IN ('medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation')),
  urgencies TEXT NOT NULL,
  description TEXT NOT NULL,
  eligibility TEXT NOT NULL,
  required_documents TEXT NOT NULL,
  contact TEXT,
  status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'defunct', 'temporarily_closed')),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX services_by_organisation ON services (organisation_id, id DESC);
CREATE INDEX services_by_programme ON services (programme_id);
CREATE INDEX services_by_domain ON services (domain, id DESC);

-- Where a service works: 'PK', a province ('PK-KP') or a district ('PK508').
CREATE TABLE service_areas (
  service_id BLOB NOT NULL REFERENCES services (id),
  area TEXT NOT NULL,
  PRIMARY KEY (service_id, area)
) STRICT;
CREATE INDEX service_areas_by_area ON service_areas (area, service_id);

CREATE TABLE users (
  id BLOB PRIMARY KEY NOT NULL,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('officer', 'supervisor', 'partner', 'assessor', 'approver', 'payer', 'auditor', 'administrator')),
  organisation_id BLOB REFERENCES organisations (id),
  area TEXT NOT NULL,
  password TEXT,
  session_epoch INTEGER NOT NULL,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_role ON users (role, id DESC);
CREATE INDEX users_by_organisation ON users (organisation_id);

CREATE TABLE sessions (
  id BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL REFERENCES users (id),
  epoch INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  ended_because TEXT CHECK (ended_because IN ('signed_out', 'token_reused', 'password_changed', 'ended_by_user', 'too_many'))
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, id DESC);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Every refresh token ever given in a live session: one that comes a second time ends its whole family.
CREATE TABLE refresh_tokens (
  hash BLOB PRIMARY KEY NOT NULL,
  session_id BLOB NOT NULL REFERENCES sessions (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- A secret that lets a user choose a password, once: for a first sign-in or after a reset.
CREATE TABLE invitations (
  hash BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL REFERENCES users (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX invitations_by_user ON invitations (user_id);

CREATE TABLE incidents (
  id BLOB PRIMARY KEY NOT NULL,
  occurred_on TEXT NOT NULL,
  district TEXT NOT NULL REFERENCES districts (pcode),
  place TEXT NOT NULL,
  attack_type TEXT NOT NULL CHECK (attack_type IN ('assassination', 'armed_assault', 'bombing_explosion', 'hijacking', 'hostage_taking_barricade', 'hostage_taking_kidnapping', 'facility_infrastructure_attack', 'unarmed_assault', 'unknown')),
  target_type TEXT NOT NULL CHECK (target_type IN ('business', 'government_general', 'police', 'military', 'abortion_related', 'airports_aircraft', 'government_diplomatic', 'educational_institution', 'food_or_water_supply', 'journalists_media', 'maritime', 'ngo', 'other', 'private_citizens', 'religious_figures_institutions', 'telecommunication', 'terrorists_non_state_militia', 'tourists', 'transportation', 'unknown', 'utilities', 'violent_political_party')),
  weapon_type TEXT NOT NULL CHECK (weapon_type IN ('biological', 'chemical', 'radiological', 'nuclear', 'firearms', 'explosives', 'fake_weapons', 'incendiary', 'melee', 'vehicle', 'sabotage_equipment', 'other', 'unknown')),
  is_suicide INTEGER NOT NULL,
  summary TEXT,
  source TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reported', 'verified', 'rejected')),
  reported_at INTEGER NOT NULL,
  reported_by BLOB NOT NULL,
  decided_at INTEGER,
  decided_by BLOB,
  reason TEXT,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_by_district ON incidents (district, id DESC);
CREATE INDEX incidents_by_state ON incidents (state, id DESC);
CREATE INDEX incidents_by_day ON incidents (occurred_on, id DESC);

-- What one source said of one incident on one day. Figures of several sources stand side by side and are never added.
CREATE TABLE incident_figures (
  id BLOB PRIMARY KEY NOT NULL,
  incident_id BLOB NOT NULL REFERENCES incidents (id),
  source TEXT NOT NULL,
  as_of TEXT NOT NULL,
  killed INTEGER,
  injured INTEGER,
  civilians_killed INTEGER,
  civilians_injured INTEGER,
  law_enforcement_killed INTEGER,
  law_enforcement_injured INTEGER,
  note TEXT,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  UNIQUE (incident_id, source, as_of)
) STRICT;

-- What one source printed for one period and one area.
CREATE TABLE casualty_figures (
  id BLOB PRIMARY KEY NOT NULL,
  source TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  area TEXT NOT NULL,
  area_kind TEXT NOT NULL CHECK (area_kind IN ('country', 'province', 'reporting_area', 'district')),
  incidents INTEGER,
  killed INTEGER,
  injured INTEGER,
  civilians_killed INTEGER,
  civilians_injured INTEGER,
  law_enforcement_killed INTEGER,
  law_enforcement_injured INTEGER,
  suicide_attacks INTEGER,
  note TEXT,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  UNIQUE (source, period_start, period_end, area)
) STRICT;
CREATE INDEX casualty_figures_by_period ON casualty_figures (period_start, period_end);

CREATE TABLE victims (
  id BLOB PRIMARY KEY NOT NULL,
  category TEXT NOT NULL CHECK (category IN ('civilian', 'police', 'law_enforcement', 'military', 'levies')),
  identity_state TEXT NOT NULL CHECK (identity_state IN ('known', 'none_yet', 'unidentified')),
  sex TEXT NOT NULL CHECK (sex IN ('female', 'male', 'transgender', 'unknown')),
  birth_year INTEGER,
  is_child INTEGER NOT NULL,
  home_district TEXT REFERENCES districts (pcode),
  identity BLOB NOT NULL,
  registered_at INTEGER NOT NULL,
  registered_by BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- The key of one person's sealed facts, itself wrapped by the service's key. Erasing a person is deleting this row.
CREATE TABLE person_keys (
  victim_id BLOB PRIMARY KEY NOT NULL REFERENCES victims (id),
  wrapped BLOB NOT NULL
) STRICT;

-- Keyed hashes of a CNIC or mobile number, for finding a person by it.
CREATE TABLE identity_marks (
  victim_id BLOB NOT NULL REFERENCES victims (id),
  kind TEXT NOT NULL CHECK (kind IN ('cnic', 'mobile')),
  mark BLOB NOT NULL,
  PRIMARY KEY (victim_id, kind, mark)
) STRICT;
CREATE INDEX identity_marks_by_mark ON identity_marks (kind, mark);

CREATE TABLE victim_districts (
  victim_id BLOB NOT NULL REFERENCES victims (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (victim_id, district)
) STRICT;
CREATE INDEX victim_districts_by_district ON victim_districts (district, victim_id);

CREATE TABLE harms (
  victim_id BLOB NOT NULL REFERENCES victims (id),
  incident_id BLOB NOT NULL REFERENCES incidents (id),
  harm TEXT NOT NULL CHECK (harm IN ('dead', 'injured', 'missing', 'bereaved', 'property')),
  PRIMARY KEY (victim_id, incident_id, harm)
) STRICT;
CREATE INDEX harms_by_incident ON harms (incident_id, victim_id);

CREATE TABLE relations (
  id BLOB PRIMARY KEY NOT NULL,
  victim_id BLOB NOT NULL REFERENCES victims (id),
  relation TEXT NOT NULL CHECK (relation IN ('spouse', 'parent', 'child', 'sibling', 'grandparent', 'other_relative', 'not_related')),
  is_guardian INTEGER NOT NULL,
  other_victim_id BLOB REFERENCES victims (id),
  person BLOB,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL
) STRICT;
CREATE INDEX relations_by_victim ON relations (victim_id);
CREATE INDEX relations_by_other ON relations (other_victim_id);

CREATE TABLE consents (
  id BLOB PRIMARY KEY NOT NULL,
  victim_id BLOB NOT NULL REFERENCES victims (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('referral', 'compensation', 'verification', 'research')),
  recipient_id BLOB NOT NULL REFERENCES organisations (id),
  fields TEXT NOT NULL,
  given_by TEXT NOT NULL CHECK (given_by IN ('self', 'guardian', 'next_of_kin')),
  given_at INTEGER NOT NULL,
  expires_at INTEGER,
  withdrawn_at INTEGER,
  withdrawn_by BLOB,
  recorded_by BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX consents_by_victim ON consents (victim_id, id DESC);
CREATE INDEX consents_by_recipient ON consents (recipient_id);

CREATE TABLE cases (
  id BLOB PRIMARY KEY NOT NULL,
  number TEXT NOT NULL UNIQUE,
  victim_id BLOB NOT NULL REFERENCES victims (id),
  incident_id BLOB NOT NULL REFERENCES incidents (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  phase TEXT NOT NULL CHECK (phase IN ('acute', 'intermediate', 'long_term')),
  officer_id BLOB REFERENCES users (id),
  urgency TEXT CHECK (urgency IN ('within_24_hours', 'within_72_hours', 'within_two_weeks')),
  state TEXT NOT NULL CHECK (state IN ('open', 'on_hold', 'closed')),
  opened_at INTEGER NOT NULL,
  opened_by BLOB NOT NULL,
  held_at INTEGER,
  hold_reason TEXT CHECK (hold_reason IN ('victim_unreachable', 'victim_asked', 'awaiting_documents', 'awaiting_court', 'security')),
  closed_at INTEGER,
  closed_by BLOB,
  outcome TEXT CHECK (outcome IN ('needs_met', 'victim_withdrew', 'victim_unreachable', 'moved_abroad', 'died', 'handed_over', 'opened_in_error')),
  changed_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (victim_id, incident_id)
) STRICT;
CREATE INDEX cases_by_district ON cases (district, id DESC);
CREATE INDEX cases_by_state ON cases (state, district, id DESC);
CREATE INDEX cases_by_phase ON cases (phase, district, id DESC);
CREATE INDEX cases_by_officer ON cases (officer_id, id DESC);
CREATE INDEX cases_by_incident ON cases (incident_id, id DESC);
CREATE INDEX cases_by_urgency ON cases (urgency, district, id DESC);
CREATE INDEX cases_by_change ON cases (changed_at, id DESC);

CREATE TABLE notes (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  written_at INTEGER NOT NULL,
  written_by BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX notes_by_case ON notes (case_id, id DESC);

CREATE TABLE needs (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  domain TEXT NOT NULL CHECK (domain IN ('medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation')),
  urgency TEXT NOT NULL CHECK (urgency IN ('within_24_hours', 'within_72_hours', 'within_two_weeks')),
  detail BLOB,
  state TEXT NOT NULL CHECK (state IN ('identified', 'in_progress', 'met', 'unmet', 'declined')),
  identified_at INTEGER NOT NULL,
  identified_by BLOB NOT NULL,
  due_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  ended_by BLOB,
  reason TEXT CHECK (reason IN ('no_service_available', 'not_eligible', 'victim_unreachable', 'service_failed', 'no_longer_needed')),
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX needs_by_case ON needs (case_id, id);
CREATE INDEX needs_by_district ON needs (district, state, id DESC);

CREATE TABLE referrals (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  organisation_id BLOB NOT NULL REFERENCES organisations (id),
  service_id BLOB NOT NULL REFERENCES services (id),
  consent_id BLOB NOT NULL REFERENCES consents (id),
  fields TEXT NOT NULL,
  urgency TEXT NOT NULL CHECK (urgency IN ('within_24_hours', 'within_72_hours', 'within_two_weeks')),
  message BLOB,
  state TEXT NOT NULL CHECK (state IN ('requested', 'accepted', 'declined', 'in_progress', 'completed', 'failed', 'withdrawn', 'expired')),
  requested_at INTEGER NOT NULL,
  requested_by BLOB NOT NULL,
  due_at INTEGER NOT NULL,
  answered_at INTEGER,
  answered_by BLOB,
  started_at INTEGER,
  ended_at INTEGER,
  ended_by BLOB,
  reason TEXT CHECK (reason IN ('no_capacity', 'not_eligible', 'outside_area', 'wrong_service', 'incomplete_information', 'could_not_contact', 'no_longer_wanted', 'service_failed', 'consent_withdrawn', 'sent_in_error', 'case_closed')),
  outcome TEXT CHECK (outcome IN ('helped', 'partly_helped', 'could_not_contact', 'not_eligible', 'no_capacity', 'no_longer_wanted', 'referred_elsewhere')),
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX referrals_by_case ON referrals (case_id, id);
CREATE INDEX referrals_by_district ON referrals (district, state, id DESC);
CREATE INDEX referrals_by_organisation ON referrals (organisation_id, state, id DESC);
CREATE INDEX referrals_by_consent ON referrals (consent_id);
CREATE INDEX referrals_by_due ON referrals (due_at) WHERE state = 'requested';

CREATE TABLE referral_needs (
  referral_id BLOB NOT NULL REFERENCES referrals (id),
  need_id BLOB NOT NULL REFERENCES needs (id),
  PRIMARY KEY (referral_id, need_id)
) STRICT;
CREATE INDEX referral_needs_by_need ON referral_needs (need_id);

CREATE TRIGGER trail_is_append_only BEFORE UPDATE ON trail
BEGIN SELECT RAISE(ABORT, 'records of the trail are never changed'); END;
CREATE TRIGGER trail_is_never_emptied BEFORE DELETE ON trail
BEGIN SELECT RAISE(ABORT, 'records of the trail are never changed'); END;
