//! The tables as diesel sees them; one schema for both databases.
//!
//! `tests/it/migrations.rs` compares it with both migrated databases, column by column.
#![expect(missing_docs, reason = "the migrations say what each column is")]

diesel::table! {
    accounts (id) {
        id -> Integer,
        email -> Text,
        name -> Text,
        created_at -> Timestamp,
        deactivated_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    account_roles (id) {
        id -> Integer,
        account_id -> Integer,
        role -> Text,
        granted_at -> Timestamp,
    }
}

diesel::table! {
    organisations (id) {
        id -> Integer,
        name -> Text,
        kind -> Text,
        charity_number -> Nullable<Text>,
        company_number -> Nullable<Text>,
        address -> Text,
        created_at -> Timestamp,
        version -> Integer,
        test -> Integer,
    }
}

diesel::table! {
    memberships (id) {
        id -> Integer,
        organisation_id -> Integer,
        account_id -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    organisation_profiles (id) {
        id -> Integer,
        organisation_id -> Integer,
        website -> Text,
        telephone -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    organisation_numbers (id) {
        id -> Integer,
        organisation_id -> Integer,
        scheme -> Text,
        number -> Text,
    }
}

diesel::table! {
    organisation_names (id) {
        id -> Integer,
        organisation_id -> Integer,
        kind -> Text,
        name -> Text,
        from_at -> Timestamp,
        until_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    organisation_contacts (id) {
        id -> Integer,
        organisation_id -> Integer,
        role -> Text,
        name -> Text,
        position -> Text,
        email -> Text,
        telephone -> Text,
    }
}

diesel::table! {
    organisation_invitations (id) {
        id -> Integer,
        organisation_id -> Integer,
        email -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        created_by -> Integer,
        expires_at -> Timestamp,
        outcome -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Integer>,
    }
}

diesel::table! {
    organisation_requests (id) {
        id -> Integer,
        organisation_id -> Integer,
        account_id -> Integer,
        created_at -> Timestamp,
        outcome -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Integer>,
    }
}

diesel::table! {
    organisation_merges (id) {
        id -> Integer,
        organisation_id -> Integer,
        into_id -> Integer,
        reason -> Text,
        merged_at -> Timestamp,
        merged_by -> Integer,
    }
}

diesel::table! {
    sign_in_links (id) {
        id -> Integer,
        email -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        reusable -> Bool,
        return_to -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Integer,
        account_id -> Integer,
        token_hash -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Integer,
        seq -> BigInt,
        at -> Timestamp,
        kind -> Text,
        actor -> Text,
        account_id -> Nullable<Integer>,
        round_id -> Nullable<Integer>,
        application_id -> Nullable<Integer>,
        data -> Text,
        changed_rows -> Text,
        previous_hash -> Text,
        hash -> Text,
        mac -> Text,
    }
}

diesel::table! {
    audit_heads (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Text,
        mac -> Text,
    }
}

diesel::table! {
    row_salts (id) {
        id -> Integer,
        table_name -> Text,
        row_id -> Integer,
        salt -> Text,
    }
}

diesel::table! {
    funds (id) {
        id -> Integer,
        code -> Text,
        name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rounds (id) {
        id -> Integer,
        fund_id -> Integer,
        reference -> Text,
        name -> Text,
        stage -> Text,
        opens_at -> Timestamp,
        closes_at -> Timestamp,
        created_at -> Timestamp,
        created_by -> Integer,
        published_at -> Nullable<Timestamp>,
        version -> Integer,
        test -> Integer,
        grace_minutes -> Integer,
        sealed -> Integer,
        unsealed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    round_extensions (id) {
        id -> Integer,
        round_id -> Integer,
        old_closes_at -> Timestamp,
        new_closes_at -> Timestamp,
        reason -> Text,
        extended_at -> Timestamp,
        extended_by -> Integer,
    }
}

diesel::table! {
    reminders (id) {
        id -> Integer,
        application_id -> Integer,
        kind -> Text,
        closes_at -> Timestamp,
        queued_at -> Timestamp,
    }
}

diesel::table! {
    round_definitions (id) {
        id -> Integer,
        round_id -> Integer,
        version -> Integer,
        document -> Text,
        reason -> Text,
        created_at -> Timestamp,
        created_by -> Integer,
    }
}

diesel::table! {
    applications (id) {
        id -> Integer,
        round_id -> Integer,
        organisation_id -> Integer,
        reference -> Text,
        stage -> Text,
        title -> Text,
        ask_pence -> Nullable<BigInt>,
        eligibility -> Text,
        created_at -> Timestamp,
        created_by -> Integer,
        submitted_at -> Nullable<Timestamp>,
        submitted_by -> Nullable<Integer>,
        declared_name -> Nullable<Text>,
        declared_role -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamp>,
        withdrawn_by -> Nullable<Integer>,
        withdrawn_reason -> Nullable<Text>,
        version -> Integer,
        stream -> Nullable<Text>,
    }
}

diesel::table! {
    answers (id) {
        id -> Integer,
        application_id -> Integer,
        question -> Text,
        value -> Text,
        version -> Integer,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    answer_versions (id) {
        id -> Integer,
        application_id -> Integer,
        question -> Text,
        version -> Integer,
        standing -> Text,
        value -> Text,
        page -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    pending_forms (id) {
        id -> Integer,
        account_id -> Integer,
        address -> Text,
        body -> Text,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    documents (id) {
        id -> Integer,
        application_id -> Integer,
        question -> Text,
        file_name -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        sha256 -> Text,
        uploaded_at -> Timestamp,
        uploaded_by -> Integer,
        removed_at -> Nullable<Timestamp>,
        expires_on -> Nullable<Text>,
    }
}

diesel::table! {
    file_scans (id) {
        id -> Integer,
        sha256 -> Text,
        state -> Text,
        finding -> Nullable<Text>,
        attempts -> Integer,
        created_at -> Timestamp,
        next_attempt_at -> Timestamp,
        scanned_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    gate_checks (id) {
        id -> Integer,
        application_id -> Integer,
        gate -> Text,
        outcome -> Text,
        note -> Text,
        checked_at -> Timestamp,
        checked_by -> Integer,
    }
}

diesel::table! {
    gate_findings (id) {
        id -> Integer,
        application_id -> Integer,
        gate -> Text,
        item -> Text,
        outcome -> Text,
        note -> Text,
        reference -> Text,
        expires_on -> Nullable<Text>,
        file_name -> Nullable<Text>,
        media_type -> Nullable<Text>,
        size_bytes -> Nullable<BigInt>,
        sha256 -> Nullable<Text>,
        checked_at -> Timestamp,
        checked_by -> Integer,
    }
}

diesel::table! {
    submission_receipts (id) {
        id -> Integer,
        application_id -> Integer,
        token -> Text,
        request_digest -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    submissions (id) {
        id -> Integer,
        application_id -> Integer,
        number -> Integer,
        content -> Text,
        content_digest -> Text,
        submitted_at -> Timestamp,
        submitted_by -> Integer,
        declared_name -> Text,
        declared_role -> Text,
    }
}

diesel::table! {
    reopenings (id) {
        id -> Integer,
        application_id -> Integer,
        submission -> Integer,
        asked_by -> Text,
        reason -> Text,
        until_at -> Nullable<Timestamp>,
        opened_at -> Timestamp,
        opened_by -> Integer,
    }
}

diesel::table! {
    office_entries (id) {
        id -> Integer,
        application_id -> Integer,
        channel -> Text,
        received_at -> Timestamp,
        entered_at -> Timestamp,
        entered_by -> Integer,
    }
}

diesel::table! {
    assignments (id) {
        id -> Integer,
        application_id -> Integer,
        account_id -> Integer,
        stage -> Text,
        assigned_at -> Timestamp,
        assigned_by -> Integer,
        declared_at -> Nullable<Timestamp>,
        conflict_kind -> Nullable<Text>,
        conflict_note -> Nullable<Text>,
    }
}

diesel::table! {
    panel_members (id) {
        id -> Integer,
        round_id -> Integer,
        account_id -> Integer,
        stage -> Text,
        load_limit -> Nullable<Integer>,
        tags -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
        version -> Integer,
    }
}

diesel::table! {
    assignment_removals (id) {
        id -> Integer,
        assignment_id -> Integer,
        reason -> Text,
        note -> Text,
        removed_at -> Timestamp,
        removed_by -> Integer,
    }
}

diesel::table! {
    conflicts (id) {
        id -> Integer,
        application_id -> Integer,
        account_id -> Integer,
        declared -> Nullable<Text>,
        kind -> Nullable<Text>,
        detail -> Nullable<Text>,
        declared_at -> Nullable<Timestamp>,
        ruling -> Nullable<Text>,
        reason -> Nullable<Text>,
        rules -> Nullable<Text>,
        ruled_at -> Nullable<Timestamp>,
        ruled_by -> Nullable<Integer>,
        version -> Integer,
    }
}

diesel::table! {
    conflict_changes (id) {
        id -> Integer,
        conflict_id -> Integer,
        what -> Text,
        kind -> Nullable<Text>,
        words -> Text,
        rules -> Nullable<Text>,
        changed_at -> Timestamp,
        changed_by -> Integer,
    }
}

diesel::table! {
    interests (id) {
        id -> Integer,
        account_id -> Integer,
        kind -> Text,
        name -> Text,
        number -> Nullable<Text>,
        note -> Text,
        since_on -> Nullable<Text>,
        added_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    score_sheets (id) {
        id -> Integer,
        assignment_id -> Integer,
        application_id -> Integer,
        account_id -> Integer,
        stage -> Text,
        created_at -> Timestamp,
        submitted_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    sheet_marks (id) {
        id -> Integer,
        sheet_id -> Integer,
        criterion -> Text,
        mark -> Nullable<Integer>,
        reason -> Text,
        saved_at -> Timestamp,
        strength -> Nullable<Text>,
        improvement -> Nullable<Text>,
    }
}

diesel::table! {
    mark_versions (id) {
        id -> Integer,
        sheet_id -> Integer,
        criterion -> Text,
        version -> Integer,
        mark -> Nullable<Integer>,
        reason -> Text,
        strength -> Text,
        improvement -> Text,
        origin -> Text,
        page -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    sheet_openings (id) {
        id -> Integer,
        sheet_id -> Integer,
        version -> Integer,
        submitted_at -> Timestamp,
        reason -> Text,
        opened_at -> Timestamp,
        opened_by -> Integer,
    }
}

diesel::table! {
    sheet_readings (id) {
        id -> Integer,
        assignment_id -> Integer,
        submission -> Integer,
        read_at -> Timestamp,
    }
}

diesel::table! {
    sheet_notes (id) {
        id -> Integer,
        assignment_id -> Integer,
        note -> Text,
        version -> Integer,
        page -> Text,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    moderations (id) {
        id -> Integer,
        application_id -> Integer,
        stage -> Text,
        opened_at -> Timestamp,
        opened_by -> Integer,
        closed_at -> Nullable<Timestamp>,
        closed_by -> Nullable<Integer>,
        reopened_reason -> Nullable<Text>,
        version -> Integer,
    }
}

diesel::table! {
    agreed_marks (id) {
        id -> Integer,
        moderation_id -> Integer,
        criterion -> Text,
        mark -> Nullable<Integer>,
        reason -> Text,
        strength -> Text,
        improvement -> Text,
        version -> Integer,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    meetings (id) {
        id -> Integer,
        round_id -> Integer,
        number -> Integer,
        place -> Text,
        chair_id -> Integer,
        began_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        created_by -> Integer,
        version -> Integer,
    }
}

diesel::table! {
    meeting_people (id) {
        id -> Integer,
        meeting_id -> Integer,
        account_id -> Integer,
        attendance -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Integer,
    }
}

diesel::table! {
    meeting_items (id) {
        id -> Integer,
        meeting_id -> Integer,
        application_id -> Integer,
        chair_id -> Integer,
        started_at -> Timestamp,
        started_by -> Integer,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    meeting_recusals (id) {
        id -> Integer,
        item_id -> Integer,
        account_id -> Integer,
        cause -> Text,
        note -> Text,
        left_at -> Timestamp,
        returned_at -> Nullable<Timestamp>,
        recorded_by -> Integer,
    }
}

diesel::table! {
    agreed_mark_versions (id) {
        id -> Integer,
        moderation_id -> Integer,
        criterion -> Text,
        version -> Integer,
        mark -> Nullable<Integer>,
        reason -> Text,
        strength -> Text,
        improvement -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    moderation_reopenings (id) {
        id -> Integer,
        moderation_id -> Integer,
        reason -> Text,
        reopened_at -> Timestamp,
        reopened_by -> Integer,
    }
}

diesel::table! {
    management_texts (id) {
        id -> Integer,
        moderation_id -> Integer,
        version -> Integer,
        text -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    agenda_entries (id) {
        id -> Integer,
        application_id -> Integer,
        round_id -> Integer,
        spread_flag -> Integer,
        flags -> Integer,
        largest -> Integer,
        total -> Integer,
    }
}

diesel::table! {
    tie_choices (id) {
        id -> Integer,
        round_id -> Integer,
        application_id -> Integer,
        choice -> Text,
        reason -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Integer,
    }
}

diesel::table! {
    recommendations (id) {
        id -> Integer,
        round_id -> Integer,
        made_at -> Timestamp,
        made_by -> Integer,
        note -> Text,
        ranking -> Text,
        superseded_at -> Nullable<Timestamp>,
        superseded_by -> Nullable<Integer>,
        superseded_reason -> Nullable<Text>,
    }
}

diesel::table! {
    recommended_outcomes (id) {
        id -> Integer,
        recommendation_id -> Integer,
        application_id -> Integer,
        outcome -> Text,
        offer_pence -> BigInt,
        public_reasons -> Text,
        conditions -> Text,
    }
}

diesel::table! {
    decisions (id) {
        id -> Integer,
        round_id -> Integer,
        recommendation_id -> Integer,
        reference -> Text,
        signed_at -> Timestamp,
        signed_by -> Integer,
        statement -> Text,
        interests -> Text,
    }
}

diesel::table! {
    recommendation_approvals (id) {
        id -> Integer,
        recommendation_id -> Integer,
        approved_at -> Timestamp,
        approved_by -> Integer,
        note -> Text,
    }
}

diesel::table! {
    declared_interests (id) {
        id -> Integer,
        round_id -> Integer,
        account_id -> Integer,
        duty -> Text,
        kind -> Text,
        statement -> Text,
        declared_at -> Timestamp,
    }
}

diesel::table! {
    signing_limits (id) {
        id -> Integer,
        account_id -> Integer,
        limit_pence -> Nullable<BigInt>,
        set_at -> Timestamp,
        set_by -> Integer,
    }
}

diesel::table! {
    signature_codes (id) {
        id -> Integer,
        round_id -> Integer,
        account_id -> Integer,
        code_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        tries -> Integer,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    award_lines (id) {
        id -> Integer,
        round_id -> Integer,
        recorded_at -> Timestamp,
        recorded_by -> Integer,
        reason -> Text,
        funded -> Integer,
        lowest_rank -> Nullable<Integer>,
        lowest_percent -> Nullable<Text>,
        ceiling_pence -> BigInt,
        committed_pence -> BigInt,
        ranking_sha256 -> Text,
    }
}

diesel::table! {
    decision_notices (id) {
        id -> Integer,
        decision_id -> Integer,
        series -> Text,
        number -> Integer,
        reference -> Text,
        issued_at -> Timestamp,
        public_document -> Text,
        internal_document -> Text,
    }
}

diesel::table! {
    letters (id) {
        id -> Integer,
        application_id -> Integer,
        kind -> Text,
        reference -> Text,
        stage -> Text,
        data -> Text,
        template -> Text,
        template_sha256 -> Text,
        pdf_sha256 -> Nullable<Text>,
        problem -> Nullable<Text>,
        drafted_at -> Timestamp,
        drafted_by -> Integer,
        approved_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Integer>,
        issued_at -> Nullable<Timestamp>,
        issued_by -> Nullable<Integer>,
        delivery -> Text,
        wording_id -> Nullable<Integer>,
    }
}

diesel::table! {
    reason_entries (id) {
        id -> Integer,
        criterion -> Text,
        name -> Text,
        kind -> Text,
        theme -> Text,
        band -> Nullable<Text>,
        created_at -> Timestamp,
        created_by -> Integer,
        retired_at -> Nullable<Timestamp>,
        retired_by -> Nullable<Integer>,
    }
}

diesel::table! {
    reason_versions (id) {
        id -> Integer,
        entry_id -> Integer,
        version -> Integer,
        text -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    feedback_versions (id) {
        id -> Integer,
        application_id -> Integer,
        version -> Integer,
        faults -> Integer,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    feedback_lines (id) {
        id -> Integer,
        feedback_id -> Integer,
        criterion -> Text,
        kind -> Text,
        place -> Integer,
        text -> Text,
        reason_id -> Nullable<Integer>,
    }
}

diesel::table! {
    feedback_readings (id) {
        id -> Integer,
        feedback_id -> Integer,
        verdict -> Text,
        reason -> Nullable<Text>,
        read_at -> Timestamp,
        read_by -> Integer,
    }
}

diesel::table! {
    letter_wordings (id) {
        id -> Integer,
        kind -> Text,
        version -> Integer,
        stage -> Text,
        opening -> Text,
        closing -> Nullable<Text>,
        text_sha256 -> Text,
        edition -> Integer,
        effective_at -> Timestamp,
        author_id -> Integer,
        saved_at -> Timestamp,
        proposed_at -> Nullable<Timestamp>,
        approved_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Integer>,
        returned_reason -> Nullable<Text>,
    }
}

diesel::table! {
    letter_batches (id) {
        id -> Integer,
        round_id -> Integer,
        stage -> Text,
        total -> Integer,
        done -> Integer,
        attention -> Integer,
        started_at -> Timestamp,
        started_by -> Integer,
        finished_at -> Nullable<Timestamp>,
        problem -> Nullable<Text>,
        holder -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        dated -> Nullable<Text>,
    }
}

diesel::table! {
    letter_schedules (id) {
        id -> Integer,
        round_id -> Integer,
        issue_at -> Timestamp,
        letters -> Integer,
        digest -> Text,
        set_at -> Timestamp,
        set_by -> Integer,
        stage -> Text,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Integer>,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    letter_corrections (id) {
        id -> Integer,
        letter_id -> Integer,
        number -> Integer,
        reference -> Text,
        reason -> Text,
        stage -> Text,
        data -> Text,
        template -> Text,
        template_sha256 -> Text,
        wording_id -> Nullable<Integer>,
        pdf_sha256 -> Nullable<Text>,
        problem -> Nullable<Text>,
        drafted_at -> Timestamp,
        drafted_by -> Integer,
        issued_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Integer>,
        delivery -> Text,
        message_id -> Nullable<Text>,
    }
}

diesel::table! {
    single_letters (id) {
        id -> Integer,
        application_id -> Integer,
        kind -> Text,
        number -> Integer,
        reference -> Text,
        stage -> Text,
        facts -> Text,
        replaces_id -> Nullable<Integer>,
        reason -> Nullable<Text>,
        data -> Text,
        template -> Text,
        template_sha256 -> Text,
        wording_id -> Nullable<Integer>,
        pdf_sha256 -> Nullable<Text>,
        problem -> Nullable<Text>,
        drafted_at -> Timestamp,
        drafted_by -> Integer,
        issued_at -> Nullable<Timestamp>,
        approved_by -> Nullable<Integer>,
        delivery -> Text,
        message_id -> Nullable<Text>,
    }
}

diesel::table! {
    single_letter_posts (id) {
        id -> Integer,
        application_id -> Integer,
        reference -> Text,
        way -> Text,
        sent_on -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Integer,
    }
}

diesel::table! {
    letter_posts (id) {
        id -> Integer,
        letter_id -> Integer,
        reference -> Text,
        way -> Text,
        sent_on -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Integer,
    }
}

diesel::table! {
    round_closings (id) {
        id -> Integer,
        round_id -> Integer,
        closed_at -> Timestamp,
        closed_by -> Integer,
        applications -> Integer,
        letters -> Integer,
    }
}

diesel::table! {
    advice_judgements (id) {
        id -> Integer,
        application_id -> Integer,
        letter_id -> Integer,
        reference -> Text,
        item -> Integer,
        verdict -> Text,
        reason -> Text,
        version -> Integer,
        judged_at -> Timestamp,
        judged_by -> Integer,
    }
}

diesel::table! {
    workshops (id) {
        id -> Integer,
        created_at -> Timestamp,
        created_by -> Integer,
    }
}

diesel::table! {
    workshop_rounds (id) {
        id -> Integer,
        workshop_id -> Integer,
        round_id -> Integer,
    }
}

diesel::table! {
    workshop_versions (id) {
        id -> Integer,
        workshop_id -> Integer,
        version -> Integer,
        title -> Text,
        agenda -> Text,
        starts_at -> Nullable<Timestamp>,
        place -> Text,
        link -> Text,
        saved_at -> Timestamp,
        saved_by -> Integer,
    }
}

diesel::table! {
    workshop_invitations (id) {
        id -> Integer,
        workshop_id -> Integer,
        organisation_id -> Integer,
        account_id -> Integer,
        message_id -> Text,
        invited_at -> Timestamp,
        invited_by -> Integer,
    }
}

diesel::table! {
    outbox (id) {
        id -> Integer,
        kind -> Text,
        letter_id -> Nullable<Integer>,
        to_email -> Text,
        to_name -> Text,
        subject -> Text,
        text_body -> Text,
        html_body -> Text,
        message_id -> Text,
        stage -> Text,
        attempts -> Integer,
        created_at -> Timestamp,
        next_attempt_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        round_id -> Nullable<Integer>,
        application_id -> Nullable<Integer>,
        handed_at -> Nullable<Timestamp>,
        recorded_at -> Nullable<Timestamp>,
        tries -> Integer,
        copies -> Integer,
    }
}

diesel::table! {
    panel_notices (id) {
        id -> Integer,
        account_id -> Integer,
        round_id -> Integer,
        kind -> Text,
        up_to -> Timestamp,
        told_at -> Timestamp,
    }
}

diesel::table! {
    outbox_attempts (id) {
        id -> Integer,
        outbox_id -> Integer,
        number -> Integer,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ending -> Nullable<Text>,
        words -> Nullable<Text>,
        said -> Nullable<Text>,
        sha256 -> Nullable<Text>,
    }
}

diesel::table! {
    mail_troubles (id) {
        id -> Integer,
        began_at -> Timestamp,
        last_at -> Timestamp,
        next_try_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        tries -> Integer,
        setting -> Text,
        words -> Text,
        hint -> Text,
        said -> Text,
    }
}

diesel::table! {
    mail_remarks (id) {
        id -> Integer,
        outbox_id -> Integer,
        kind -> Text,
        reason -> Text,
        remarked_at -> Timestamp,
        remarked_by -> Integer,
    }
}

diesel::joinable!(memberships -> organisations (organisation_id));
diesel::joinable!(memberships -> accounts (account_id));
diesel::joinable!(organisation_profiles -> organisations (organisation_id));
diesel::joinable!(organisation_numbers -> organisations (organisation_id));
diesel::joinable!(organisation_names -> organisations (organisation_id));
diesel::joinable!(organisation_contacts -> organisations (organisation_id));
diesel::joinable!(organisation_invitations -> organisations (organisation_id));
diesel::joinable!(organisation_requests -> organisations (organisation_id));
diesel::joinable!(rounds -> funds (fund_id));
diesel::joinable!(round_definitions -> rounds (round_id));
diesel::joinable!(round_extensions -> rounds (round_id));
diesel::joinable!(reminders -> applications (application_id));
diesel::joinable!(applications -> rounds (round_id));
diesel::joinable!(applications -> organisations (organisation_id));
diesel::joinable!(answers -> applications (application_id));
diesel::joinable!(answer_versions -> applications (application_id));
diesel::joinable!(answer_versions -> accounts (saved_by));
diesel::joinable!(documents -> applications (application_id));
diesel::joinable!(gate_checks -> applications (application_id));
diesel::joinable!(gate_findings -> applications (application_id));
diesel::joinable!(submission_receipts -> applications (application_id));
diesel::joinable!(submissions -> applications (application_id));
diesel::joinable!(reopenings -> applications (application_id));
diesel::joinable!(office_entries -> applications (application_id));
diesel::joinable!(assignments -> applications (application_id));
diesel::joinable!(panel_members -> rounds (round_id));
diesel::joinable!(assignment_removals -> assignments (assignment_id));
diesel::joinable!(conflicts -> applications (application_id));
diesel::joinable!(conflict_changes -> conflicts (conflict_id));
diesel::joinable!(interests -> accounts (account_id));
diesel::joinable!(score_sheets -> assignments (assignment_id));
diesel::joinable!(score_sheets -> applications (application_id));
diesel::joinable!(sheet_marks -> score_sheets (sheet_id));
diesel::joinable!(mark_versions -> score_sheets (sheet_id));
diesel::joinable!(sheet_openings -> score_sheets (sheet_id));
diesel::joinable!(sheet_readings -> assignments (assignment_id));
diesel::joinable!(sheet_notes -> assignments (assignment_id));
diesel::joinable!(moderations -> applications (application_id));
diesel::joinable!(agreed_marks -> moderations (moderation_id));
diesel::joinable!(meetings -> rounds (round_id));
diesel::joinable!(meeting_people -> meetings (meeting_id));
diesel::joinable!(meeting_items -> meetings (meeting_id));
diesel::joinable!(meeting_items -> applications (application_id));
diesel::joinable!(meeting_recusals -> meeting_items (item_id));
diesel::joinable!(agreed_mark_versions -> moderations (moderation_id));
diesel::joinable!(moderation_reopenings -> moderations (moderation_id));
diesel::joinable!(management_texts -> moderations (moderation_id));
diesel::joinable!(agenda_entries -> applications (application_id));
diesel::joinable!(tie_choices -> rounds (round_id));
diesel::joinable!(tie_choices -> applications (application_id));
diesel::joinable!(recommendations -> rounds (round_id));
diesel::joinable!(recommended_outcomes -> recommendations (recommendation_id));
diesel::joinable!(recommended_outcomes -> applications (application_id));
diesel::joinable!(decisions -> rounds (round_id));
diesel::joinable!(decisions -> recommendations (recommendation_id));
diesel::joinable!(decision_notices -> decisions (decision_id));
diesel::joinable!(recommendation_approvals -> recommendations (recommendation_id));
diesel::joinable!(reason_versions -> reason_entries (entry_id));
diesel::joinable!(feedback_versions -> applications (application_id));
diesel::joinable!(feedback_lines -> feedback_versions (feedback_id));
diesel::joinable!(feedback_lines -> reason_versions (reason_id));
diesel::joinable!(feedback_readings -> feedback_versions (feedback_id));
diesel::joinable!(letters -> applications (application_id));
diesel::joinable!(letter_batches -> rounds (round_id));
diesel::joinable!(letter_schedules -> rounds (round_id));
diesel::joinable!(letter_corrections -> letters (letter_id));
diesel::joinable!(single_letters -> applications (application_id));
diesel::joinable!(single_letter_posts -> applications (application_id));
diesel::joinable!(letter_posts -> letters (letter_id));
diesel::joinable!(round_closings -> rounds (round_id));
diesel::joinable!(advice_judgements -> applications (application_id));
diesel::joinable!(workshop_rounds -> workshops (workshop_id));
diesel::joinable!(workshop_rounds -> rounds (round_id));
diesel::joinable!(workshop_versions -> workshops (workshop_id));
diesel::joinable!(workshop_invitations -> workshops (workshop_id));
diesel::joinable!(workshop_invitations -> organisations (organisation_id));
diesel::joinable!(workshop_invitations -> accounts (account_id));
diesel::joinable!(outbox -> letters (letter_id));
diesel::joinable!(mail_remarks -> accounts (remarked_by));
diesel::joinable!(mail_remarks -> outbox (outbox_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    account_roles,
    organisations,
    memberships,
    organisation_profiles,
    organisation_numbers,
    organisation_names,
    organisation_contacts,
    organisation_invitations,
    organisation_requests,
    organisation_merges,
    sign_in_links,
    sessions,
    audit_events,
    audit_heads,
    row_salts,
    funds,
    rounds,
    round_definitions,
    round_extensions,
    applications,
    reminders,
    answers,
    answer_versions,
    pending_forms,
    documents,
    file_scans,
    gate_checks,
    gate_findings,
    submission_receipts,
    submissions,
    reopenings,
    office_entries,
    assignments,
    panel_members,
    assignment_removals,
    conflicts,
    conflict_changes,
    interests,
    score_sheets,
    sheet_marks,
    mark_versions,
    sheet_openings,
    sheet_readings,
    sheet_notes,
    moderations,
    agreed_marks,
    meetings,
    meeting_people,
    meeting_items,
    meeting_recusals,
    agreed_mark_versions,
    moderation_reopenings,
    management_texts,
    agenda_entries,
    tie_choices,
    recommendations,
    recommended_outcomes,
    decisions,
    recommendation_approvals,
    declared_interests,
    signing_limits,
    signature_codes,
    award_lines,
    decision_notices,
    reason_entries,
    reason_versions,
    feedback_versions,
    feedback_lines,
    feedback_readings,
    letters,
    letter_wordings,
    letter_batches,
    letter_schedules,
    letter_corrections,
    letter_posts,
    single_letters,
    single_letter_posts,
    round_closings,
    advice_judgements,
    workshops,
    workshop_rounds,
    workshop_versions,
    workshop_invitations,
    outbox,
    outbox_attempts,
    panel_notices,
    mail_troubles,
    mail_remarks
);
