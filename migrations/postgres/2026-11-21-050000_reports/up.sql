-- The referral loop asks for the referrals of a period.
CREATE INDEX referrals_by_request ON referrals (requested_at);
