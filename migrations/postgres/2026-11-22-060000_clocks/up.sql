-- By when the law wants the government told of a victim, the money in the district, and the award paid.
ALTER TABLE tasks DROP CONSTRAINT tasks_kind_check;
ALTER TABLE tasks ADD CONSTRAINT tasks_kind_check CHECK (kind IN ('follow_up', 'anniversary', 'start_need', 'chase_referral', 'next_step', 'check_help', 'risk', 'answer_override', 'plan_review', 'plan_action', 'claim_report', 'fund_transfer', 'claim_payment', 'reminder'));
