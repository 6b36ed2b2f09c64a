-- What victims and others have to say about the help they get. Texts are sealed under the key of the person whose
-- case it is about; whoever speaks without a name has none, so there under a key of the service.
CREATE TABLE feedback (
  id uuid PRIMARY KEY,
  code bytea NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('complaint', 'suggestion')),
  category text NOT NULL CHECK (category IN ('staff_conduct', 'abuse', 'money_asked', 'delay', 'refusal', 'quality', 'privacy', 'access', 'other')),
  channel text NOT NULL CHECK (channel IN ('web', 'in_person', 'phone', 'letter', 'box')),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  case_id uuid REFERENCES cases (id),
  organisation_id uuid REFERENCES organisations (id),
  body bytea NOT NULL,
  received_at timestamptz NOT NULL,
  received_by uuid REFERENCES users (id),
  due_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('received', 'answered', 'appealed', 'decided')),
  answer bytea,
  answered_at timestamptz,
  answered_by uuid REFERENCES users (id),
  appeal bytea,
  appealed_at timestamptz,
  decision bytea,
  decided_at timestamptz,
  decided_by uuid REFERENCES users (id),
  sent_to uuid REFERENCES users (id),
  version bigint NOT NULL
);
CREATE INDEX feedback_by_district ON feedback (district, state, id DESC);
CREATE INDEX feedback_by_due ON feedback (due_at) WHERE state IN ('received', 'appealed');
CREATE INDEX feedback_by_arrival ON feedback (received_at) WHERE received_by IS NULL;

-- Whom it is about, and who kept the case that it is about: none of them ever learns of it.
CREATE TABLE feedback_about (
  feedback_id uuid NOT NULL REFERENCES feedback (id),
  user_id uuid NOT NULL REFERENCES users (id),
  named_at timestamptz NOT NULL,
  named_by uuid REFERENCES users (id),
  PRIMARY KEY (feedback_id, user_id)
);
CREATE INDEX feedback_about_by_user ON feedback_about (user_id);
