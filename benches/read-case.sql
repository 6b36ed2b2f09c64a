-- The statements of GET /cases/{id}/file: those that log_statement = all showed, in the service's order and flights.
-- It differs in this: the record of the read has a transaction of its own here, while the service makes one for the
-- records of all who wait at that moment, which is less work for the server and longer to wait for.
\set n random(1, :files)
SELECT users.id, users.role, users.organisation_id, users.area FROM sessions INNER JOIN users ON sessions.user_id = users.id WHERE sessions.id = :session AND sessions.ended_at IS NULL AND sessions.expires_at > now() AND users.session_epoch = 1 AND users.disabled_at IS NULL LIMIT 1;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, number, victim_id AS victim, incident_id, district, phase, officer_id, urgency, state, opened_at, opened_by, held_at, hold_reason, closed_at, closed_by, outcome, changed_at, version FROM cases WHERE id = ('1' || lpad(to_hex(:n::bigint), 31, '0'))::uuid AND district = ANY(ARRAY['PK508']) LIMIT 1 \gset
\startpipeline
SELECT victims.id, category, identity_state, sex, birth_year, is_child, home_district, identity, registered_at, registered_by, version, wrapped FROM victims INNER JOIN person_keys ON person_keys.victim_id = victims.id WHERE victims.id = :victim AND victims.id = ANY(SELECT victim_id FROM victim_districts WHERE district = ANY(ARRAY['PK508']));
SELECT incident_id, harm FROM harms WHERE victim_id = :victim ORDER BY harm;
SELECT district FROM victim_districts WHERE victim_id = :victim ORDER BY district;
SELECT COUNT(*) FROM relations WHERE victim_id = :victim AND is_guardian;
\endpipeline
SELECT id, case_id, district, domain, urgency, detail, state, identified_at, identified_by, due_at, started_at, ended_at, ended_by, reason, version FROM needs WHERE case_id = ('1' || lpad(to_hex(:n::bigint), 31, '0'))::uuid AND district = ANY(ARRAY['PK508']) ORDER BY id DESC LIMIT 201;
SELECT id, case_id, district, organisation_id, service_id, consent_id, fields, urgency, message, requested_at, requested_by, due_at, version, state, answered_at, answered_by, started_at, ended_at, ended_by, reason, outcome FROM referrals WHERE district = ANY(ARRAY['PK508']) AND case_id = ('1' || lpad(to_hex(:n::bigint), 31, '0'))::uuid ORDER BY id DESC LIMIT 201;
SELECT referral_id, need_id FROM referral_needs WHERE referral_id = ANY(ARRAY[('4' || lpad(to_hex(:n::bigint), 31, '0'))::uuid]) ORDER BY need_id;
COMMIT;
BEGIN;
INSERT INTO trail (id, at, actor_id, action, outcome, subject_id, case_id, record, leaf) VALUES (gen_random_uuid(), now(), :actor, 'case.file_viewed', 'viewed', ('1' || lpad(to_hex(:n::bigint), 31, '0'))::uuid, ('1' || lpad(to_hex(:n::bigint), 31, '0'))::uuid, '{"action":"case.file_viewed","actor":"01a1fdfd-4d2d-7433-b043-362d6b9e817f","at":"2026-11-21T12-05-21.245881Z","case":"01a1fdff-2cdd-75fd-b921-d19e19217f92","facts":{"district":"PK508","state":"open","victim":"01a1fdfe-5484-718f-8f4a-1bbe65e67ab5"},"id":"01a1fdff-2ddd-75cd-8acd-d169e5ab95b6","outcome":"viewed","request":"01a1fdff-2ca8-719e-91ab-69ffc2aace76","role":"officer","session":"01a1fdff-2bb4-7470-a981-7943818934aa","subject":"01a1fdff-2cdd-75fd-b921-d19e19217f92","v": 1}', '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
COMMIT;
