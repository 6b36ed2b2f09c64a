-- Leave to refer somebody who has not consented: asked for by one person, agreed by another, for one case, one service and
-- named fields, and for a time.
CREATE TABLE consent_overrides (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  service_id BLOB NOT NULL REFERENCES services (id),
  organisation_id BLOB NOT NULL REFERENCES organisations (id),
  fields TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('life_in_danger', 'cannot_consent', 'child_at_risk', 'duty_by_law')),
  detail BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'refused', 'withdrawn', 'expired')),
  asked_at INTEGER NOT NULL,
  asked_by BLOB NOT NULL REFERENCES users (id),
  ends_at INTEGER NOT NULL,
  answered_at INTEGER,
  answered_by BLOB REFERENCES users (id),
  ended_at INTEGER,
  ended_by BLOB REFERENCES users (id),
  end_reason TEXT CHECK (end_reason IN ('refused_by_victim', 'no_longer_needed', 'asked_in_error')),
  reviewed_at INTEGER,
  reviewed_by BLOB REFERENCES users (id),
  finding TEXT CHECK (finding IN ('justified', 'not_justified')),
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_overrides_by_case ON consent_overrides (case_id, id DESC);
CREATE INDEX consent_overrides_by_district ON consent_overrides (district, state, id DESC);
CREATE INDEX consent_overrides_by_end ON consent_overrides (ends_at) WHERE state IN ('asked', 'agreed');

-- A referral rests on a consent or on an override, never on both and never on neither. SQLite cannot let a column be empty
-- that could not, so it is made anew.
DROP INDEX referrals_by_consent;
ALTER TABLE referrals ADD COLUMN consent BLOB REFERENCES consents (id);
UPDATE referrals SET consent = consent_id;
ALTER TABLE referrals DROP COLUMN consent_id;
ALTER TABLE referrals RENAME COLUMN consent TO consent_id;
ALTER TABLE referrals ADD COLUMN override_id BLOB REFERENCES consent_overrides (id) CHECK ((override_id IS NULL) <> (consent_id IS NULL));
CREATE INDEX referrals_by_consent ON referrals (consent_id);
CREATE INDEX referrals_by_override ON referrals (override_id);
