-- What those who work with Umeed declare of themselves and of their relations. What was withdrawn stays: it was in force when
-- claims were prepared before.
CREATE TABLE declarations (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  relation text NOT NULL CHECK (relation IN ('self', 'spouse', 'child', 'parent', 'sibling', 'other')),
  numbers bytea NOT NULL,
  declared_at timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE INDEX declarations_by_user ON declarations (user_id, id);

-- Blind indexes: by them a payee is found to be somebody whom a declaration is of.
CREATE TABLE declaration_marks (
  declaration_id uuid NOT NULL REFERENCES declarations (id),
  mark bytea NOT NULL,
  PRIMARY KEY (declaration_id, mark)
);
CREATE INDEX declaration_marks_by_mark ON declaration_marks (mark);
