ALTER TABLE cases ADD COLUMN informed_how TEXT CHECK (informed_how IN ('in_person', 'by_telephone', 'in_writing', 'through_family'));
ALTER TABLE cases ADD COLUMN informed_on TEXT;

CREATE TABLE plans (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL UNIQUE REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  review_on TEXT NOT NULL,
  victim_says TEXT NOT NULL CHECK (victim_says IN ('not_asked', 'agreed', 'not_agreed')),
  recorded TEXT CHECK (recorded IN ('signed', 'spoken', 'by_telephone', 'through_interpreter', 'by_guardian')),
  agreed_on TEXT,
  made_at INTEGER NOT NULL,
  made_by BLOB NOT NULL,
  changed_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE plan_goals (
  id BLOB PRIMARY KEY NOT NULL,
  plan_id BLOB NOT NULL REFERENCES plans (id),
  need_id BLOB NOT NULL REFERENCES needs (id),
  text BLOB NOT NULL,
  set_at INTEGER NOT NULL,
  set_by BLOB NOT NULL
) STRICT;
CREATE INDEX plan_goals_by_plan ON plan_goals (plan_id, id);

CREATE TABLE plan_actions (
  id BLOB PRIMARY KEY NOT NULL,
  plan_id BLOB NOT NULL REFERENCES plans (id),
  goal_id BLOB REFERENCES plan_goals (id),
  text BLOB NOT NULL,
  owner_id BLOB NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
  set_at INTEGER NOT NULL,
  set_by BLOB NOT NULL,
  ended_at INTEGER,
  ended_by BLOB,
  reason TEXT CHECK (reason IN ('no_longer_needed', 'not_possible', 'victim_declined', 'done_by_others'))
) STRICT;
CREATE INDEX plan_actions_by_plan ON plan_actions (plan_id, id);
CREATE INDEX plan_actions_by_owner ON plan_actions (owner_id, state, due_on);
