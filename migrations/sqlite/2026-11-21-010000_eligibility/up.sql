-- Rules of programmes and services. A version is never changed: a new one supersedes it from a day on.
CREATE TABLE rule_sets (
  id BLOB PRIMARY KEY NOT NULL,
  programme_id BLOB REFERENCES programmes (id),
  service_id BLOB REFERENCES services (id),
  version INTEGER NOT NULL,
  in_force_from TEXT,
  book TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  UNIQUE (programme_id, version),
  UNIQUE (service_id, version)
) STRICT;

-- How many people a service can help at a time, if it said so.
ALTER TABLE services ADD COLUMN capacity INTEGER;

-- What decides whom a victim can be referred to, sealed whole: religion, household, income, aid, papers.
CREATE TABLE circumstances (
  victim_id BLOB PRIMARY KEY NOT NULL REFERENCES victims (id),
  document BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- Places taken: exactly the referrals that are requested, accepted or in progress have neither an end nor a reason.
CREATE INDEX referrals_by_service ON referrals (service_id) WHERE ended_at IS NULL AND reason IS NULL;
