DROP TABLE transfers;
ALTER TABLE cases DROP COLUMN last_contact_at;
