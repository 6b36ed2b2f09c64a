-- Rules of programmes and services. A version is never changed: a new one supersedes it from a day on.
CREATE TABLE rule_sets (
  id uuid PRIMARY KEY,
  programme_id uuid REFERENCES programmes (id),
  service_id uuid REFERENCES services (id),
  version bigint NOT NULL,
  in_force_from date,
  book text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  UNIQUE (programme_id, version),
  UNIQUE (service_id, version)
);

-- How many people a service can help at a time, if it said so.
ALTER TABLE services ADD COLUMN capacity integer;

-- What decides whom a victim can be referred to, sealed whole: religion, household, income, aid, papers.
CREATE TABLE circumstances (
  victim_id uuid PRIMARY KEY REFERENCES victims (id),
  document bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  version bigint NOT NULL
);

-- Places taken: exactly the referrals that are requested, accepted or in progress have neither an end nor a reason.
CREATE INDEX referrals_by_service ON referrals (service_id) WHERE ended_at IS NULL AND reason IS NULL;
