ALTER TABLE tasks RENAME TO former_tasks;
CREATE TABLE tasks (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  kind TEXT NOT NULL CHECK (kind IN ('follow_up', 'anniversary', 'start_need', 'chase_referral', 'next_step', 'check_help', 'risk', 'answer_override', 'plan_review', 'plan_action', 'reminder')),
  subject_id BLOB NOT NULL,
  round INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  urgent INTEGER NOT NULL,
  assignee_id BLOB REFERENCES users (id),
  state TEXT NOT NULL CHECK (state IN ('due', 'done', 'dropped')),
  made_at INTEGER NOT NULL,
  made_by BLOB,
  ended_at INTEGER,
  ended_by BLOB,
  outcome TEXT CHECK (outcome IN ('reached', 'not_reached', 'arranged', 'helped', 'not_helped')),
  reason TEXT CHECK (reason IN ('not_needed', 'victim_asked', 'duplicate', 'made_in_error', 'superseded', 'case_closed')),
  note BLOB,
  escalate_at INTEGER NOT NULL,
  escalated_at INTEGER,
  version INTEGER NOT NULL,
  UNIQUE (kind, subject_id, round)
) STRICT;
INSERT INTO tasks SELECT * FROM former_tasks WHERE kind NOT IN ('claim_report', 'fund_transfer', 'claim_payment');
DROP TABLE former_tasks;
CREATE INDEX tasks_by_case ON tasks (case_id, id);
CREATE INDEX tasks_by_assignee ON tasks (assignee_id, urgent DESC, due_at, id) WHERE state = 'due';
CREATE INDEX tasks_by_district ON tasks (district, state, urgent DESC, due_at, id);
CREATE INDEX tasks_to_escalate ON tasks (escalate_at) WHERE state = 'due' AND escalated_at IS NULL;
