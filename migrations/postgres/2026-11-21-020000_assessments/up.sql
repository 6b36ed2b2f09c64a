ALTER TABLE cases ADD COLUMN banners text NOT NULL DEFAULT '';

CREATE TABLE screenings (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  instrument text NOT NULL,
  instrument_version integer NOT NULL,
  language text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('interview', 'through_interpreter', 'telephone', 'self_completed')),
  content bytea NOT NULL,
  taken_at timestamptz NOT NULL,
  taken_by uuid NOT NULL
);
CREATE INDEX screenings_by_case ON screenings (case_id, id DESC);
