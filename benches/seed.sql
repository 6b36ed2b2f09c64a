-- What the main job reads and writes, under the victims that were registered through the API, in the district PK508.
--   psql -v incidents=N -v files=N -f seed.sql
-- Incident n has the id n in hexadecimal. Of the 320 victims, counted from 0, those from 288 on were harmed by many
-- incidents, n by 288 + n % 32: pairs of which no case is open yet, each good for one. The others have one harm and several
-- cases, 1 to :files, since a file that is read holds all harms of its victim.
\set ON_ERROR_STOP on
SELECT id AS officer FROM users WHERE role = 'officer' \gset

CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM victims;
CREATE UNIQUE INDEX ON people (n);
ANALYZE people;
CREATE FUNCTION pg_temp.numbered(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  AS $$ SELECT (kind || lpad(to_hex(n), 31, '0'))::uuid $$;
-- The number of case n of 2025 in Khyber Pakhtunkhwa: Damm's check digit is over the 5 of its p-code and all that follows.
CREATE FUNCTION pg_temp.case_number(n bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  damm CONSTANT text := '0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790';
  serial CONSTANT text := lpad(n::text, 6, '0');
  interim integer := 0;
  digit text;
BEGIN
  FOREACH digit IN ARRAY regexp_split_to_array('52025' || serial, '') LOOP
    interim := substr(damm, interim * 10 + digit::integer + 1, 1);
  END LOOP;
  RETURN 'KP-2025-' || serial || '-' || interim;
END $$;

INSERT INTO incidents (id, occurred_on, district, place, attack_type, target_type, weapon_type, is_suicide, source, state,
  reported_at, reported_by, version)
SELECT pg_temp.numbered('0', n), '2026-10-01', 'PK508', 'Bench', 'bombing_explosion',
  'private_citizens', 'explosives', false, 'Police report', 'reported', now(), :'officer', 1 FROM generate_series(1, :incidents) n;
INSERT INTO harms (victim_id, incident_id, harm)
SELECT people.id, pg_temp.numbered('0', s.n), 'injured' FROM generate_series(1, :incidents) s (n) JOIN people ON people.n = 288 + s.n % 32;

INSERT INTO cases (id, number, victim_id, incident_id, district, phase, officer_id, urgency, state, opened_at, opened_by,
  changed_at, version)
SELECT pg_temp.numbered('1', s.n), pg_temp.case_number(s.n), people.id, pg_temp.numbered('0', s.n), 'PK508', 'acute', :'officer',
  'within_24_hours', 'open', now(), :'officer', now(), 1 FROM generate_series(1, :files) s (n) JOIN people ON people.n = s.n % 288;
INSERT INTO needs (id, case_id, district, domain, urgency, state, identified_at, identified_by, due_at, version)
SELECT pg_temp.numbered('2', 2 * n + k), pg_temp.numbered('1', n), 'PK508', (ARRAY['medical', 'financial'])[k + 1],
  'within_24_hours', 'identified', now(), :'officer', now() + interval '1 day', 1
FROM generate_series(1, :files) n, generate_series(0, 1) k;

-- One consent a victim, one referral a case, for the first of its needs.
SELECT id AS service, organisation_id AS organisation FROM services ORDER BY id LIMIT 1 \gset
INSERT INTO consents (id, victim_id, purpose, recipient_id, fields, given_by, given_at, recorded_by, version)
SELECT pg_temp.numbered('3', n), id, 'referral', :'organisation', 'name', 'self', now(), :'officer', 1 FROM people;
INSERT INTO referrals (id, case_id, district, organisation_id, service_id, consent_id, fields, urgency, state, requested_at,
  requested_by, due_at, version)
SELECT pg_temp.numbered('4', n), pg_temp.numbered('1', n), 'PK508', :'organisation', :'service',
  pg_temp.numbered('3', n % 288), 'name', 'within_24_hours', 'requested', now(), :'officer', now() + interval '1 day', 1
FROM generate_series(1, :files) n;
INSERT INTO referral_needs (referral_id, need_id)
SELECT pg_temp.numbered('4', n), pg_temp.numbered('2', 2 * n) FROM generate_series(1, :files) n;
