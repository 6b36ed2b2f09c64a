DROP TABLE appeals;
ALTER TABLE claim_parts RENAME TO former_claim_parts;
CREATE TABLE claim_parts (
  claim_id BLOB NOT NULL REFERENCES claims (id),
  user_id BLOB NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('prepare', 'waive', 'verify', 'decide')),
  taken_at INTEGER NOT NULL,
  PRIMARY KEY (claim_id, user_id)
) STRICT;
INSERT INTO claim_parts SELECT * FROM former_claim_parts WHERE part <> 'former';
DROP TRIGGER claim_parts_are_never_edited;
DROP TRIGGER claim_parts_are_never_emptied;
DROP TABLE former_claim_parts;
CREATE TRIGGER claim_parts_are_never_edited BEFORE UPDATE ON claim_parts
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER claim_parts_are_never_emptied BEFORE DELETE ON claim_parts
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
ALTER TABLE claim_payees DROP COLUMN continues;
DROP INDEX claims_replaced_once;
DROP INDEX claims_once;
ALTER TABLE claims DROP COLUMN replaces;
CREATE UNIQUE INDEX claims_once ON claims (victim_id, harm, incident_id, instrument_id) WHERE state <> 'withdrawn';
