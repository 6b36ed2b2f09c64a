ALTER TABLE cases ADD COLUMN last_contact_at INTEGER;

CREATE TABLE transfers (
  id BLOB PRIMARY KEY NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases (id),
  from_district TEXT NOT NULL REFERENCES districts (pcode),
  to_district TEXT NOT NULL REFERENCES districts (pcode),
  reason TEXT NOT NULL CHECK (reason IN ('victim_moved', 'victim_asked', 'nearer_to_services', 'wrong_district', 'security', 'conflict_of_interest')),
  state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'returned', 'withdrawn')),
  offered_at INTEGER NOT NULL,
  offered_by BLOB NOT NULL,
  ended_at INTEGER,
  ended_by BLOB,
  return_reason TEXT CHECK (return_reason IN ('no_capacity', 'wrong_district', 'victim_did_not_agree', 'file_incomplete', 'better_where_it_is')),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX transfers_open_of_case ON transfers (case_id) WHERE state = 'offered';
CREATE INDEX transfers_by_case ON transfers (case_id, id DESC);
CREATE INDEX transfers_by_origin ON transfers (from_district, id DESC);
CREATE INDEX transfers_by_goal ON transfers (to_district, id DESC);
