-- What the State pays by: Acts, cabinet rates, regulations, and packages for one incident.
CREATE TABLE tariff_instruments (
  id uuid PRIMARY KEY,
  code text COLLATE "C" NOT NULL UNIQUE,
  title text NOT NULL,
  jurisdiction text COLLATE "C" NOT NULL,
  track text NOT NULL CHECK (track IN ('civilian', 'law_enforcement', 'loc_firing')),
  kind text NOT NULL CHECK (kind IN ('standing', 'incident_package')),
  status text NOT NULL CHECK (status IN ('in_force', 'approved', 'paid', 'announced', 'bill_only', 'historic', 'superseded_unknown')),
  confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  source text NOT NULL,
  incident_id uuid REFERENCES incidents (id),
  exclusions text NOT NULL,
  excluded_by text NOT NULL,
  heir_rule text NOT NULL CHECK (heir_rule IN ('precedence', 'shares')),
  heir_order text NOT NULL,
  heir_source text NOT NULL,
  heir_confidence text NOT NULL CHECK (heir_confidence IN ('high', 'medium', 'low')),
  clocks text NOT NULL,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX tariff_instruments_by_jurisdiction ON tariff_instruments (jurisdiction, id DESC);
CREATE INDEX tariff_instruments_by_incident ON tariff_instruments (incident_id);

-- One amount for one harm from a day on. What takes its place names it, so no two hold on one day.
CREATE TABLE tariff_lines (
  id uuid PRIMARY KEY,
  instrument_id uuid NOT NULL REFERENCES tariff_instruments (id),
  harm text NOT NULL CHECK (harm IN ('death', 'death_crossfire', 'death_target_killing', 'death_constable_to_inspector', 'death_dsp', 'death_sp_to_dig', 'death_bps01_16', 'death_bps17', 'death_bps18_22', 'disability_permanent', 'limb_loss', 'eye_loss', 'injury_grievous', 'injury_substantial', 'injury_serious', 'injury_moderate', 'injury_major', 'injury_minor', 'injury_any', 'injury_psychological', 'dwelling_full', 'dwelling_partial', 'business_full', 'business_partial', 'vehicle_heavy_severe', 'vehicle_heavy_minor', 'vehicle_light_severe', 'vehicle_light_minor', 'vehicle_motorcycle')),
  amount_paisa bigint NOT NULL CHECK (amount_paisa > 0),
  valid_from date NOT NULL,
  status text NOT NULL CHECK (status IN ('in_force', 'approved', 'paid', 'announced', 'bill_only', 'historic', 'superseded_unknown')),
  confidence text NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  source text NOT NULL,
  supersedes uuid UNIQUE REFERENCES tariff_lines (id),
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL
);
CREATE INDEX tariff_lines_by_instrument ON tariff_lines (instrument_id, id DESC);
CREATE UNIQUE INDEX tariff_lines_first ON tariff_lines (instrument_id, harm) WHERE supersedes IS NULL;

CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this row is never changed'; END $$;
CREATE TRIGGER tariff_lines_are_never_edited BEFORE UPDATE OR DELETE ON tariff_lines FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER tariff_lines_are_never_emptied BEFORE TRUNCATE ON tariff_lines EXECUTE FUNCTION refuse_rewrite();
