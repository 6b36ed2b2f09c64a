-- What is asked of the State for one harm of one victim, by one instrument. Whoever prepared or submitted it never
-- verifies it; whoever did any of that, or registered the victim, never decides it.
CREATE TABLE claims (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  victim_id uuid NOT NULL REFERENCES victims (id),
  incident_id uuid NOT NULL REFERENCES incidents (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  instrument_id uuid NOT NULL REFERENCES tariff_instruments (id),
  line_id uuid NOT NULL REFERENCES tariff_lines (id),
  harm text NOT NULL CHECK (harm IN ('death', 'death_crossfire', 'death_target_killing', 'death_constable_to_inspector', 'death_dsp', 'death_sp_to_dig', 'death_bps01_16', 'death_bps17', 'death_bps18_22', 'disability_permanent', 'limb_loss', 'eye_loss', 'injury_grievous', 'injury_substantial', 'injury_serious', 'injury_moderate', 'injury_major', 'injury_minor', 'injury_any', 'injury_psychological', 'dwelling_full', 'dwelling_partial', 'business_full', 'business_partial', 'vehicle_heavy_severe', 'vehicle_heavy_minor', 'vehicle_light_severe', 'vehicle_light_minor', 'vehicle_motorcycle')),
  track text NOT NULL CHECK (track IN ('civilian', 'law_enforcement', 'loc_firing')),
  registered_by uuid NOT NULL,
  prepared_at timestamptz NOT NULL,
  prepared_by uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'verified', 'approved', 'rejected', 'withdrawn')),
  submitted_at timestamptz,
  submitted_by uuid,
  returned_at timestamptz,
  returned_by uuid,
  return_reason text CHECK (return_reason IN ('evidence_missing', 'evidence_doubtful', 'wrong_tariff', 'wrong_harm', 'wrong_payee', 'wrong_account')),
  verified_at timestamptz,
  verified_by uuid,
  ended_at timestamptz,
  ended_by uuid,
  reject_reason text CHECK (reject_reason IN ('not_terrorism', 'not_harmed', 'excluded_terrorist', 'excluded_officer_on_duty', 'evidence_insufficient', 'paid_already', 'fraudulent', 'outside_instrument')),
  withdraw_reason text CHECK (withdraw_reason IN ('victim_asked', 'prepared_in_error', 'other_instrument', 'victim_unreachable')),
  version bigint NOT NULL,
  CHECK (verified_by IS NULL OR (verified_by <> prepared_by AND verified_by <> submitted_by)),
  CHECK (ended_by IS NULL OR state = 'withdrawn' OR (ended_by <> prepared_by AND ended_by <> submitted_by AND ended_by <> verified_by AND ended_by <> registered_by))
);
CREATE INDEX claims_by_district ON claims (district, state, id DESC);
CREATE INDEX claims_by_case ON claims (case_id, id DESC);
CREATE INDEX claims_by_victim ON claims (victim_id);
CREATE INDEX claims_by_instrument ON claims (instrument_id, state, id DESC);
-- A withdrawn claim was never judged and may be made again. A rejected one stands in the way: only an appeal leads to
-- another decision, or the same claim could be taken to one approver after another.
CREATE UNIQUE INDEX claims_once ON claims (victim_id, harm, incident_id, instrument_id) WHERE state <> 'withdrawn';

-- What somebody did on a claim: one thing each, for ever. The key is what keeps its duties apart.
CREATE TABLE claim_parts (
  claim_id uuid NOT NULL REFERENCES claims (id),
  user_id uuid NOT NULL,
  part text NOT NULL CHECK (part IN ('prepare', 'waive', 'verify', 'decide')),
  taken_at timestamptz NOT NULL,
  PRIMARY KEY (claim_id, user_id)
);

-- A paper, attached or done without. What it says is sealed.
CREATE TABLE claim_evidence (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims (id),
  kind text NOT NULL CHECK (kind IN ('fir', 'mlc', 'post_mortem', 'death_cert', 'cnic', 'bform', 'frc', 'nikahnama', 'succession_cert', 'letter_of_administration', 'guardianship_cert', 'disability_cert', 'property_title', 'damage_assessment', 'dc_verification', 'ctd_verification', 'bank_proof', 'affidavit', 'indemnity_bond')),
  document_id uuid REFERENCES documents (id),
  sha256 text,
  reference bytea,
  waived text CHECK (waived IN ('lost_in_attack', 'not_issued', 'held_by_state', 'unsafe', 'not_applicable')),
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  UNIQUE (claim_id, kind)
);
CREATE INDEX claim_evidence_by_document ON claim_evidence (document_id);
CREATE INDEX claim_evidence_by_digest ON claim_evidence (sha256);

-- Who is paid. The person is sealed under the victim's key.
CREATE TABLE claim_payees (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims (id),
  class text NOT NULL CHECK (class IN ('victim', 'spouse', 'child', 'mother', 'father', 'minor_sibling', 'other_heir')),
  is_minor boolean NOT NULL,
  share_bp integer CHECK (share_bp BETWEEN 1 AND 10000),
  person bytea NOT NULL,
  added_at timestamptz NOT NULL,
  added_by uuid NOT NULL,
  removed_at timestamptz,
  removed_by uuid,
  version bigint NOT NULL
);
CREATE INDEX claim_payees_by_claim ON claim_payees (claim_id, id);

-- How somebody is paid: each version of it, none of them ever changed.
CREATE TABLE claim_accounts (
  id uuid PRIMARY KEY,
  payee_id uuid NOT NULL REFERENCES claim_payees (id),
  method text NOT NULL CHECK (method IN ('raast_bulk', 'ibft', 'cheque', 'wallet', 'cash_biometric', 'hospital_direct')),
  account bytea NOT NULL,
  usable_from timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL
);
CREATE INDEX claim_accounts_by_payee ON claim_accounts (payee_id, id DESC);

-- Blind indexes of payees, those of accounts that were replaced too: by them one account is found on two victims. Each came
-- with an account, the payee's card with the first.
CREATE TABLE claim_payee_marks (
  payee_id uuid NOT NULL REFERENCES claim_payees (id),
  account_id uuid NOT NULL REFERENCES claim_accounts (id),
  kind text NOT NULL CHECK (kind IN ('cnic', 'guardian_cnic', 'mobile', 'account')),
  mark bytea NOT NULL,
  PRIMARY KEY (payee_id, account_id, kind, mark)
);
CREATE INDEX claim_payee_marks_by_mark ON claim_payee_marks (kind, mark);

-- Approvals, each of one digest. A seat is taken once, so there are never more than were needed.
CREATE TABLE claim_votes (
  claim_id uuid NOT NULL REFERENCES claims (id),
  digest text NOT NULL,
  seat integer NOT NULL CHECK (seat > 0),
  approver_id uuid NOT NULL,
  prepared_by uuid NOT NULL,
  submitted_by uuid NOT NULL,
  verified_by uuid NOT NULL,
  registered_by uuid NOT NULL,
  voted_at timestamptz NOT NULL,
  PRIMARY KEY (claim_id, digest, seat),
  UNIQUE (claim_id, digest, approver_id),
  CHECK (approver_id <> prepared_by AND approver_id <> submitted_by AND approver_id <> verified_by AND approver_id <> registered_by)
);

-- Decisions to pay, never changed. A correction reverses one and takes its place.
CREATE TABLE awards (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims (id),
  line_id uuid NOT NULL REFERENCES tariff_lines (id),
  amount_paisa bigint NOT NULL CHECK (amount_paisa > 0),
  digest text NOT NULL UNIQUE,
  approvals integer NOT NULL CHECK (approvals > 0),
  snapshot text NOT NULL,
  made_at timestamptz NOT NULL,
  reverses uuid UNIQUE REFERENCES awards (id)
);
CREATE UNIQUE INDEX awards_first ON awards (claim_id) WHERE reverses IS NULL;

CREATE TABLE award_payees (
  award_id uuid NOT NULL REFERENCES awards (id),
  payee_id uuid NOT NULL REFERENCES claim_payees (id),
  place integer NOT NULL,
  share_bp integer NOT NULL CHECK (share_bp BETWEEN 1 AND 10000),
  amount_paisa bigint NOT NULL CHECK (amount_paisa >= 0),
  account_id uuid NOT NULL REFERENCES claim_accounts (id),
  PRIMARY KEY (award_id, payee_id)
);
CREATE INDEX award_payees_by_payee ON award_payees (payee_id);

CREATE TRIGGER claim_parts_are_never_edited BEFORE UPDATE OR DELETE ON claim_parts FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER claim_parts_are_never_emptied BEFORE TRUNCATE ON claim_parts EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER claim_accounts_are_never_edited BEFORE UPDATE OR DELETE ON claim_accounts FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER claim_accounts_are_never_emptied BEFORE TRUNCATE ON claim_accounts EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER claim_votes_are_never_edited BEFORE UPDATE OR DELETE ON claim_votes FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER claim_votes_are_never_emptied BEFORE TRUNCATE ON claim_votes EXECUTE FUNCTION refuse_rewrite();
CREATE FUNCTION refuse_unapproved_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM claim_votes v WHERE v.claim_id = NEW.claim_id AND v.digest = NEW.digest) < NEW.approvals THEN
    RAISE EXCEPTION 'an award has the approvals that it needs';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER awards_are_approved BEFORE INSERT ON awards FOR EACH ROW EXECUTE FUNCTION refuse_unapproved_award();
CREATE TRIGGER awards_are_never_edited BEFORE UPDATE OR DELETE ON awards FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER awards_are_never_emptied BEFORE TRUNCATE ON awards EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER award_payees_are_never_edited BEFORE UPDATE OR DELETE ON award_payees FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER award_payees_are_never_emptied BEFORE TRUNCATE ON award_payees EXECUTE FUNCTION refuse_rewrite();
