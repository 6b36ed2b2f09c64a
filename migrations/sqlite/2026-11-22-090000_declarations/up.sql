-- What those who work with Umeed declare of themselves and of their relations. What was withdrawn stays: it was in force when
-- claims were prepared before.
CREATE TABLE declarations (
  id BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL REFERENCES users (id),
  relation TEXT NOT NULL CHECK (relation IN ('self', 'spouse', 'child', 'parent', 'sibling', 'other')),
  numbers BLOB NOT NULL,
  declared_at INTEGER NOT NULL,
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX declarations_by_user ON declarations (user_id, id);

-- Blind indexes: by them a payee is found to be somebody whom a declaration is of.
CREATE TABLE declaration_marks (
  declaration_id BLOB NOT NULL REFERENCES declarations (id),
  mark BLOB NOT NULL,
  PRIMARY KEY (declaration_id, mark)
) STRICT;
CREATE INDEX declaration_marks_by_mark ON declaration_marks (mark);
