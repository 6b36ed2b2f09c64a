-- Double entry in paisa. A fund is what one instrument may spend in one fiscal year (July to June).
CREATE TABLE funds (
  id BLOB PRIMARY KEY NOT NULL,
  instrument_id BLOB NOT NULL REFERENCES tariff_instruments (id),
  fiscal_year TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_by BLOB NOT NULL,
  UNIQUE (instrument_id, fiscal_year)
) STRICT;

-- Why a fund has what it has: the orders by which money was allotted to it or surrendered.
CREATE TABLE allotments (
  id BLOB PRIMARY KEY NOT NULL,
  fund_id BLOB NOT NULL REFERENCES funds (id),
  kind TEXT NOT NULL CHECK (kind IN ('allotted', 'surrendered')),
  amount_paisa INTEGER NOT NULL CHECK (amount_paisa > 0),
  order_number TEXT NOT NULL,
  ordered_on TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  made_by BLOB NOT NULL,
  UNIQUE (fund_id, kind, order_number)
) STRICT;

-- Debits less credits. Only the source of a fund's money may be negative.
CREATE TABLE ledger_accounts (
  fund_id BLOB NOT NULL REFERENCES funds (id),
  kind TEXT NOT NULL CHECK (kind IN ('allotted', 'available', 'committed', 'payable', 'in_transit', 'paid', 'returned')),
  balance_paisa INTEGER NOT NULL CHECK (balance_paisa >= 0 OR kind = 'allotted'),
  PRIMARY KEY (fund_id, kind)
) STRICT;

-- One row debits one account of a fund and credits another, so that no row can be out of balance. What an entry is tied
-- to may stand in a later table, so `umeed ledger verify` looks for it.
CREATE TABLE ledger_transfers (
  id BLOB PRIMARY KEY NOT NULL,
  fund_id BLOB NOT NULL REFERENCES funds (id),
  reason TEXT NOT NULL CHECK (reason IN ('allot', 'surrender', 'commit', 'uncommit', 'make_payable', 'send', 'settle', 'come_back', 'recommit', 'undo')),
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  amount_paisa INTEGER NOT NULL CHECK (amount_paisa > 0),
  allotment_id BLOB REFERENCES allotments (id),
  award_id BLOB,
  payment_id BLOB,
  batch_id BLOB,
  reverses BLOB REFERENCES ledger_transfers (id),
  posted_at INTEGER NOT NULL,
  posted_by BLOB NOT NULL,
  FOREIGN KEY (fund_id, debit) REFERENCES ledger_accounts (fund_id, kind),
  FOREIGN KEY (fund_id, credit) REFERENCES ledger_accounts (fund_id, kind),
  CHECK (debit <> credit),
  CHECK (allotment_id IS NOT NULL OR award_id IS NOT NULL OR payment_id IS NOT NULL OR batch_id IS NOT NULL),
  UNIQUE (reverses)
) STRICT;
CREATE INDEX ledger_transfers_by_fund ON ledger_transfers (fund_id, id DESC);
CREATE INDEX ledger_transfers_by_time ON ledger_transfers (posted_at);
CREATE INDEX ledger_transfers_by_allotment ON ledger_transfers (allotment_id);
CREATE INDEX ledger_transfers_by_award ON ledger_transfers (award_id);
CREATE INDEX ledger_transfers_by_payment ON ledger_transfers (payment_id);
CREATE INDEX ledger_transfers_by_batch ON ledger_transfers (batch_id);

CREATE TRIGGER ledger_transfers_are_append_only BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER ledger_transfers_are_never_emptied BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER allotments_are_append_only BEFORE UPDATE ON allotments
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER allotments_are_never_emptied BEFORE DELETE ON allotments
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
