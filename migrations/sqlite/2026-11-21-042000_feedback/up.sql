-- What victims and others have to say about the help they get. Texts are sealed under the key of the person whose
-- case it is about; whoever speaks without a name has none, so there under a key of the service.
CREATE TABLE feedback (
  id BLOB PRIMARY KEY NOT NULL,
  code BLOB NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('complaint', 'suggestion')),
  category TEXT NOT NULL CHECK (category IN ('staff_conduct', 'abuse', 'money_asked', 'delay', 'refusal', 'quality', 'privacy', 'access', 'other')),
  channel TEXT NOT NULL CHECK (channel IN ('web', 'in_person', 'phone', 'letter', 'box')),
  district TEXT NOT NULL REFERENCES districts (pcode),
  case_id BLOB REFERENCES cases (id),
  organisation_id BLOB REFERENCES organisations (id),
  body BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  received_by BLOB REFERENCES users (id),
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'answered', 'appealed', 'decided')),
  answer BLOB,
  answered_at INTEGER,
  answered_by BLOB REFERENCES users (id),
  appeal BLOB,
  appealed_at INTEGER,
  decision BLOB,
  decided_at INTEGER,
  decided_by BLOB REFERENCES users (id),
  sent_to BLOB REFERENCES users (id),
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX feedback_by_district ON feedback (district, state, id DESC);
CREATE INDEX feedback_by_due ON feedback (due_at) WHERE state IN ('received', 'appealed');
CREATE INDEX feedback_by_arrival ON feedback (received_at) WHERE received_by IS NULL;

-- Whom it is about, and who kept the case that it is about: none of them ever learns of it.
CREATE TABLE feedback_about (
  feedback_id BLOB NOT NULL REFERENCES feedback (id),
  user_id BLOB NOT NULL REFERENCES users (id),
  named_at INTEGER NOT NULL,
  named_by BLOB REFERENCES users (id),
  PRIMARY KEY (feedback_id, user_id)
) STRICT;
CREATE INDEX feedback_about_by_user ON feedback_about (user_id);
