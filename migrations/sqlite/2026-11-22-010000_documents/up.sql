CREATE TABLE documents (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  district TEXT NOT NULL REFERENCES districts (pcode),
  kind TEXT NOT NULL CHECK (kind IN ('fir', 'mlc', 'post_mortem', 'death_cert', 'cnic', 'bform', 'frc', 'nikahnama', 'succession_cert',
    'letter_of_administration', 'guardianship_cert', 'disability_cert', 'property_title', 'damage_assessment', 'dc_verification',
    'ctd_verification', 'bank_proof', 'affidavit', 'indemnity_bond', 'other')),
  media TEXT NOT NULL CHECK (media IN ('pdf', 'jpeg', 'png', 'docx', 'odt', 'csv', 'xlsx')),
  bytes INTEGER NOT NULL,
  detail BLOB NOT NULL,
  mark BLOB NOT NULL,
  added_at INTEGER NOT NULL,
  added_by BLOB NOT NULL,
  UNIQUE (case_id, mark)
) STRICT;
CREATE INDEX documents_by_mark ON documents (mark, id);
