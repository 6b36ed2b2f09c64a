-- Paying what was awarded. A payment is one instalment of an award to one payee; it travels in a batch, which one person
-- makes, another approves and a third releases. Amounts are paisa.
CREATE TABLE payment_batches (
  id uuid PRIMARY KEY,
  instrument_id uuid NOT NULL REFERENCES tariff_instruments (id),
  method text NOT NULL CHECK (method IN ('raast_bulk', 'ibft', 'cheque', 'wallet', 'cash_biometric', 'hospital_direct')),
  built_at timestamptz NOT NULL,
  built_by uuid NOT NULL,
  payments bigint NOT NULL,
  total_paisa bigint NOT NULL,
  digest text NOT NULL,
  approvals_needed bigint NOT NULL CHECK (approvals_needed > 0),
  state text NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'released', 'settled', 'partly_settled', 'cancelled')),
  submitted_at timestamptz,
  submitted_by uuid,
  approved_at timestamptz,
  released_at timestamptz,
  released_by uuid,
  cancelled_at timestamptz,
  cancelled_by uuid,
  version bigint NOT NULL,
  CHECK (released_by IS NULL OR (released_by <> built_by AND released_by <> submitted_by))
);
CREATE INDEX payment_batches_by_state ON payment_batches (state, id DESC);
CREATE INDEX payment_batches_by_instrument ON payment_batches (instrument_id, id DESC);

-- The districts whose payments are in a batch: who sees it must see all of them.
CREATE TABLE payment_batch_districts (
  batch_id uuid NOT NULL REFERENCES payment_batches (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  PRIMARY KEY (batch_id, district)
);
CREATE INDEX payment_batch_districts_by_district ON payment_batch_districts (district);

-- Who approved which content of a batch. Written once.
CREATE TABLE payment_batch_votes (
  batch_id uuid NOT NULL REFERENCES payment_batches (id),
  voter_id uuid NOT NULL,
  digest text NOT NULL,
  voted_at timestamptz NOT NULL,
  PRIMARY KEY (batch_id, voter_id)
);

-- The file that goes to the bank, made once at the release, and sealed.
CREATE TABLE payment_batch_files (
  batch_id uuid NOT NULL REFERENCES payment_batches (id),
  format text NOT NULL CHECK (format IN ('pain001', 'csv', 'register')),
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  content bytea NOT NULL,
  made_at timestamptz NOT NULL,
  PRIMARY KEY (batch_id, format)
);

-- One payment. Who is paid and where stands sealed in the claim: an account there is never edited, so its id says which.
-- The reference is random.
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  award_id uuid NOT NULL REFERENCES awards (id),
  case_id uuid NOT NULL REFERENCES cases (id),
  victim_id uuid NOT NULL REFERENCES victims (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  payee_id uuid NOT NULL REFERENCES claim_payees (id),
  account_id uuid NOT NULL REFERENCES claim_accounts (id),
  instalment bigint NOT NULL CHECK (instalment > 0),
  reference text COLLATE "C" NOT NULL,
  instrument_id uuid NOT NULL REFERENCES tariff_instruments (id),
  method text NOT NULL CHECK (method IN ('raast_bulk', 'ibft', 'cheque', 'wallet', 'cash_biometric', 'hospital_direct')),
  amount_paisa bigint NOT NULL,
  usable_from timestamptz NOT NULL,
  planned_at timestamptz NOT NULL,
  fund_id uuid REFERENCES funds (id),
  reissue_of uuid REFERENCES payments (id),
  version bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('planned', 'batched', 'released', 'paid', 'returned', 'failed', 'reissued', 'cancelled')),
  batch_id uuid REFERENCES payment_batches (id),
  released_at timestamptz,
  paid_paisa bigint NOT NULL CHECK (paid_paisa >= 0),
  returned_paisa bigint NOT NULL CHECK (returned_paisa >= 0),
  settled_on date,
  bank_reason text,
  ended_at timestamptz,
  ended_by uuid,
  cancel_reason text CHECK (cancel_reason IN ('award_reversed', 'payee_died', 'paid_otherwise', 'planned_in_error', 'risk_upheld')),
  confirmed_at timestamptz,
  confirmed_by uuid,
  confirmed_how text CHECK (confirmed_how IN ('in_person', 'by_telephone', 'signed_receipt', 'sampled_call')),
  CHECK (amount_paisa > 0 AND amount_paisa >= paid_paisa + returned_paisa),
  CHECK (batch_id IS NOT NULL OR state = 'planned' OR state = 'cancelled'),
  UNIQUE (reference),
  UNIQUE (reissue_of)
);
-- Nothing is paid twice, whatever keys of requests have been forgotten: an instalment of a payee has one payment at a time.
CREATE UNIQUE INDEX payments_once ON payments (award_id, payee_id, instalment) WHERE state NOT IN ('reissued', 'cancelled');
CREATE INDEX payments_by_award ON payments (award_id, id);
CREATE INDEX payments_by_payee ON payments (payee_id);
CREATE INDEX payments_by_case ON payments (case_id, id);
CREATE INDEX payments_by_batch ON payments (batch_id, id DESC);
CREATE INDEX payments_by_district ON payments (district, state, id DESC);
CREATE INDEX payments_by_fund ON payments (fund_id);
CREATE INDEX payments_to_batch ON payments (instrument_id, method, usable_from) WHERE state = 'planned';

-- A file that a bank answered with, sealed, and what was answered to it: a verdict for each row, which names nobody.
CREATE TABLE payment_result_files (
  id uuid PRIMARY KEY,
  batch_id uuid NOT NULL REFERENCES payment_batches (id),
  sha256 text NOT NULL,
  message text NOT NULL,
  bytes bigint NOT NULL,
  content bytea NOT NULL,
  verdicts text NOT NULL,
  imported_at timestamptz NOT NULL,
  imported_by uuid NOT NULL
);
CREATE INDEX payment_result_files_by_batch ON payment_result_files (batch_id, id);

-- A row of such a file that had an effect. Whoever took the file in does not take a row of it back.
CREATE TABLE payment_results (
  id uuid PRIMARY KEY,
  file_id uuid NOT NULL REFERENCES payment_result_files (id),
  payment_id uuid NOT NULL REFERENCES payments (id),
  at_row bigint NOT NULL,
  effect text NOT NULL CHECK (effect IN ('paid', 'partly_paid', 'returned', 'failed')),
  amount_paisa bigint NOT NULL CHECK (amount_paisa > 0),
  fingerprint text NOT NULL,
  transfer_id uuid NOT NULL REFERENCES ledger_transfers (id),
  imported_by uuid NOT NULL,
  undone_at timestamptz,
  undone_by uuid,
  undo_reason text CHECK (undo_reason IN ('bank_corrected', 'wrong_file', 'wrong_payment')),
  CHECK (undone_by IS NULL OR undone_by <> imported_by)
);
CREATE UNIQUE INDEX payment_results_once ON payment_results (payment_id, fingerprint) WHERE undone_at IS NULL;
CREATE INDEX payment_results_by_file ON payment_results (file_id);
CREATE INDEX payment_results_by_transfer ON payment_results (transfer_id);

CREATE FUNCTION refuse_own_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id
             AND (b.state <> 'submitted' OR NEW.voter_id = b.built_by OR NEW.voter_id = b.submitted_by)) THEN
    RAISE EXCEPTION 'who made a batch does not approve it';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_batch_votes_of_others BEFORE INSERT ON payment_batch_votes FOR EACH ROW EXECUTE FUNCTION refuse_own_vote();
CREATE TRIGGER payment_batch_votes_are_append_only BEFORE UPDATE OR DELETE ON payment_batch_votes FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_batch_votes_are_never_emptied BEFORE TRUNCATE ON payment_batch_votes EXECUTE FUNCTION refuse_rewrite();

CREATE FUNCTION refuse_unapproved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM payment_batch_votes v WHERE v.batch_id = NEW.id AND v.digest = NEW.digest) < NEW.approvals_needed
     OR EXISTS (SELECT 1 FROM payment_batch_votes v WHERE v.batch_id = NEW.id AND v.voter_id = NEW.released_by) THEN
    RAISE EXCEPTION 'a batch is approved and released by different people';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_batches_are_approved BEFORE UPDATE ON payment_batches FOR EACH ROW
  WHEN (NEW.state IN ('approved', 'released', 'settled', 'partly_settled')) EXECUTE FUNCTION refuse_unapproved();
CREATE TRIGGER payment_batches_begin_as_drafts BEFORE INSERT ON payment_batches FOR EACH ROW
  WHEN (NEW.state <> 'draft') EXECUTE FUNCTION refuse_unapproved();

CREATE FUNCTION refuse_unreleased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM payment_batches b WHERE b.id = NEW.batch_id AND b.released_by IS NOT NULL) THEN
    RAISE EXCEPTION 'a payment goes out with a released batch';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_go_out_released BEFORE UPDATE ON payments FOR EACH ROW
  WHEN (NEW.state = 'released' AND OLD.state <> 'released') EXECUTE FUNCTION refuse_unreleased();
CREATE TRIGGER payments_begin_as_plans BEFORE INSERT ON payments FOR EACH ROW
  WHEN (NEW.state <> 'planned' OR NEW.released_at IS NOT NULL) EXECUTE FUNCTION refuse_rewrite();
-- What went out went to one account, with one reference and of one amount, whatever the bank says of it afterwards.
CREATE TRIGGER payments_that_went_out_are_the_same BEFORE UPDATE ON payments FOR EACH ROW
  WHEN (OLD.released_at IS NOT NULL AND (NEW.amount_paisa <> OLD.amount_paisa OR NEW.reference <> OLD.reference
        OR NEW.award_id <> OLD.award_id OR NEW.payee_id <> OLD.payee_id OR NEW.account_id <> OLD.account_id
        OR NEW.batch_id IS DISTINCT FROM OLD.batch_id OR NEW.released_at IS DISTINCT FROM OLD.released_at))
  EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payments_are_kept BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payments_are_never_emptied BEFORE TRUNCATE ON payments EXECUTE FUNCTION refuse_rewrite();
-- What the bank said is taken back once, and never changed.
CREATE TRIGGER payment_results_are_undone_once BEFORE UPDATE ON payment_results FOR EACH ROW
  WHEN (OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL OR NEW.payment_id <> OLD.payment_id OR NEW.effect <> OLD.effect
        OR NEW.amount_paisa <> OLD.amount_paisa OR NEW.transfer_id <> OLD.transfer_id OR NEW.imported_by <> OLD.imported_by)
  EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_results_are_kept BEFORE DELETE ON payment_results FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_results_are_never_emptied BEFORE TRUNCATE ON payment_results EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_batch_files_are_append_only BEFORE UPDATE OR DELETE ON payment_batch_files FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_batch_files_are_never_emptied BEFORE TRUNCATE ON payment_batch_files EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_result_files_are_append_only BEFORE UPDATE OR DELETE ON payment_result_files FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER payment_result_files_are_never_emptied BEFORE TRUNCATE ON payment_result_files EXECUTE FUNCTION refuse_rewrite();
