-- Double entry in paisa. A fund is what one instrument may spend in one fiscal year (July to June).
CREATE TABLE funds (
  id uuid PRIMARY KEY,
  instrument_id uuid NOT NULL REFERENCES tariff_instruments (id),
  fiscal_year text COLLATE "C" NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_by uuid NOT NULL,
  UNIQUE (instrument_id, fiscal_year)
);

-- Why a fund has what it has: the orders by which money was allotted to it or surrendered.
CREATE TABLE allotments (
  id uuid PRIMARY KEY,
  fund_id uuid NOT NULL REFERENCES funds (id),
  kind text NOT NULL CHECK (kind IN ('allotted', 'surrendered')),
  amount_paisa bigint NOT NULL CHECK (amount_paisa > 0),
  order_number text NOT NULL,
  ordered_on date NOT NULL,
  made_at timestamptz NOT NULL,
  made_by uuid NOT NULL,
  UNIQUE (fund_id, kind, order_number)
);

-- Debits less credits. Only the source of a fund's money may be negative.
CREATE TABLE ledger_accounts (
  fund_id uuid NOT NULL REFERENCES funds (id),
  kind text NOT NULL CHECK (kind IN ('allotted', 'available', 'committed', 'payable', 'in_transit', 'paid', 'returned')),
  balance_paisa bigint NOT NULL CHECK (balance_paisa >= 0 OR kind = 'allotted'),
  PRIMARY KEY (fund_id, kind)
);

-- One row debits one account of a fund and credits another, so that no row can be out of balance. What an entry is tied
-- to may stand in a later table, so `umeed ledger verify` looks for it.
CREATE TABLE ledger_transfers (
  id uuid PRIMARY KEY,
  fund_id uuid NOT NULL REFERENCES funds (id),
  reason text NOT NULL CHECK (reason IN ('allot', 'surrender', 'commit', 'uncommit', 'make_payable', 'send', 'settle', 'come_back', 'recommit', 'undo')),
  debit text NOT NULL,
  credit text NOT NULL,
  amount_paisa bigint NOT NULL CHECK (amount_paisa > 0),
  allotment_id uuid REFERENCES allotments (id),
  award_id uuid,
  payment_id uuid,
  batch_id uuid,
  reverses uuid REFERENCES ledger_transfers (id),
  posted_at timestamptz NOT NULL,
  posted_by uuid NOT NULL,
  FOREIGN KEY (fund_id, debit) REFERENCES ledger_accounts (fund_id, kind),
  FOREIGN KEY (fund_id, credit) REFERENCES ledger_accounts (fund_id, kind),
  CHECK (debit <> credit),
  CHECK (allotment_id IS NOT NULL OR award_id IS NOT NULL OR payment_id IS NOT NULL OR batch_id IS NOT NULL),
  UNIQUE (reverses)
);
CREATE INDEX ledger_transfers_by_fund ON ledger_transfers (fund_id, id DESC);
CREATE INDEX ledger_transfers_by_time ON ledger_transfers (posted_at);
CREATE INDEX ledger_transfers_by_allotment ON ledger_transfers (allotment_id);
CREATE INDEX ledger_transfers_by_award ON ledger_transfers (award_id);
CREATE INDEX ledger_transfers_by_payment ON ledger_transfers (payment_id);
CREATE INDEX ledger_transfers_by_batch ON ledger_transfers (batch_id);

CREATE TRIGGER ledger_transfers_are_append_only BEFORE UPDATE OR DELETE ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER ledger_transfers_are_never_emptied BEFORE TRUNCATE ON ledger_transfers EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER allotments_are_append_only BEFORE UPDATE OR DELETE ON allotments FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER allotments_are_never_emptied BEFORE TRUNCATE ON allotments EXECUTE FUNCTION refuse_rewrite();
