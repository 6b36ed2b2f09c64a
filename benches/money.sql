-- From the payments of a few awards: 100,000 that are planned and committed, and 400,000 that were planned and given up.
--   psql -v fund=FUND -f money.sql
\set ON_ERROR_STOP on
CREATE FUNCTION pg_temp.reference() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  letters CONSTANT text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  own text := '';
  weight integer := 0;
  letter integer;
BEGIN
  FOR n IN 1..16 LOOP
    letter := floor(random() * 32);
    own := own || substr(letters, letter + 1, 1);
    weight := (weight * 2 + letter) % 31;
  END LOOP;
  RETURN 'UM' || own || substr(letters, weight + 1, 1);
END $$;

SELECT 100000 / count(*) AS each, 400000 / count(*) AS cancelled FROM payments \gset
-- They are instalments of the same awards, so each is of a part: nothing is paid beyond an award.
ALTER TABLE ledger_transfers DISABLE TRIGGER ledger_transfers_are_append_only;
UPDATE ledger_transfers SET amount_paisa = amount_paisa / :each WHERE reason = 'commit';
ALTER TABLE ledger_transfers ENABLE TRIGGER ledger_transfers_are_append_only;
UPDATE payments SET amount_paisa = amount_paisa / :each;
CREATE TEMP TABLE first AS SELECT * FROM payments;
INSERT INTO payments (id, award_id, case_id, victim_id, district, payee_id, account_id, instalment, reference, instrument_id, method,
  amount_paisa, usable_from, planned_at, fund_id, version, state, paid_paisa, returned_paisa)
SELECT gen_random_uuid(), award_id, case_id, victim_id, district, payee_id, account_id, 1 + n, pg_temp.reference(), instrument_id, method,
  amount_paisa, usable_from, planned_at, fund_id, 1, 'planned', 0, 0 FROM first, generate_series(1, :each - 1 + :cancelled) n;
INSERT INTO ledger_transfers (id, fund_id, reason, debit, credit, amount_paisa, award_id, payment_id, posted_at, posted_by)
SELECT gen_random_uuid(), fund_id, 'commit', 'committed', 'available', amount_paisa, award_id, id, planned_at, '00000000-0000-0000-0000-000000000000'
FROM payments WHERE instalment > 1;

UPDATE payments SET state = 'cancelled', ended_at = planned_at, ended_by = '00000000-0000-0000-0000-000000000000',
  cancel_reason = 'planned_in_error', version = 2 WHERE instalment > :each;
INSERT INTO ledger_transfers (id, fund_id, reason, debit, credit, amount_paisa, award_id, payment_id, posted_at, posted_by)
SELECT gen_random_uuid(), fund_id, 'uncommit', 'available', 'committed', amount_paisa, award_id, id, planned_at, '00000000-0000-0000-0000-000000000000'
FROM payments WHERE state = 'cancelled';

UPDATE ledger_accounts SET balance_paisa = booked.paisa
FROM (SELECT kind, sum(CASE kind WHEN debit THEN amount_paisa ELSE -amount_paisa END) AS paisa
  FROM ledger_transfers, unnest(ARRAY[debit, credit]) kind WHERE fund_id = :'fund' GROUP BY kind) booked
WHERE fund_id = :'fund' AND ledger_accounts.kind = booked.kind;
