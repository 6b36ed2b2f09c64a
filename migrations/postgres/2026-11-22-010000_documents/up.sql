CREATE TABLE documents (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  kind text NOT NULL CHECK (kind IN ('fir', 'mlc', 'post_mortem', 'death_cert', 'cnic', 'bform', 'frc', 'nikahnama', 'succession_cert',
    'letter_of_administration', 'guardianship_cert', 'disability_cert', 'property_title', 'damage_assessment', 'dc_verification',
    'ctd_verification', 'bank_proof', 'affidavit', 'indemnity_bond', 'other')),
  media text NOT NULL CHECK (media IN ('pdf', 'jpeg', 'png', 'docx', 'odt', 'csv', 'xlsx')),
  bytes bigint NOT NULL,
  detail bytea NOT NULL,
  mark bytea NOT NULL,
  added_at timestamptz NOT NULL,
  added_by uuid NOT NULL,
  UNIQUE (case_id, mark)
);
CREATE INDEX documents_by_mark ON documents (mark, id);
