-- A directory of 2,000 services and 300,000 referrals of three months, beside the 50,000 cases of seed.sql.
--   psql -v leaver=USER -f case.sql
-- A fifth of the services each work in all of Pakistan, in all of Khyber Pakhtunkhwa and in PK508; the others in one district
-- elsewhere. Half have rules of their own, which are those that come with Umeed, in turn; a quarter belong to a programme.
\set ON_ERROR_STOP on
CREATE FUNCTION pg_temp.numbered(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  AS $$ SELECT (kind || lpad(to_hex(n), 31, '0'))::uuid $$;
SELECT id AS officer FROM users WHERE role = 'officer' ORDER BY id LIMIT 1 \gset
CREATE TEMP TABLE programme AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, id FROM programmes;
CREATE TEMP TABLE book AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, book FROM rule_sets;
CREATE TEMP TABLE district AS SELECT row_number() OVER (ORDER BY pcode) - 1 AS n, pcode FROM districts WHERE province <> 'PK-KP';

INSERT INTO organisations (id, name, kind, is_active, created_at, version)
SELECT pg_temp.numbered('5', n), 'Bench organisation ' || n, 'ngo', true, now(), 1 FROM generate_series(0, 99) n;
INSERT INTO services (id, organisation_id, programme_id, name, domain, urgencies, description, eligibility, required_documents,
  status, capacity, created_at, version)
SELECT pg_temp.numbered('6', s.n), pg_temp.numbered('5', s.n % 100), programme.id, 'Bench service ' || s.n,
  (ARRAY['medical', 'psychosocial', 'legal', 'financial', 'protection', 'education', 'livelihood', 'shelter', 'documentation'])[1 + s.n % 9],
  'within_24_hours,within_72_hours,within_two_weeks', 'For the bench', 'For the bench', '[]', 'active',
  CASE WHEN s.n / 9 % 3 = 0 THEN 10 END, now(), 1
FROM generate_series(0, 1999) s (n) LEFT JOIN programme ON s.n % 4 = 0 AND programme.n = s.n / 4 % (SELECT count(*) FROM programme);
INSERT INTO service_areas (service_id, area)
SELECT pg_temp.numbered('6', s.n), CASE s.n / 9 % 5 WHEN 0 THEN 'PK' WHEN 1 THEN 'PK-KP' WHEN 2 THEN 'PK508' ELSE district.pcode END
FROM generate_series(0, 1999) s (n) JOIN district ON district.n = s.n % (SELECT count(*) FROM district);
INSERT INTO rule_sets (id, service_id, version, in_force_from, book, recorded_at, recorded_by)
SELECT pg_temp.numbered('7', s.n), pg_temp.numbered('6', s.n), 1, '2026-01-01', book.book, now(), :'officer'
FROM generate_series(0, 1999, 2) s (n) JOIN book ON book.n = s.n / 2 % (SELECT count(*) FROM book);

-- Requested from July to September 2026, in every state; those that were answered, after up to a hundred hours. Those that wait
-- are not due yet, or the service would spend the measurement letting them expire.
INSERT INTO referrals (id, case_id, district, organisation_id, service_id, consent_id, fields, urgency, state, requested_at,
  requested_by, due_at, answered_at, answered_by, started_at, ended_at, ended_by, reason, outcome, version)
SELECT pg_temp.numbered('8', n), pg_temp.numbered('1', 1 + n % 50000), 'PK508', pg_temp.numbered('5', service % 100),
  pg_temp.numbered('6', service), pg_temp.numbered('3', (1 + n % 50000) % 288), 'name', 'within_72_hours',
  state, asked, :'officer', CASE state WHEN 'requested' THEN now() ELSE asked END + interval '72 hours',
  CASE WHEN is_answered THEN answered END, CASE WHEN is_answered THEN :'officer'::uuid END,
  CASE WHEN state IN ('in_progress', 'completed', 'failed') THEN answered END,
  CASE WHEN is_ended THEN answered + interval '2 days' END,
  CASE WHEN is_ended AND state <> 'expired' THEN :'officer'::uuid END,
  CASE state WHEN 'declined' THEN 'no_capacity' WHEN 'failed' THEN 'service_failed' WHEN 'withdrawn' THEN 'no_longer_wanted' END,
  CASE WHEN state = 'completed' THEN (ARRAY['helped', 'partly_helped', 'referred_elsewhere'])[1 + n % 3] END, 1
FROM (SELECT n, n * 31 % 2000 AS service, timestamptz '2026-07-01 00:00+05' + n * interval '26 seconds' AS asked,
    timestamptz '2026-07-01 00:00+05' + n * interval '26 seconds' + n::bigint * 7919 % 6000 * interval '1 minute' AS answered,
    state, state IN ('accepted', 'declined', 'in_progress', 'completed', 'failed') AS is_answered,
    state IN ('completed', 'failed', 'withdrawn', 'expired') AS is_ended
  FROM generate_series(0, 299999) n CROSS JOIN LATERAL (SELECT (ARRAY['requested', 'accepted', 'declined', 'in_progress', 'completed',
    'completed', 'completed', 'failed', 'withdrawn', 'expired'])[1 + n / 7 % 10] AS state) s) r;

-- What the leaver leaves.
UPDATE cases SET officer_id = :'leaver' WHERE id IN (SELECT pg_temp.numbered('1', n) FROM generate_series(1, 5000) n);
INSERT INTO tasks (id, case_id, district, kind, subject_id, round, due_at, urgent, assignee_id, state, made_at, escalate_at, version)
SELECT pg_temp.numbered('9', 3 * n + k), pg_temp.numbered('1', n), 'PK508', (ARRAY['follow_up', 'start_need', 'start_need'])[k + 1],
  CASE k WHEN 0 THEN pg_temp.numbered('1', n) ELSE pg_temp.numbered('2', 2 * n + k - 1) END, 1, now() + interval '1 day', false, :'leaver',
  'due', now(), now() + interval '2 days', 1 FROM generate_series(1, 5000) n, generate_series(0, 2) k;
