-- Loses the referrals that rest on an override, since they could not stand without it.
DELETE FROM referral_needs WHERE referral_id IN (SELECT id FROM referrals WHERE override_id IS NOT NULL);
DELETE FROM referrals WHERE override_id IS NOT NULL;
ALTER TABLE referrals DROP COLUMN override_id;
ALTER TABLE referrals ALTER COLUMN consent_id SET NOT NULL;
DROP TABLE consent_overrides;
