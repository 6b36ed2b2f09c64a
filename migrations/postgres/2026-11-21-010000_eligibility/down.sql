DROP INDEX referrals_by_service;
DROP TABLE circumstances;
ALTER TABLE services DROP COLUMN capacity;
DROP TABLE rule_sets;
