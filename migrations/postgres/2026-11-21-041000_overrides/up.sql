-- Leave to refer somebody who has not consented: asked for by one person, agreed by another, for one case, one service and
-- named fields, and for a time.
CREATE TABLE consent_overrides (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  service_id uuid NOT NULL REFERENCES services (id),
  organisation_id uuid NOT NULL REFERENCES organisations (id),
  fields text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('life_in_danger', 'cannot_consent', 'child_at_risk', 'duty_by_law')),
  detail bytea NOT NULL,
  state text NOT NULL CHECK (state IN ('asked', 'agreed', 'refused', 'withdrawn', 'expired')),
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL REFERENCES users (id),
  ends_at timestamptz NOT NULL,
  answered_at timestamptz,
  answered_by uuid REFERENCES users (id),
  ended_at timestamptz,
  ended_by uuid REFERENCES users (id),
  end_reason text CHECK (end_reason IN ('refused_by_victim', 'no_longer_needed', 'asked_in_error')),
  reviewed_at timestamptz,
  reviewed_by uuid REFERENCES users (id),
  finding text CHECK (finding IN ('justified', 'not_justified')),
  version bigint NOT NULL
);
CREATE INDEX consent_overrides_by_case ON consent_overrides (case_id, id DESC);
CREATE INDEX consent_overrides_by_district ON consent_overrides (district, state, id DESC);
CREATE INDEX consent_overrides_by_end ON consent_overrides (ends_at) WHERE state IN ('asked', 'agreed');

-- A referral rests on a consent or on an override, never on both and never on neither.
ALTER TABLE referrals ALTER COLUMN consent_id DROP NOT NULL;
ALTER TABLE referrals ADD COLUMN override_id uuid REFERENCES consent_overrides (id);
ALTER TABLE referrals ADD CHECK ((override_id IS NULL) <> (consent_id IS NULL));
CREATE INDEX referrals_by_override ON referrals (override_id);
