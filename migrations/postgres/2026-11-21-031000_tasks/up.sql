CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  kind text NOT NULL CHECK (kind IN ('follow_up', 'anniversary', 'start_need', 'chase_referral', 'next_step', 'check_help', 'risk', 'answer_override', 'plan_review', 'plan_action', 'reminder')),
  subject_id uuid NOT NULL,
  round bigint NOT NULL,
  due_at timestamptz NOT NULL,
  urgent boolean NOT NULL,
  assignee_id uuid REFERENCES users (id),
  state text NOT NULL CHECK (state IN ('due', 'done', 'dropped')),
  made_at timestamptz NOT NULL,
  made_by uuid,
  ended_at timestamptz,
  ended_by uuid,
  outcome text CHECK (outcome IN ('reached', 'not_reached', 'arranged', 'helped', 'not_helped')),
  reason text CHECK (reason IN ('not_needed', 'victim_asked', 'duplicate', 'made_in_error', 'superseded', 'case_closed')),
  note bytea,
  escalate_at timestamptz NOT NULL,
  escalated_at timestamptz,
  version bigint NOT NULL,
  UNIQUE (kind, subject_id, round)
);
CREATE INDEX tasks_by_case ON tasks (case_id, id);
CREATE INDEX tasks_by_assignee ON tasks (assignee_id, urgent DESC, due_at, id) WHERE state = 'due';
CREATE INDEX tasks_by_district ON tasks (district, state, urgent DESC, due_at, id);
CREATE INDEX tasks_to_escalate ON tasks (escalate_at) WHERE state = 'due' AND escalated_at IS NULL;
