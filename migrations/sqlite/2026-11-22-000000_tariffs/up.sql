-- What the State pays by: Acts, cabinet rates, regulations, and packages for one incident.
CREATE TABLE tariff_instruments (
  id BLOB PRIMARY KEY NOT NULL,
  code TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  jurisdiction TEXT NOT NULL,
  track TEXT NOT NULL CHECK (track IN ('civilian', 'law_enforcement', 'loc_firing')),
  kind TEXT NOT NULL CHECK (kind IN ('standing', 'incident_package')),
  status TEXT NOT NULL CHECK (status IN ('in_force', 'approved', 'paid', 'announced', 'bill_only', 'historic', 'superseded_unknown')),
  confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  source TEXT NOT NULL,
  incident_id BLOB REFERENCES incidents (id),
  exclusions TEXT NOT NULL,
  excluded_by TEXT NOT NULL,
  heir_rule TEXT NOT NULL CHECK (heir_rule IN ('precedence', 'shares')),
  heir_order TEXT NOT NULL,
  heir_source TEXT NOT NULL,
  heir_confidence TEXT NOT NULL CHECK (heir_confidence IN ('high', 'medium', 'low')),
  clocks TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX tariff_instruments_by_jurisdiction ON tariff_instruments (jurisdiction, id DESC);
CREATE INDEX tariff_instruments_by_incident ON tariff_instruments (incident_id);

-- One amount for one harm from a day on. What takes its place names it, so no two hold on one day.
CREATE TABLE tariff_lines (
  id BLOB PRIMARY KEY NOT NULL,
  instrument_id BLOB NOT NULL REFERENCES tariff_instruments (id),
  harm TEXT NOT NULL CHECK (harm IN ('death', 'death_crossfire', 'death_target_killing', 'death_constable_to_inspector', 'death_dsp', 'death_sp_to_dig', 'death_bps01_16', 'death_bps17', 'death_bps18_22', 'disability_permanent', 'limb_loss', 'eye_loss', 'injury_grievous', 'injury_substantial', 'injury_serious', 'injury_moderate', 'injury_major', 'injury_minor', 'injury_any', 'injury_psychological', 'dwelling_full', 'dwelling_partial', 'business_full', 'business_partial', 'vehicle_heavy_severe', 'vehicle_heavy_minor', 'vehicle_light_severe', 'vehicle_light_minor', 'vehicle_motorcycle')),
  amount_paisa INTEGER NOT NULL CHECK (amount_paisa > 0),
  valid_from TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('in_force', 'approved', 'paid', 'announced', 'bill_only', 'historic', 'superseded_unknown')),
  confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
  source TEXT NOT NULL,
  supersedes BLOB UNIQUE REFERENCES tariff_lines (id),
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL
) STRICT;
CREATE INDEX tariff_lines_by_instrument ON tariff_lines (instrument_id, id DESC);
CREATE UNIQUE INDEX tariff_lines_first ON tariff_lines (instrument_id, harm) WHERE supersedes IS NULL;

CREATE TRIGGER tariff_lines_are_never_edited BEFORE UPDATE ON tariff_lines
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
CREATE TRIGGER tariff_lines_are_never_emptied BEFORE DELETE ON tariff_lines
BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;
