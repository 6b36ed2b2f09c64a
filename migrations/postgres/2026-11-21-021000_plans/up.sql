ALTER TABLE cases ADD COLUMN informed_how text CHECK (informed_how IN ('in_person', 'by_telephone', 'in_writing', 'through_family'));
ALTER TABLE cases ADD COLUMN informed_on date;

CREATE TABLE plans (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL UNIQUE REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  review_on date NOT NULL,
  victim_says text NOT NULL CHECK (victim_says IN ('not_asked', 'agreed', 'not_agreed')),
  recorded text CHECK (recorded IN ('signed', 'spoken', 'by_telephone', 'through_interpreter', 'by_guardian')),
  agreed_on date,
  made_at timestamptz NOT NULL,
  made_by uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  version bigint NOT NULL
);

CREATE TABLE plan_goals (
  id uuid PRIMARY KEY,
  plan_id uuid NOT NULL REFERENCES plans (id),
  need_id uuid NOT NULL REFERENCES needs (id),
  text bytea NOT NULL,
  set_at timestamptz NOT NULL,
  set_by uuid NOT NULL
);
CREATE INDEX plan_goals_by_plan ON plan_goals (plan_id, id);

CREATE TABLE plan_actions (
  id uuid PRIMARY KEY,
  plan_id uuid NOT NULL REFERENCES plans (id),
  goal_id uuid REFERENCES plan_goals (id),
  text bytea NOT NULL,
  owner_id uuid NOT NULL,
  due_on date NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
  set_at timestamptz NOT NULL,
  set_by uuid NOT NULL,
  ended_at timestamptz,
  ended_by uuid,
  reason text CHECK (reason IN ('no_longer_needed', 'not_possible', 'victim_declined', 'done_by_others'))
);
CREATE INDEX plan_actions_by_plan ON plan_actions (plan_id, id);
CREATE INDEX plan_actions_by_owner ON plan_actions (owner_id, state, due_on);
