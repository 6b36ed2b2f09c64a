ALTER TABLE cases ADD COLUMN banners TEXT NOT NULL DEFAULT '';

CREATE TABLE screenings (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  instrument TEXT NOT NULL,
  instrument_version INTEGER NOT NULL,
  language TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('interview', 'through_interpreter', 'telephone', 'self_completed')),
  content BLOB NOT NULL,
  taken_at INTEGER NOT NULL,
  taken_by BLOB NOT NULL
) STRICT;
CREATE INDEX screenings_by_case ON screenings (case_id, id DESC);
