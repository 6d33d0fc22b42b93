//! What must stay unknown to whom, as changes of rows: the heart of the two-world test.
//!
//! A [`Secret`] names rows that differ between the two worlds. For each actor [`secrets_of`] lists all that they must not know,
//! by where each round stands; [`known_to`] lists what they may know, for the negative control.

use evenhand::access::Phase;

use super::town::{
    ADMIN, APPLICANTS, AUDITOR, BARRED, Bid, COMMISSIONER, FIRST, GONE, IDLE, OFFICER, OTHER, SECOND, TORN, Town,
    TownRound,
};

/// Everybody whose pages are compared, `""` being nobody.
pub const ACTORS: [&str; 15] = [
    "",
    APPLICANTS[0],
    APPLICANTS[1],
    APPLICANTS[3],
    APPLICANTS[4],
    FIRST,
    OTHER,
    BARRED,
    IDLE,
    OFFICER,
    TORN,
    COMMISSIONER,
    AUDITOR,
    ADMIN,
    GONE,
];

/// Rows that differ between the worlds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub what: &'static str,
    pub sql: Vec<String>,
}

/// How a world's values are drawn: from its seed and the row's own number, the same way on both databases.
#[derive(Debug, Clone, Copy)]
pub struct Draw(pub u64);

impl Draw {
    fn number(self, salt: u64, most: u64) -> u64 {
        let mut z = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt.wrapping_mul(0xBF58_476D_1CE4_E5B9));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % most
    }

    /// A text of its own for each row, of another length in each world.
    fn text(self, salt: u64) -> String {
        let word = ["amber", "birch", "cobalt", "dune", "elm", "fjord", "gale"]
            [usize::try_from(self.number(salt, 7)).unwrap()];
        let words = format!("{word} ").repeat(1 + usize::try_from(self.number(salt + 1, 9)).unwrap());
        format!("'{}{} ' || id", words, self.0)
    }

    /// A mark from 0 to 5.
    fn mark(self, salt: u64) -> String {
        format!("(id * {} + {}) % 6", 1 + self.number(salt, 5), self.number(salt + 1, 6))
    }

    fn pence(self, salt: u64) -> String {
        format!("{} + id % 97 * 100", 100_000 + 100 * self.number(salt, 3_000))
    }

    pub fn coin(self, salt: u64) -> bool {
        self.number(salt, 2) == 1
    }
}

fn list(ids: &[i32]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if ids.is_empty() { "(-1)".to_owned() } else { format!("({})", ids.join(", ")) }
}

/// The questions whose answers are texts.
fn texts(town: &Town) -> String {
    use evenhand::rounds::QuestionKind::{LongText, ShortText};
    let codes: Vec<String> = town
        .definition
        .questions()
        .filter(|question| matches!(question.kind, ShortText | LongText))
        .map(|question| format!("'{}'", question.code))
        .collect();
    format!("({})", codes.join(", "))
}

fn json_text(text: &str) -> String {
    format!("'\"' || {text} || '\"'")
}

/// What an actor knows of a bid whose words they must not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Nothing.
    Nowhere,
    /// That it is there, and its reference: the office of every bid, and whoever declared a conflict of interest in it.
    ByReference,
    /// Its title too: whoever is to declare whether they have a conflict.
    WithTitle,
}

/// The words of bids: titles, amounts, answers, files' names, what was checked, and their references.
pub fn contents(town: &Town, bids: &[i32], draw: Draw, known: Named) -> Secret {
    let (bids, texts, text) = (list(bids), texts(town), draw.text(11));
    let mut sql = vec![
        format!("UPDATE applications SET ask_pence = {} WHERE id IN {bids}", draw.pence(12)),
        format!(
            "UPDATE answers SET value = {} WHERE application_id IN {bids} AND question IN {texts}",
            json_text(&text)
        ),
        format!(
            "UPDATE documents SET file_name = {text} || '.pdf', size_bytes = {} WHERE application_id IN {bids}",
            draw.pence(13)
        ),
        format!("UPDATE gate_checks SET note = {text} WHERE application_id IN {bids}"),
    ];
    if known != Named::WithTitle {
        sql.push(format!("UPDATE applications SET title = {text} WHERE id IN {bids}"));
    }
    if known == Named::Nowhere {
        sql.push(format!(
            "UPDATE applications SET reference = 'CSF-2026-Z' || id || '{}' WHERE id IN {bids}",
            draw.number(14, 9)
        ));
    }
    Secret { what: "the words of bids", sql }
}

/// What was typed and changed before: not what was sent.
fn old_texts(town: &Town, bids: &[i32], draw: Draw) -> Secret {
    let (bids, texts) = (list(bids), texts(town));
    let sql = format!(
        "UPDATE answer_versions SET value = {} WHERE application_id IN {bids} AND question IN {texts}",
        json_text(&draw.text(21))
    );
    Secret { what: "what an applicant wrote and changed", sql: vec![sql] }
}

/// Tables whose rows hang on a bid, and those that hang on one of these.
const OF_BIDS: [&str; 18] = [
    "answers",
    "answer_versions",
    "documents",
    "gate_checks",
    "gate_findings",
    "submissions",
    "submission_receipts",
    "reopenings",
    "assignments",
    "score_sheets",
    "moderations",
    "tie_choices",
    "recommended_outcomes",
    "letters",
    "conflicts",
    "meeting_items",
    "agenda_entries",
    "audit_events",
];
const OF_OTHERS: [(&str, &str, &str); 2] =
    [("sheet_marks", "sheet_id", "score_sheets"), ("agreed_marks", "moderation_id", "moderations")];

/// Bids that are not there at all.
fn existence(bids: &[i32]) -> Secret {
    let bids = list(bids);
    let mut sql: Vec<String> = OF_OTHERS
        .iter()
        .map(|(table, column, of)| {
            format!("DELETE FROM {table} WHERE {column} IN (SELECT id FROM {of} WHERE application_id IN {bids})")
        })
        .collect();
    sql.extend(OF_BIDS.iter().map(|table| format!("DELETE FROM {table} WHERE application_id IN {bids}")));
    sql.push(format!("DELETE FROM applications WHERE id IN {bids}"));
    Secret { what: "that there are bids", sql }
}

/// Marks, reasons, advice and earlier versions of score sheets.
fn sheets(whose: &str, draw: Draw) -> Secret {
    let rows = format!("(SELECT id FROM score_sheets WHERE {whose})");
    let (mark, text) = (draw.mark(31), draw.text(32));
    let sql = vec![
        format!("UPDATE sheet_marks SET mark = {mark}, reason = {text} WHERE sheet_id IN {rows}"),
        format!("UPDATE sheet_marks SET strength = {text}, improvement = {text} WHERE sheet_id IN {rows}"),
        format!("UPDATE mark_versions SET mark = {mark}, reason = {text}, strength = {text} WHERE sheet_id IN {rows}"),
    ];
    Secret { what: "scores and reasons of others", sql }
}

/// What members write for themselves alone, whatever the stage.
fn private_notes(but: i32, draw: Draw) -> Secret {
    let rows = format!("(SELECT id FROM assignments WHERE account_id <> {but})");
    let sql = format!("UPDATE sheet_notes SET note = {} WHERE assignment_id IN {rows}", draw.text(35));
    Secret { what: "private notes", sql: vec![sql] }
}

/// How far others are: their declarations, drafts and submissions.
fn progress(whose: &str) -> Secret {
    let sql = vec![
        format!("DELETE FROM sheet_marks WHERE sheet_id IN (SELECT id FROM score_sheets WHERE {whose})"),
        format!("DELETE FROM score_sheets WHERE {whose}"),
        format!("UPDATE assignments SET stage = 'assigned' WHERE stage <> 'conflicted' AND {whose}"),
    ];
    Secret { what: "how far others are", sql }
}

fn conflict_notes(bids: &[i32], but: i32, draw: Draw) -> Secret {
    let (bids, text) = (list(bids), draw.text(41));
    let whose = format!("application_id IN {bids} AND account_id <> {but}");
    let sql = vec![
        format!("UPDATE assignments SET conflict_note = {text} WHERE stage = 'conflicted' AND {whose}"),
        format!("UPDATE conflicts SET detail = {text} WHERE {whose}"),
        format!(
            "UPDATE conflict_changes SET words = {text} WHERE conflict_id IN (SELECT id FROM conflicts WHERE {whose})"
        ),
        format!("UPDATE interests SET name = {text}, note = {text} WHERE account_id <> {but}"),
    ];
    Secret { what: "why others have a conflict", sql }
}

fn agreed(bids: &[i32], draw: Draw) -> Secret {
    let rows = format!("(SELECT id FROM moderations WHERE application_id IN {})", list(bids));
    let feedback = format!("(SELECT id FROM feedback_versions WHERE application_id IN {})", list(bids));
    let (mark, text) = (draw.mark(52), draw.text(51));
    let words = format!("mark = {mark}, reason = {text}, strength = {text}, improvement = {text}");
    let sql = vec![
        format!("UPDATE agreed_marks SET {words} WHERE moderation_id IN {rows}"),
        format!("UPDATE agreed_mark_versions SET {words} WHERE moderation_id IN {rows}"),
        format!("UPDATE management_texts SET text = {text} WHERE moderation_id IN {rows}"),
        format!("UPDATE feedback_versions SET faults = {} WHERE application_id IN {}", draw.number(53, 4), list(bids)),
        format!("UPDATE feedback_lines SET text = {text} WHERE feedback_id IN {feedback}"),
        format!("UPDATE feedback_readings SET verdict = 'returned', reason = {text} WHERE feedback_id IN {feedback}"),
        format!("UPDATE moderation_reopenings SET reason = {text} WHERE moderation_id IN {rows}"),
    ];
    Secret { what: "what the panel agreed", sql }
}

/// Recommendations, signatures and letters of rounds.
fn results(rounds: &[i32], draw: Draw) -> Secret {
    let (rounds, text) = (list(rounds), draw.text(61));
    let of = format!("(SELECT id FROM recommendations WHERE round_id IN {rounds})");
    let bids = format!("(SELECT id FROM applications WHERE round_id IN {rounds})");
    let mut sql = vec![
        format!(
            "UPDATE recommended_outcomes SET outcome = 'award', offer_pence = {}, public_reasons = {text} WHERE recommendation_id IN {of}",
            draw.pence(62)
        ),
        format!("UPDATE recommendations SET note = {text} WHERE round_id IN {rounds}"),
        format!("UPDATE decisions SET statement = {text}, interests = {text} WHERE round_id IN {rounds}"),
        format!("UPDATE award_lines SET reason = {text} WHERE round_id IN {rounds}"),
        format!("UPDATE declared_interests SET statement = {text} WHERE round_id IN {rounds}"),
        format!("UPDATE recommendation_approvals SET note = {text} WHERE recommendation_id IN {of}"),
        format!(
            "UPDATE decision_notices SET reference = {text} WHERE decision_id IN (SELECT id FROM decisions WHERE round_id IN {rounds})"
        ),
    ];
    let letters = format!("(SELECT id FROM letters WHERE application_id IN {bids})");
    sql.extend([
        format!("UPDATE letter_corrections SET reason = {text} WHERE letter_id IN {letters}"),
        format!("UPDATE single_letters SET facts = {text}, reason = {text} WHERE application_id IN {bids}"),
        format!("UPDATE letter_posts SET way = 'hand' WHERE letter_id IN {letters}"),
        format!("UPDATE single_letter_posts SET way = 'hand' WHERE application_id IN {bids}"),
        format!("UPDATE letter_schedules SET problem = {text} WHERE round_id IN {rounds}"),
        format!("UPDATE round_closings SET letters = {} WHERE round_id IN {rounds}", draw.number(64, 90)),
    ]);
    if draw.coin(63) {
        sql.push(format!("DELETE FROM letters WHERE application_id IN {bids}"));
        sql.push(format!("DELETE FROM letter_batches WHERE round_id IN {rounds}"));
        // That a round which is over was decided is public.
        let open = "(SELECT id FROM rounds WHERE stage <> 'issued')";
        sql.push(format!("DELETE FROM decisions WHERE round_id IN {rounds} AND round_id IN {open}"));
    }
    Secret { what: "results that are not out", sql }
}

/// Names and addresses of people.
fn people(accounts: &[i32], draw: Draw) -> Secret {
    let sql = format!(
        "UPDATE accounts SET name = {}, email = 'x{}' || id || '@elsewhere.example' WHERE id IN {}",
        draw.text(71),
        draw.number(72, 1_000),
        list(accounts)
    );
    Secret { what: "who scores and decides", sql: vec![sql] }
}

fn organisations(ids: &[i32], draw: Draw) -> Secret {
    let (ids, text) = (list(ids), draw.text(81));
    let sql = vec![
        format!("UPDATE organisations SET name = {text}, address = {text} WHERE id IN {ids}"),
        format!("UPDATE organisation_contacts SET name = {text}, telephone = {text} WHERE organisation_id IN {ids}"),
    ];
    Secret { what: "other organisations", sql }
}

/// Facts of the trail: marks are among them. What an applicant sent is theirs, and is proof of it.
fn trail_facts(rounds: &[i32], draw: Draw) -> Secret {
    let sql = format!(
        "UPDATE audit_events SET data = '{{\"marks\":' || ({}) || '}}' WHERE kind NOT LIKE 'application%' AND round_id IN {}",
        draw.mark(91),
        list(rounds)
    );
    Secret { what: "facts of the trail", sql: vec![sql] }
}

/// Whether the schema has the table and the first column that a statement changes.
fn is_there(sql: &str) -> bool {
    let schema = include_str!("../../../src/db/schema.rs");
    let words: Vec<&str> = sql.split_whitespace().collect();
    let (table, column) = match words.as_slice() {
        ["UPDATE", table, "SET", column, ..] => (table, *column),
        ["DELETE", "FROM", table, ..] => (table, "id"),
        _ => panic!("{sql} changes no table"),
    };
    let body = schema.split(&format!("    {table} (id) {{")).nth(1).and_then(|rest| rest.split('}').next());
    body.is_some_and(|body| body.contains(&format!(" {column} -> ")))
}

type Chosen<'a> = &'a dyn Fn(&TownRound, &Bid) -> bool;

fn bids(town: &Town, chosen: Chosen<'_>) -> Vec<i32> {
    town.rounds.iter().flat_map(|round| round.bids.iter().filter(|bid| chosen(round, bid)).map(|bid| bid.id)).collect()
}

fn rounds(town: &Town, chosen: &dyn Fn(&TownRound) -> bool) -> Vec<i32> {
    town.rounds.iter().filter(|round| chosen(round)).map(|round| round.id).collect()
}

const STAFF: [&str; 9] = [OFFICER, SECOND, TORN, COMMISSIONER, AUDITOR, FIRST, OTHER, BARRED, IDLE];

fn accounts(town: &Town, but: &str) -> Vec<i32> {
    STAFF.iter().filter(|email| **email != but).map(|email| town.account(email)).collect()
}

/// Bids that are nothing to the actor: either their words differ, or they are not there.
fn unknown(town: &Town, ids: &[i32], draw: Draw) -> Vec<Secret> {
    if draw.coin(1) {
        return vec![existence(ids)];
    }
    let of = format!("application_id IN {}", list(ids));
    let mut all = vec![
        contents(town, ids, draw, Named::Nowhere),
        old_texts(town, ids, draw),
        sheets(&of, draw),
        agreed(ids, draw),
    ];
    if draw.coin(2) {
        all.push(progress(&of));
    }
    all
}

/// All that an actor must not know.
pub fn secrets_of(town: &Town, actor: &str, draw: Draw) -> Vec<Secret> {
    let mut all = all_of(town, actor, draw);
    all.push(private_notes(if actor.is_empty() { -1 } else { town.account(actor) }, draw));
    for secret in &mut all {
        // A list of no bids is nothing to differ in.
        secret.sql.retain(|sql| is_there(sql) && !sql.contains("(-1)"));
    }
    all.retain(|secret| !secret.sql.is_empty());
    all
}

fn all_of(town: &Town, actor: &str, draw: Draw) -> Vec<Secret> {
    if let Some(place) = APPLICANTS.iter().position(|email| *email == actor) {
        return of_applicant(town, place, draw);
    }
    match actor {
        FIRST | OTHER | BARRED | IDLE => of_member(town, actor, draw),
        OFFICER => of_officer(town, OFFICER, draw),
        TORN => of_torn_officer(town, draw),
        COMMISSIONER => of_late_reader(town, Phase::Recommended, draw),
        AUDITOR => of_late_reader(town, Phase::Over, draw),
        ADMIN => {
            let mut all = unknown(town, &bids(town, &|_, _| true), draw);
            all.push(results(&rounds(town, &|_| true), draw));
            all.push(trail_facts(&rounds(town, &|_| true), draw));
            all
        }
        // Nobody signed in, and one who was deactivated.
        _ => {
            let mut all = unknown(town, &bids(town, &|_, _| true), draw);
            all.push(results(&rounds(town, &|_| true), draw));
            all.push(trail_facts(&rounds(town, &|_| true), draw));
            all.push(people(&accounts(town, ""), draw));
            all.push(organisations(&(0..5).map(|of| town.organisation(of)).collect::<Vec<_>>(), draw));
            all
        }
    }
}

fn of_applicant(town: &Town, place: usize, draw: Draw) -> Vec<Secret> {
    let own = bids(town, &|_, bid| bid.of == place);
    let of_own = format!("application_id IN {}", list(&own));
    let undecided = rounds(town, &|round| round.phase < Phase::Over);
    let still_open = bids(town, &|round, bid| bid.of == place && round.phase < Phase::Over);
    let others: Vec<i32> = (0..5).filter(|of| *of != place).map(|of| town.organisation(of)).collect();
    let mut all = unknown(town, &bids(town, &|_, bid| bid.of != place), draw);
    // Of the own bid too: each member's sheet always, what the panel agreed until the letters are out.
    all.push(sheets(&of_own, draw));
    all.push(progress(&format!("application_id IN {}", list(&still_open))));
    all.push(agreed(&still_open, draw));
    all.push(conflict_notes(&own, -1, draw));
    all.push(results(&undecided, draw));
    all.push(trail_facts(&undecided, draw));
    all.push(people(&accounts(town, ""), draw));
    all.push(organisations(&others, draw));
    all.push(Secret {
        what: "notes of the checks",
        sql: vec![format!("UPDATE gate_checks SET note = {} WHERE {of_own}", draw.text(101))],
    });
    all
}

/// The bids, by place, that a member is assigned to without a conflict.
fn assigned(actor: &str) -> &'static [usize] {
    match actor {
        FIRST => &[0, 1],
        OTHER => &[0, 2],
        BARRED => &[1, 2],
        TORN => &[1],
        _ => &[],
    }
}

fn of_member(town: &Town, actor: &str, draw: Draw) -> Vec<Secret> {
    let (me, own) = (town.account(actor), assigned(actor));
    let assessed = |round: &TownRound| round.phase >= Phase::Scoring;
    let mine = bids(town, &|round, bid| assessed(round) && own.contains(&bid.of));
    let scored = bids(town, &|round, bid| round.phase == Phase::Scoring && own.contains(&bid.of));
    let others = format!("application_id IN {} AND account_id <> {me}", list(&scored));
    let every = rounds(town, &|_| true);
    let declared = |round: &TownRound, bid: &Bid| actor == BARRED && assessed(round) && bid.of == 0;
    let nothing = |round: &TownRound, bid: &Bid| (!assessed(round) || !own.contains(&bid.of)) && !declared(round, bid);
    let mut all = unknown(town, &bids(town, &nothing), draw);
    let conflicted = bids(town, &declared);
    all.push(contents(town, &conflicted, draw, Named::ByReference));
    all.push(sheets(&format!("application_id IN {}", list(&conflicted)), draw));
    all.push(agreed(&conflicted, draw));
    // Before moderation: nothing of others, anywhere.
    all.push(if draw.coin(3) { progress(&others) } else { sheets(&others, draw) });
    // A sheet that never came counts for nobody.
    let drafts = format!("stage = 'draft' AND application_id IN {} AND account_id <> {me}", list(&mine));
    all.push(sheets(&drafts, draw));
    all.push(old_texts(town, &mine, draw));
    all.push(conflict_notes(&mine, me, draw));
    all.push(results(&every, draw));
    all.push(trail_facts(&every, draw));
    all
}

fn of_officer(town: &Town, actor: &str, draw: Draw) -> Vec<Secret> {
    let me = town.account(actor);
    let scored = rounds(town, &|round| round.phase == Phase::Scoring);
    let of_scored = format!("application_id IN (SELECT id FROM applications WHERE round_id IN {})", list(&scored));
    let unsent = bids(town, &|_, bid| !bid.submitted);
    let sealed = bids(town, &|round, bid| round.sealed && bid.submitted);
    let running = rounds(town, &|round| round.phase < Phase::Over);
    vec![
        sheets(&format!("{of_scored} AND account_id <> {me}"), draw),
        sheets(&format!("stage = 'draft' AND account_id <> {me}"), draw),
        // That there is a bid, and its reference, the office knows.
        contents(town, &unsent, draw, Named::ByReference),
        contents(town, &sealed, draw, Named::ByReference),
        old_texts(town, &bids(town, &|_, _| true), draw),
        trail_facts(&running, draw),
    ]
}

/// An officer with a conflict of interest: the bid is not there, and the ranking and decision of its round are nobody's
/// business of theirs, since each rank tells of the others.
fn of_torn_officer(town: &Town, draw: Draw) -> Vec<Secret> {
    let lost = bids(town, &|round, bid| round.phase >= Phase::Scoring && bid.of == 0);
    let torn = rounds(town, &|round| round.phase >= Phase::Scoring);
    let of_lost = format!("application_id IN {}", list(&lost));
    let mut all = of_officer(town, TORN, draw);
    all.push(contents(town, &lost, draw, Named::ByReference));
    all.push(sheets(&of_lost, draw));
    all.push(agreed(&lost, draw));
    all.push(trail_facts(&torn, draw));
    all
}

/// Whoever reads a round from a stage on, and nothing before.
fn of_late_reader(town: &Town, from: Phase, draw: Draw) -> Vec<Secret> {
    let early = rounds(town, &|round| round.phase < from);
    let early_bid = |round: &TownRound, bid: &Bid| round.phase < from || !bid.submitted;
    // Whoever decides declares conflicts of interest from scoring on, and so reads who asks for what; whoever audits reads in the
    // trail that there are bids, from the first.
    let (decides, known) =
        if from == Phase::Recommended { (true, Named::WithTitle) } else { (false, Named::ByReference) };
    let knows = |round: &TownRound, bid: &Bid| {
        early_bid(round, bid) && (!decides || (round.phase >= Phase::Scoring && bid.submitted))
    };
    let nothing = |round: &TownRound, bid: &Bid| early_bid(round, bid) && !knows(round, bid);
    let mut all = unknown(town, &bids(town, &nothing), draw);
    let named = bids(town, &knows);
    all.push(contents(town, &named, draw, known));
    all.push(sheets(&format!("application_id IN {}", list(&named)), draw));
    all.push(agreed(&named, draw));
    all.push(results(&early, draw));
    all.push(trail_facts(&early, draw));
    all.push(old_texts(town, &bids(town, &|_, _| true), draw));
    all
}

/// Something that an actor may know, and the page that must tell.
pub struct Known {
    pub actor: &'static str,
    pub sql: String,
    pub page: String,
}

/// One for each kind of actor.
pub fn known_to(town: &Town) -> Vec<Known> {
    let (scoring, moderation) = (town.at(Phase::Scoring), town.at(Phase::Moderation));
    let (recommended, over) = (town.at(Phase::Recommended), town.at(Phase::Over));
    let reason = |of: &str, bid: &Bid| {
        let sheets = format!(
            "SELECT id FROM score_sheets WHERE application_id = {} AND account_id = {}",
            bid.id,
            town.account(of)
        );
        format!("UPDATE sheet_marks SET reason = 'Another reason.' WHERE sheet_id IN ({sheets})")
    };
    let title = |bid: &Bid| format!("UPDATE applications SET title = 'Another title' WHERE id = {}", bid.id);
    let known = |actor, sql, page: String| Known { actor, sql, page };
    let sheet = |bid: &Bid, page: &str| format!("/panel/applications/{}/{page}", bid.reference);
    vec![
        known(
            "",
            format!("UPDATE rounds SET name = 'Another name' WHERE id = {}", town.at(Phase::Published).id),
            "/rounds".to_owned(),
        ),
        known(APPLICANTS[0], title(&scoring.bids[0]), "/applications".to_owned()),
        known(FIRST, reason(FIRST, &scoring.bids[0]), sheet(&scoring.bids[0], "sheet")),
        // What was secret while the round was scored is not so in moderation.
        known(FIRST, reason(OTHER, &moderation.bids[0]), sheet(&moderation.bids[0], "assessment")),
        known(
            OFFICER,
            format!("DELETE FROM score_sheets WHERE application_id = {}", scoring.bids[0].id),
            format!("/office/rounds/{}/assignments", scoring.reference),
        ),
        known(TORN, title(&scoring.bids[1]), format!("/office/rounds/{}/applications", scoring.reference)),
        known(
            COMMISSIONER,
            format!("UPDATE recommendations SET note = 'Another note.' WHERE round_id = {}", recommended.id),
            format!("/decisions/{}", recommended.reference),
        ),
        known(
            AUDITOR,
            format!("UPDATE decisions SET statement = 'Another statement.' WHERE round_id = {}", over.id),
            format!("/audit/rounds/{}", over.reference),
        ),
        known(
            ADMIN,
            format!("UPDATE accounts SET name = 'Another Name' WHERE id = {}", town.account(IDLE)),
            "/accounts".to_owned(),
        ),
    ]
}

/// Columns that vary from world to world before the two of a pair part: every text and mark of assessment.
pub fn weather(town: &Town, draw: Draw) -> Vec<Secret> {
    let every = bids(town, &|_, _| true);
    let mut all = vec![contents(town, &every, draw, Named::ByReference), sheets("id > 0", draw), agreed(&every, draw)];
    all.iter_mut().for_each(|change| change.sql.retain(|sql| is_there(sql)));
    all
}
