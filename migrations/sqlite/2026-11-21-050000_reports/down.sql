DROP INDEX referrals_by_request;
