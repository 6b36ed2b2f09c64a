//! The tables, as diesel sees them on both databases. It holds nothing that the migrations do not.

/// Expands to one `diesel::table!` a table, with our own column types in sight.
macro_rules! tables {
    ($($name:ident ($($key:ident),+) { $($columns:tt)* })+) => {
        $(diesel::table! {
            use diesel::sql_types::*;
            use crate::db::types::{Instant, Uid};
            $name ($($key),+) { $($columns)* }
        })+
        diesel::allow_tables_to_appear_in_same_query!($($name),+);
    };
}

tables! {
    meta (name) {
        name -> Text,
        value -> Text,
    }
    trail (id) {
        id -> Uid,
        at -> Instant,
        actor_id -> Nullable<Uid>,
        action -> Text,
        outcome -> Text,
        subject_id -> Nullable<Uid>,
        case_id -> Nullable<Uid>,
        record -> Text,
        leaf -> Binary,
    }
    outbox (id) {
        id -> Uid,
        topic -> Text,
        subject_id -> Uid,
        payload -> Text,
        created_at -> Instant,
        due_at -> Instant,
        leased_until -> Nullable<Instant>,
        attempts -> Integer,
        delivered_at -> Nullable<Instant>,
    }
    replies (actor_id, key) {
        actor_id -> Uid,
        key -> Text,
        request -> Binary,
        answer -> Nullable<Binary>,
        created_at -> Instant,
    }
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
    districts (pcode) {
        pcode -> Text,
        province -> Text,
        name -> Text,
        name_ur -> Nullable<Text>,
        erstwhile_fata -> Bool,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        predecessor -> Nullable<Text>,
        version -> BigInt,
    }
    organisations (id) {
        id -> Uid,
        code -> Nullable<Text>,
        name -> Text,
        name_ur -> Nullable<Text>,
        kind -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        website -> Nullable<Text>,
        is_active -> Bool,
        created_at -> Instant,
        version -> BigInt,
    }
    programmes (id) {
        id -> Uid,
        code -> Text,
        organisation_id -> Uid,
        name -> Text,
        name_ur -> Nullable<Text>,
        domain -> Text,
        areas -> Text,
        urgencies -> Text,
        description -> Text,
        eligibility -> Text,
        application -> Text,
        required_documents -> Text,
        source -> Text,
        source_date -> Date,
        confidence -> Text,
        status -> Text,
        created_at -> Instant,
        version -> BigInt,
    }
    services (id) {
        id -> Uid,
        code -> Nullable<Text>,
        organisation_id -> Uid,
        programme_id -> Nullable<Uid>,
        name -> Text,
        name_ur -> Nullable<Text>,
        domain -> Text,
        urgencies -> Text,
        description -> Text,
        eligibility -> Text,
        required_documents -> Text,
        contact -> Nullable<Text>,
        status -> Text,
        capacity -> Nullable<Integer>,
        created_at -> Instant,
        version -> BigInt,
    }
    service_areas (service_id, area) {
        service_id -> Uid,
        area -> Text,
    }
    rule_sets (id) {
        id -> Uid,
        programme_id -> Nullable<Uid>,
        service_id -> Nullable<Uid>,
        version -> BigInt,
        in_force_from -> Nullable<Date>,
        book -> Text,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    users (id) {
        id -> Uid,
        email -> Text,
        name -> Text,
        role -> Text,
        organisation_id -> Nullable<Uid>,
        area -> Text,
        password -> Nullable<Text>,
        session_epoch -> BigInt,
        disabled_at -> Nullable<Instant>,
        created_at -> Instant,
        version -> BigInt,
    }
    sessions (id) {
        id -> Uid,
        user_id -> Uid,
        epoch -> BigInt,
        created_at -> Instant,
        used_at -> Instant,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
        ended_because -> Nullable<Text>,
    }
    refresh_tokens (hash) {
        hash -> Binary,
        session_id -> Uid,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
    invitations (hash) {
        hash -> Binary,
        user_id -> Uid,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
    incidents (id) {
        id -> Uid,
        occurred_on -> Date,
        district -> Text,
        place -> Text,
        attack_type -> Text,
        target_type -> Text,
        weapon_type -> Text,
        is_suicide -> Bool,
        summary -> Nullable<Text>,
        source -> Text,
        state -> Text,
        reported_at -> Instant,
        reported_by -> Uid,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Uid>,
        reason -> Nullable<Text>,
        version -> BigInt,
    }
    incident_figures (id) {
        id -> Uid,
        incident_id -> Uid,
        source -> Text,
        as_of -> Date,
        killed -> Nullable<Integer>,
        injured -> Nullable<Integer>,
        civilians_killed -> Nullable<Integer>,
        civilians_injured -> Nullable<Integer>,
        law_enforcement_killed -> Nullable<Integer>,
        law_enforcement_injured -> Nullable<Integer>,
        note -> Nullable<Text>,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    casualty_figures (id) {
        id -> Uid,
        source -> Text,
        period_start -> Date,
        period_end -> Date,
        area -> Text,
        area_kind -> Text,
        incidents -> Nullable<Integer>,
        killed -> Nullable<Integer>,
        injured -> Nullable<Integer>,
        civilians_killed -> Nullable<Integer>,
        civilians_injured -> Nullable<Integer>,
        law_enforcement_killed -> Nullable<Integer>,
        law_enforcement_injured -> Nullable<Integer>,
        suicide_attacks -> Nullable<Integer>,
        note -> Nullable<Text>,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    tariff_instruments (id) {
        id -> Uid,
        code -> Text,
        title -> Text,
        jurisdiction -> Text,
        track -> Text,
        kind -> Text,
        status -> Text,
        confidence -> Text,
        source -> Text,
        incident_id -> Nullable<Uid>,
        exclusions -> Text,
        heir_rule -> Text,
        heir_order -> Text,
        heir_source -> Text,
        heir_confidence -> Text,
        clocks -> Text,
        created_at -> Instant,
        version -> BigInt,
    }
    tariff_lines (id) {
        id -> Uid,
        instrument_id -> Uid,
        harm -> Text,
        amount_paisa -> BigInt,
        valid_from -> Date,
        status -> Text,
        confidence -> Text,
        source -> Text,
        supersedes -> Nullable<Uid>,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    victims (id) {
        id -> Uid,
        category -> Text,
        identity_state -> Text,
        sex -> Text,
        birth_year -> Nullable<Integer>,
        is_child -> Bool,
        home_district -> Nullable<Text>,
        identity -> Binary,
        registered_at -> Instant,
        registered_by -> Uid,
        version -> BigInt,
    }
    person_keys (victim_id) {
        victim_id -> Uid,
        wrapped -> Binary,
    }
    identity_marks (victim_id, kind, mark) {
        victim_id -> Uid,
        kind -> Text,
        mark -> Binary,
    }
    victim_districts (victim_id, district) {
        victim_id -> Uid,
        district -> Text,
    }
    harms (victim_id, incident_id, harm) {
        victim_id -> Uid,
        incident_id -> Uid,
        harm -> Text,
    }
    circumstances (victim_id) {
        victim_id -> Uid,
        document -> Binary,
        recorded_at -> Instant,
        recorded_by -> Uid,
        version -> BigInt,
    }
    relations (id) {
        id -> Uid,
        victim_id -> Uid,
        relation -> Text,
        is_guardian -> Bool,
        other_victim_id -> Nullable<Uid>,
        person -> Nullable<Binary>,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    consents (id) {
        id -> Uid,
        victim_id -> Uid,
        purpose -> Text,
        recipient_id -> Uid,
        fields -> Text,
        given_by -> Text,
        given_at -> Instant,
        expires_at -> Nullable<Instant>,
        withdrawn_at -> Nullable<Instant>,
        withdrawn_by -> Nullable<Uid>,
        recorded_by -> Uid,
        version -> BigInt,
    }
    recognitions (id) {
        id -> Uid,
        victim_id -> Uid,
        incident_id -> Uid,
        kind -> Text,
        source -> Text,
        reference -> Nullable<Binary>,
        listed_on -> Date,
        recorded_at -> Instant,
        recorded_by -> Uid,
        withdrawn_at -> Nullable<Instant>,
        withdrawn_by -> Nullable<Uid>,
        withdraw_reason -> Nullable<Text>,
        version -> BigInt,
    }
    protections (victim_id) {
        victim_id -> Uid,
        state -> Text,
        reason -> Text,
        until -> Nullable<Instant>,
        placed_at -> Instant,
        placed_by -> Uid,
        lifted_at -> Nullable<Instant>,
        lifted_by -> Nullable<Uid>,
        lift_reason -> Nullable<Text>,
        version -> BigInt,
    }
    protection_readers (victim_id, user_id) {
        victim_id -> Uid,
        user_id -> Uid,
    }
    safe_contacts (victim_id) {
        victim_id -> Uid,
        rules -> Binary,
        recorded_at -> Instant,
        recorded_by -> Uid,
        version -> BigInt,
    }
    cases (id) {
        id -> Uid,
        number -> Text,
        victim_id -> Uid,
        incident_id -> Uid,
        district -> Text,
        phase -> Text,
        officer_id -> Nullable<Uid>,
        urgency -> Nullable<Text>,
        state -> Text,
        opened_at -> Instant,
        opened_by -> Uid,
        held_at -> Nullable<Instant>,
        hold_reason -> Nullable<Text>,
        closed_at -> Nullable<Instant>,
        closed_by -> Nullable<Uid>,
        outcome -> Nullable<Text>,
        informed_how -> Nullable<Text>,
        informed_on -> Nullable<Date>,
        last_contact_at -> Nullable<Instant>,
        banners -> Text,
        changed_at -> Instant,
        version -> BigInt,
    }
    transfers (id) {
        id -> Uid,
        case_id -> Uid,
        from_district -> Text,
        to_district -> Text,
        reason -> Text,
        state -> Text,
        offered_at -> Instant,
        offered_by -> Uid,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        return_reason -> Nullable<Text>,
        version -> BigInt,
    }
    notes (id) {
        id -> Uid,
        case_id -> Uid,
        written_at -> Instant,
        written_by -> Uid,
        body -> Binary,
    }
    needs (id) {
        id -> Uid,
        case_id -> Uid,
        district -> Text,
        domain -> Text,
        urgency -> Text,
        detail -> Nullable<Binary>,
        state -> Text,
        identified_at -> Instant,
        identified_by -> Uid,
        due_at -> Instant,
        started_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        reason -> Nullable<Text>,
        version -> BigInt,
    }
    screenings (id) {
        id -> Uid,
        case_id -> Uid,
        district -> Text,
        instrument -> Text,
        instrument_version -> Integer,
        language -> Text,
        mode -> Text,
        content -> Binary,
        taken_at -> Instant,
        taken_by -> Uid,
    }
    plans (id) {
        id -> Uid,
        case_id -> Uid,
        district -> Text,
        review_on -> Date,
        victim_says -> Text,
        recorded -> Nullable<Text>,
        agreed_on -> Nullable<Date>,
        made_at -> Instant,
        made_by -> Uid,
        changed_at -> Instant,
        version -> BigInt,
    }
    plan_goals (id) {
        id -> Uid,
        plan_id -> Uid,
        need_id -> Uid,
        text -> Binary,
        set_at -> Instant,
        set_by -> Uid,
    }
    plan_actions (id) {
        id -> Uid,
        plan_id -> Uid,
        goal_id -> Nullable<Uid>,
        text -> Binary,
        owner_id -> Uid,
        due_on -> Date,
        state -> Text,
        set_at -> Instant,
        set_by -> Uid,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        reason -> Nullable<Text>,
    }
    referrals (id) {
        id -> Uid,
        case_id -> Uid,
        district -> Text,
        organisation_id -> Uid,
        service_id -> Uid,
        consent_id -> Nullable<Uid>,
        override_id -> Nullable<Uid>,
        fields -> Text,
        urgency -> Text,
        message -> Nullable<Binary>,
        state -> Text,
        requested_at -> Instant,
        requested_by -> Uid,
        due_at -> Instant,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Uid>,
        started_at -> Nullable<Instant>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        reason -> Nullable<Text>,
        outcome -> Nullable<Text>,
        version -> BigInt,
    }
    consent_overrides (id) {
        id -> Uid,
        case_id -> Uid,
        district -> Text,
        service_id -> Uid,
        organisation_id -> Uid,
        fields -> Text,
        reason -> Text,
        detail -> Binary,
        state -> Text,
        asked_at -> Instant,
        asked_by -> Uid,
        ends_at -> Instant,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Uid>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        end_reason -> Nullable<Text>,
        reviewed_at -> Nullable<Instant>,
        reviewed_by -> Nullable<Uid>,
        finding -> Nullable<Text>,
        version -> BigInt,
    }
    referral_needs (referral_id, need_id) {
        referral_id -> Uid,
        need_id -> Uid,
    }
    victim_batches (id) {
        id -> Uid,
        recipient_id -> Uid,
        programme_id -> Uid,
        fields -> Text,
        built_at -> Instant,
        built_by -> Uid,
        state -> Text,
        submitted_at -> Nullable<Instant>,
        submitted_by -> Nullable<Uid>,
        returned_at -> Nullable<Instant>,
        returned_by -> Nullable<Uid>,
        return_reason -> Nullable<Text>,
        reviewed_at -> Nullable<Instant>,
        reviewed_by -> Nullable<Uid>,
        handed_over_at -> Nullable<Instant>,
        handed_over_by -> Nullable<Uid>,
        cancelled_at -> Nullable<Instant>,
        cancelled_by -> Nullable<Uid>,
        version -> BigInt,
    }
    victim_batch_districts (batch_id, district) {
        batch_id -> Uid,
        district -> Text,
    }
    victim_batch_lines (id) {
        id -> Uid,
        batch_id -> Uid,
        programme_id -> Uid,
        victim_id -> Uid,
        case_id -> Uid,
        district -> Text,
        reference -> Nullable<Text>,
        consent_id -> Nullable<Uid>,
        person -> Nullable<Binary>,
        state -> Text,
        reason -> Nullable<Text>,
        answer -> Nullable<Text>,
        answered_on -> Nullable<Date>,
        answer_reason -> Nullable<Binary>,
        changed_at -> Instant,
    }
    victim_batch_files (batch_id, format) {
        batch_id -> Uid,
        format -> Text,
        sha256 -> Text,
        bytes -> BigInt,
        content -> Binary,
        made_at -> Instant,
    }
    tasks (id) {
        id -> Uid,
        case_id -> Uid,
        district -> Text,
        kind -> Text,
        subject_id -> Uid,
        round -> BigInt,
        due_at -> Instant,
        urgent -> Bool,
        assignee_id -> Nullable<Uid>,
        state -> Text,
        made_at -> Instant,
        made_by -> Nullable<Uid>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        note -> Nullable<Binary>,
        escalate_at -> Instant,
        escalated_at -> Nullable<Instant>,
        version -> BigInt,
    }
    feedback (id) {
        id -> Uid,
        code -> Binary,
        kind -> Text,
        category -> Text,
        channel -> Text,
        district -> Text,
        case_id -> Nullable<Uid>,
        organisation_id -> Nullable<Uid>,
        body -> Binary,
        received_at -> Instant,
        received_by -> Nullable<Uid>,
        due_at -> Instant,
        state -> Text,
        answer -> Nullable<Binary>,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Uid>,
        appeal -> Nullable<Binary>,
        appealed_at -> Nullable<Instant>,
        decision -> Nullable<Binary>,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Uid>,
        sent_to -> Nullable<Uid>,
        version -> BigInt,
    }
    feedback_about (feedback_id, user_id) {
        feedback_id -> Uid,
        user_id -> Uid,
        named_at -> Instant,
        named_by -> Nullable<Uid>,
    }
    claims (id) {
        id -> Uid,
        case_id -> Uid,
        victim_id -> Uid,
        incident_id -> Uid,
        district -> Text,
        instrument_id -> Uid,
        line_id -> Uid,
        harm -> Text,
        track -> Text,
        registered_by -> Uid,
        prepared_at -> Instant,
        prepared_by -> Uid,
        state -> Text,
        submitted_at -> Nullable<Instant>,
        submitted_by -> Nullable<Uid>,
        returned_at -> Nullable<Instant>,
        returned_by -> Nullable<Uid>,
        return_reason -> Nullable<Text>,
        verified_at -> Nullable<Instant>,
        verified_by -> Nullable<Uid>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Uid>,
        reject_reason -> Nullable<Text>,
        withdraw_reason -> Nullable<Text>,
        version -> BigInt,
    }
    claim_parts (claim_id, user_id) {
        claim_id -> Uid,
        user_id -> Uid,
        part -> Text,
        taken_at -> Instant,
    }
    claim_evidence (id) {
        id -> Uid,
        claim_id -> Uid,
        kind -> Text,
        document_id -> Nullable<Uid>,
        sha256 -> Nullable<Text>,
        reference -> Nullable<Binary>,
        waived -> Nullable<Text>,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    claim_payees (id) {
        id -> Uid,
        claim_id -> Uid,
        class -> Text,
        is_minor -> Bool,
        share_bp -> Nullable<Integer>,
        person -> Binary,
        added_at -> Instant,
        added_by -> Uid,
        removed_at -> Nullable<Instant>,
        removed_by -> Nullable<Uid>,
        version -> BigInt,
    }
    claim_accounts (id) {
        id -> Uid,
        payee_id -> Uid,
        method -> Text,
        account -> Binary,
        usable_from -> Instant,
        recorded_at -> Instant,
        recorded_by -> Uid,
    }
    claim_payee_marks (payee_id, kind, mark) {
        payee_id -> Uid,
        kind -> Text,
        mark -> Binary,
    }
    claim_votes (claim_id, digest, seat) {
        claim_id -> Uid,
        digest -> Text,
        seat -> Integer,
        approver_id -> Uid,
        prepared_by -> Uid,
        submitted_by -> Uid,
        verified_by -> Uid,
        registered_by -> Uid,
        voted_at -> Instant,
    }
    awards (id) {
        id -> Uid,
        claim_id -> Uid,
        line_id -> Uid,
        amount_paisa -> BigInt,
        digest -> Text,
        snapshot -> Text,
        made_at -> Instant,
        reverses -> Nullable<Uid>,
    }
    award_payees (award_id, payee_id) {
        award_id -> Uid,
        payee_id -> Uid,
        place -> Integer,
        share_bp -> Integer,
        amount_paisa -> BigInt,
        account_id -> Uid,
    }
    funds (id) {
        id -> Uid,
        instrument_id -> Uid,
        fiscal_year -> Text,
        opened_at -> Instant,
        opened_by -> Uid,
    }
    allotments (id) {
        id -> Uid,
        fund_id -> Uid,
        kind -> Text,
        amount_paisa -> BigInt,
        order_number -> Text,
        ordered_on -> Date,
        made_at -> Instant,
        made_by -> Uid,
    }
    ledger_accounts (fund_id, kind) {
        fund_id -> Uid,
        kind -> Text,
        balance_paisa -> BigInt,
    }
    ledger_transfers (id) {
        id -> Uid,
        fund_id -> Uid,
        reason -> Text,
        debit -> Text,
        credit -> Text,
        amount_paisa -> BigInt,
        allotment_id -> Nullable<Uid>,
        award_id -> Nullable<Uid>,
        payment_id -> Nullable<Uid>,
        batch_id -> Nullable<Uid>,
        reverses -> Nullable<Uid>,
        posted_at -> Instant,
        posted_by -> Uid,
    }
}
diesel::joinable!(services -> organisations (organisation_id));
diesel::joinable!(service_areas -> services (service_id));
diesel::joinable!(rule_sets -> programmes (programme_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(identity_marks -> victims (victim_id));
diesel::joinable!(victim_districts -> victims (victim_id));
diesel::joinable!(person_keys -> victims (victim_id));
diesel::joinable!(circumstances -> victims (victim_id));
diesel::joinable!(harms -> victims (victim_id));
diesel::joinable!(consents -> victims (victim_id));
diesel::joinable!(recognitions -> victims (victim_id));
diesel::joinable!(referral_needs -> needs (need_id));
diesel::joinable!(referral_needs -> referrals (referral_id));
