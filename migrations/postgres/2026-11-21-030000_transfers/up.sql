ALTER TABLE cases ADD COLUMN last_contact_at timestamptz;

CREATE TABLE transfers (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  from_district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  to_district text COLLATE "C" NOT NULL REFERENCES districts (pcode),
  reason text NOT NULL CHECK (reason IN ('victim_moved', 'victim_asked', 'nearer_to_services', 'wrong_district', 'security', 'conflict_of_interest')),
  state text NOT NULL CHECK (state IN ('offered', 'accepted', 'returned', 'withdrawn')),
  offered_at timestamptz NOT NULL,
  offered_by uuid NOT NULL,
  ended_at timestamptz,
  ended_by uuid,
  return_reason text CHECK (return_reason IN ('no_capacity', 'wrong_district', 'victim_did_not_agree', 'file_incomplete', 'better_where_it_is')),
  version bigint NOT NULL
);
CREATE UNIQUE INDEX transfers_open_of_case ON transfers (case_id) WHERE state = 'offered';
CREATE INDEX transfers_by_case ON transfers (case_id, id DESC);
CREATE INDEX transfers_by_origin ON transfers (from_district, id DESC);
CREATE INDEX transfers_by_goal ON transfers (to_district, id DESC);
