DROP TABLE plan_actions;
DROP TABLE plan_goals;
DROP TABLE plans;
ALTER TABLE cases DROP COLUMN informed_on;
ALTER TABLE cases DROP COLUMN informed_how;
