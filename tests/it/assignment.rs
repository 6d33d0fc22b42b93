//! Who scores what: the panel of a round, the plan, single applications, the spreadsheet, and what happens when somebody leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::time::Instant;

use calamine::{Data, Reader, Xlsx};
use evenhand::accounts::actions::set_active;
use evenhand::applications::application_of_reference;
use evenhand::base::ids::{AccountId, ApplicationId};
use evenhand::base::role::Role;
use evenhand::rounds::Round;
use evenhand::scoring::actions::{
    assign, assign_balanced, declare_conflict, declare_no_conflict, start_scoring, submit_sheet,
};
use evenhand::scoring::{AssignmentStage, Mark, assignments_of, assignments_of_round, sheet_of, sheets_of};

use crate::support::builders::{OFFICER, default_definition};
use crate::support::pages::{is_silent, open, says};
use crate::support::{Browser, TestWorld};

const MEMBERS: [&str; 4] = ["m0@panel.example", "m1@panel.example", "m2@panel.example", "m3@panel.example"];

fn name(place: usize) -> String {
    format!("Member Number{place}")
}

struct Setting {
    round: Round,
    bids: Vec<String>,
    members: Vec<AccountId>,
    home: String,
}

/// A round in scoring with so many bids and four panel members; each bid wants three and needs two.
fn setting(world: &TestWorld, bids: usize) -> Setting {
    let round = world.round_of(&default_definition(), true);
    let members = MEMBERS.iter().enumerate();
    let members = members.map(|(place, email)| world.add_person(email, &name(place), &[Role::Panel])).collect();
    let mut bids: Vec<String> = (0..bids)
        .map(|place| {
            let email = format!("applicant{place}@bidders.example");
            let organisation = world.add_applicant(&email, &format!("Club Number{place}"));
            world.submitted_application(&email, &round, organisation)
        })
        .collect();
    bids.sort();
    world.set_time(round.settled_at());
    world.act(OFFICER, |tx| start_scoring(tx, round.id));
    let home = format!("/office/rounds/{}", round.reference);
    Setting { round, bids, members, home }
}

fn id(world: &TestWorld, reference: &str) -> ApplicationId {
    world.read(|conn| application_of_reference(conn, reference)).id
}

fn on(world: &TestWorld, reference: &str) -> BTreeSet<AccountId> {
    let id = id(world, reference);
    let all = world.read(|conn| assignments_of(conn, id));
    all.into_iter().filter(|one| one.stage.stands()).map(|one| one.account).collect()
}

fn score(world: &TestWorld, member: &str, reference: &str) {
    let mark = || Mark { mark: Some(4), reason: "As the bid says, in detail.".to_owned() };
    let marks = default_definition().criteria.iter().map(|criterion| (criterion.code.clone(), mark())).collect();
    world.act(member, |tx| declare_no_conflict(tx, reference));
    world.act(member, |tx| submit_sheet(tx, reference, &marks, 0));
}

/// The rows of a downloaded workbook.
fn workbook(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let (_, range) = book.worksheets().remove(0);
    let cell = |cell: &Data| cell.to_string();
    range.rows().map(|row| row.iter().map(cell).collect()).collect()
}

fn csv_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        out.write_record(row).unwrap();
    }
    out.into_inner().unwrap()
}

fn xlsx_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (number, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            sheet.write_string(number, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn send(browser: &Browser, home: &str, file: &str, bytes: &[u8]) -> crate::support::Reply {
    let form = open(browser, &format!("{home}/assignments/sheet")).form("Change who scores what");
    form.attach(file, bytes).send(browser)
}

on_both! {
    fn the_plan_is_shown_with_its_reasons_and_made_only_as_it_was_shown(world) {
        let Setting { round, bids, members, home } = setting(&world, 4);
        let olive = world.sign_in(OFFICER);
        let page = open(&olive, &format!("{home}/panel"));
        says(&page, &["Everybody with the role of panel member takes applications", "Member Number0", "Member Number3"]);
        let member = format!("{home}/panel/{}", members[0].row());
        let form = open(&olive, &member).form("Save");
        let wrong = form.clone().set("limit", "none").send(&olive).expect_status(422);
        says(&wrong, &["The limit must be a whole number from 1 to 10,000"]);
        assert_eq!(wrong.form("Save").value("limit"), "none", "what was typed stays");
        form.clone().set("limit", "0").send(&olive).expect_status(422);
        form.clone().forge("tags-FIT_PRIORITIES", "FIT_PRIORITIES.nothing").send(&olive).expect_status(400);
        let set = form.clone().set("limit", "1").set("tags-FIT_PRIORITIES", "FIT_PRIORITIES.hate");
        set.send(&olive).expect_redirect(&format!("{home}/panel"));
        let stale = form.set("limit", "9").send(&olive).expect_status(409);
        says(&stale, &["Limit"]);
        let off = open(&olive, &format!("{home}/panel/{}", members[3].row())).form("Save").set("stage", "off");
        off.send(&olive).expect_redirect(&format!("{home}/panel"));
        olive.get(&format!("{home}/panel/999999")).expect_status(404);

        // Three members for four bids of three each, and one of them takes one: three bids stay with two.
        world.act(OFFICER, |tx| assign(tx, id(&world, &bids[3]), members[1]));
        let plan = format!("{home}/assignments/automatic");
        let page = open(&olive, &plan);
        says(&page, &["makes 8 assignments for 4 applications", "At the limit of 1.", "minimum-cost flow", "Nobody comes above their limit"]);
        is_silent(&page, &["cannot get the 2 members", "Member Number3"]);
        let form = page.form("Make these 8 assignments");
        world.act(OFFICER, |tx| assign(tx, id(&world, &bids[0]), members[2]));
        says(&form.send(&olive).expect_status(409), &["has changed since this plan was made", "Nothing was assigned"]);
        assert_eq!(on(&world, &bids[1]).len(), 0);
        open(&olive, &plan).form("Make these 7 assignments").send(&olive).expect_redirect(&format!("{home}/assignments"));
        let page = open(&olive, &format!("{home}/assignments"));
        says(&page, &["7 assignments made", "0 of 1 submitted, at most 1", "3 with fewer than 3 members; of those, 0 with fewer"]);
        let kept = on(&world, &bids[3]).contains(&members[1]) && on(&world, &bids[0]).contains(&members[2]);
        assert!(kept, "what was assigned before stays");
        says(&open(&olive, &plan), &["There is nobody to assign"]);
        let short = open(&olive, &format!("{home}/assignments?short=yes"));
        assert_eq!(short.all("tbody tr th a").len(), 3);
        let all = world.read(|conn| assignments_of_round(conn, round.id));
        assert_eq!(all.iter().filter(|one| one.account == members[0]).count(), 1);
        assert!(all.iter().all(|one| one.account != members[3]), "who takes none gets none");
    }

    fn bids_that_cannot_reach_the_quorum_are_named_with_the_reason(world) {
        let Setting { round, bids, members, home } = setting(&world, 2);
        // Two of four have a conflict in the first bid, a third acts for the applicant.
        for member in [0, 1] {
            world.act(OFFICER, |tx| assign(tx, id(&world, &bids[0]), members[member]));
            world.act(MEMBERS[member], |tx| declare_conflict(tx, &bids[0], "works", "My employer."));
        }
        world.raw().run(&format!(
            "INSERT INTO memberships (organisation_id, account_id, created_at) SELECT organisation_id, {}, created_at FROM applications \
             WHERE reference = '{}'", members[2].row(), bids[0]
        ));
        world.attacker();
        let olive = world.sign_in(OFFICER);
        let page = open(&olive, &format!("{home}/assignments/automatic"));
        says(&page, &[
            "cannot get the 2 members that they need",
            "Only 1 of the panel's 4 members may score it: 2 with a conflict of interest, 1 acting for the applicant.",
        ]);
        world.act(OFFICER, |tx| assign_balanced(tx, round.id));
        assert_eq!(on(&world, &bids[0]), BTreeSet::from([members[3]]));
        assert_eq!(on(&world, &bids[1]).len(), 3);
        let page = open(&olive, &format!("{home}/assignments/bids/{}", bids[0]));
        says(&page, &["Member Number0. A conflict of interest", "Member Number2. Acts for the organisation", "fewer than the 2"]);
        for member in [0, 2] {
            assert!(world.write_as(OFFICER, |tx| assign(tx, id(&world, &bids[0]), members[member])).is_err());
        }
    }

    fn somebody_is_taken_off_with_a_reason_and_another_is_suggested(world) {
        let Setting { bids, members, home, .. } = setting(&world, 1);
        let bid = &bids[0];
        for member in &members[..3] {
            world.act(OFFICER, |tx| assign(tx, id(&world, bid), *member));
        }
        score(&world, MEMBERS[1], bid);
        let olive = world.sign_in(OFFICER);
        let path = format!("{home}/assignments/bids/{bid}");
        let form = open(&olive, &path).form("Take off");
        let empty = form.clone().send(&olive).expect_status(422);
        assert_eq!(empty.all(".govuk-error-summary__list li").len(), 2, "{}", empty.words());
        let of = |member: usize, reason: &str| {
            form.clone().set("member", &members[member].row().to_string()).set("reason", reason)
        };
        says(&of(0, "other").send(&olive).expect_status(422), &["Say in a sentence why they are taken off"]);
        of(0, "ill").send(&olive).expect_redirect(&format!("{path}#candidates"));
        assert_eq!(on(&world, bid).len(), 2);
        let page = open(&olive, &path);
        says(&page, &["Taken off", "It has 2 of 3 members", "Who was taken off", "Ill", "Olive Officer"]);
        // The one who never was on it comes before the one who is ill.
        let suggested: Vec<String> = page.all("button").into_iter().filter(|text| text.starts_with("Assign ")).collect();
        assert_eq!(suggested, [format!("Assign {}", name(3)), format!("Assign {}", name(0))]);
        let suggested = page.form_at(&format!("/bids/{bid}"), "Assign Member Number3");
        suggested.send(&olive).expect_redirect(&path);
        assert!(on(&world, bid).contains(&members[3]));
        is_silent(&open(&world.sign_in(MEMBERS[0]), "/panel"), &[bid]);

        // A score sheet that is in counts and stays; recused, it stays on record alone.
        says(&of(1, "left").send(&olive).expect_status(409), &["has submitted their score sheet"]);
        let recused = of(1, "recused");
        recused.clone().send(&olive).expect_status(422);
        recused.set("note", "Her sister runs the club.").send(&olive).expect_redirect(&format!("{path}#candidates"));
        let application = id(&world, bid);
        assert_eq!(world.read(|conn| sheets_of(conn, application)).len(), 0, "it counts no more");
        let old = world.read(|conn| assignments_of(conn, application)).into_iter().find(|one| one.account == members[1]).unwrap();
        assert_eq!(old.stage, AssignmentStage::Conflicted);
        let sheet = world.read(|conn| sheet_of(conn, old.id)).expect("it stays on record");
        assert_eq!(sheet.marks.len(), default_definition().criteria.len());
        let pia = world.sign_in(MEMBERS[1]);
        is_silent(&open(&pia, "/panel"), &[bid]);
        pia.get(&format!("/panel/applications/{bid}/sheet")).expect_status(404);
        says(&open(&olive, &path), &["Her sister runs the club.", "Member Number1. A conflict of interest in it is on record"]);
        for who in [0, 1] {
            of(who, "ill").send(&olive).expect_status(409);
        }
        let changed = world.raw().try_run("UPDATE assignment_removals SET note = 'Nothing'");
        assert!(changed.is_err_and(|told| told.contains("assignment_removals_kept_check")));
    }

    /// Nobody's account is deleted: what they scored counts, what they did not score is short, and the plan fills it again.
    fn who_leaves_keeps_their_scores_and_leaves_places_to_fill(world) {
        let Setting { round, bids, members, home } = setting(&world, 2);
        for bid in &bids {
            for member in &members[..2] {
                world.act(OFFICER, |tx| assign(tx, id(&world, bid), *member));
            }
        }
        score(&world, MEMBERS[0], &bids[0]);
        world.as_system(|tx| set_active(tx, members[0], false));
        let olive = world.sign_in(OFFICER);
        let page = open(&olive, &format!("{home}/assignments"));
        says(&page, &["Member Number0: 1 submitted, 1 not scored", "2 with fewer than 3 members; of those, 1 with fewer than the 2"]);
        let application = id(&world, &bids[0]);
        assert_eq!(world.read(|conn| sheets_of(conn, application)).len(), 1);
        says(&open(&olive, &format!("{home}/assignments/bids/{}", bids[1])), &["It has 1 of 3 members", "Can no longer score"]);
        assert_eq!(world.act(OFFICER, |tx| assign_balanced(tx, round.id)), 3);
        assert_eq!(on(&world, &bids[0]).len(), 3);
        assert_eq!(on(&world, &bids[1]), members.iter().copied().collect(), "with the one who is gone");
        says(&open(&olive, &format!("{home}/assignments")), &["0 with fewer than 3 members"]);
        let form = open(&olive, &format!("{home}/assignments/bids/{}", bids[1])).form("Take off");
        let form = form.set("member", &members[0].row().to_string()).set("reason", "left");
        form.send(&olive).expect_status(303);
        says(&open(&olive, &format!("{home}/assignments")), &["Member Number0: 1 submitted, 0 not scored"]);
    }

    fn a_sheet_goes_out_and_comes_back_whole_or_not_at_all(world) {
        let Setting { bids, members, home, .. } = setting(&world, 3);
        world.act(OFFICER, |tx| assign(tx, id(&world, &bids[0]), members[0]));
        world.act(OFFICER, |tx| assign(tx, id(&world, &bids[0]), members[1]));
        let olive = world.sign_in(OFFICER);
        let out = olive.get(&format!("{home}/assignments/sheet/xlsx")).expect_status(200);
        let rows = workbook(&out.bytes);
        assert_eq!(rows.len(), 1 + 9, "a row for each assignment and each free place");
        assert_eq!(&rows[0][..5], ["Reference", "Project", "Organisation", "Member", "Email"]);
        assert_eq!((rows[1][0].as_str(), rows[1][3].as_str(), rows[1][5].as_str()), (bids[0].as_str(), "Member Number0", "Not declared yet"));
        assert_eq!(rows[3][5], "To be assigned");
        let table = olive.get(&format!("{home}/assignments/sheet/csv")).expect_status(200);
        assert!(String::from_utf8(table.bytes).unwrap().lines().count() == 10);
        olive.get(&format!("{home}/assignments/sheet/pdf")).expect_status(404);

        let before = world.records();
        let mut wrong = rows.clone();
        wrong[4][4] = "nobody@panel.example".to_owned();
        wrong[6][4] = MEMBERS[2].to_owned();
        wrong[6][3] = name(3);
        wrong[1][6] = "Tired".to_owned();
        wrong[7][0] = "CSF-2026-XXXXX".to_owned();
        wrong[7][4] = MEMBERS[3].to_owned();
        for (file, bytes) in [("changes.xlsx", xlsx_of(&wrong)), ("changes.csv", csv_of(&wrong))] {
            let told = send(&olive, &home, file, &bytes).expect_status(422);
            assert_eq!(told.all(".govuk-error-summary__list li"), [
                "Row 2, column Take off: write Ill, Left, Recused or Other, not “Tired”",
                "Row 5, column Email: no member has the address “nobody@panel.example”",
                "Row 7, column Member: m2@panel.example is the address of Member Number2, not of “Member Number3”",
                "Row 8, column Reference: no application of this round has the reference “CSF-2026-XXXXX”",
            ]);
        }
        let mut moved = rows.clone();
        moved[0].swap(3, 4);
        says(&send(&olive, &home, "moved.csv", &csv_of(&moved)).expect_status(422), &["Row 1, column D: the heading must be “Member”"]);
        says(&send(&olive, &home, "a.pdf", b"%PDF-1.4").expect_status(422), &["The sheet must be an XLSX or a CSV file"]);
        send(&olive, &home, "a.xlsx", b"PK\x03\x04 not whole").expect_status(422);
        says(&send(&olive, &home, "same.csv", &csv_of(&rows)).expect_status(409), &["The sheet changes nothing"]);
        assert_eq!(world.records(), before, "nothing was written");
        assert_eq!(on(&world, &bids[1]).len(), 0);

        let mut right = rows.clone();
        right[1][6] = "Other".to_owned();
        right[1][7] = "Assigned by mistake.".to_owned();
        right[4][4] = MEMBERS[2].to_owned();
        right[7][3] = name(3);
        let bytes = xlsx_of(&right);
        send(&olive, &home, "right.xlsx", &bytes).expect_redirect(&format!("{home}/assignments"));
        says(&open(&olive, &format!("{home}/assignments")), &["2 assigned, 1 taken off"]);
        assert_eq!(on(&world, &bids[0]), BTreeSet::from([members[1]]));
        assert_eq!(on(&world, &bids[1]), BTreeSet::from([members[2]]));
        assert_eq!(on(&world, &bids[2]), BTreeSet::from([members[3]]));
        says(&open(&olive, &format!("{home}/assignments/bids/{}", bids[0])), &["Assigned by mistake."]);
        says(&send(&olive, &home, "right.xlsx", &bytes).expect_status(409), &["This sheet is out of date"]);
    }

    /// Every member meets the bids in another order, always the same, and goes on from where they were.
    fn each_member_has_an_order_of_their_own(world) {
        let Setting { bids, members, .. } = setting(&world, 6);
        for bid in &bids {
            for member in &members {
                world.act(OFFICER, |tx| assign(tx, id(&world, bid), *member));
            }
        }
        let listed = |browser: &Browser| open(browser, "/panel").all("tbody th");
        let browsers: Vec<Browser> = MEMBERS.iter().map(|member| world.sign_in(member)).collect();
        let orders: Vec<Vec<String>> = browsers.iter().map(listed).collect();
        for order in &orders {
            let mut sorted = order.clone();
            sorted.sort();
            assert_eq!(sorted, bids);
        }
        let distinct: BTreeSet<&Vec<String>> = orders.iter().collect();
        assert!(distinct.len() > 1, "{orders:?}");
        says(&open(&browsers[0], "/panel"), &["in an order of your own"]);
        let order = &orders[0];
        for bid in [2, 4, 1] {
            score(&world, MEMBERS[0], &order[bid]);
        }
        assert_eq!(&listed(&browsers[0]), order, "what is done stays in its place");
        // From the fourth on, the next that is not done is the sixth; from there it begins at the first again.
        for (from, next) in [(3, 5), (5, 0)] {
            world.act(MEMBERS[0], |tx| declare_no_conflict(tx, &order[from]));
            let mut form = open(&browsers[0], &format!("/panel/applications/{}/sheet", order[from])).form("Submit and go to the next bid");
            for criterion in &default_definition().criteria {
                form = form.set(&format!("{}-mark", criterion.code), "3");
                form = form.set(&format!("{}-reason", criterion.code), "As the bid says, in detail.");
            }
            form.send(&browsers[0]).expect_redirect(&format!("/panel/applications/{}/conflict", order[next]));
        }
    }

    /// An officer who is on the panel too, and has a conflict: the bid is in no row, count or address of theirs.
    fn a_bid_that_a_conflict_hides_is_nowhere_in_the_officers_pages(world) {
        let Setting { bids, members, home, .. } = setting(&world, 2);
        let dora = world.add_person("dora@opcc.example", "Dora Double", &[Role::Officer, Role::Panel]);
        world.act(OFFICER, |tx| assign(tx, id(&world, &bids[0]), dora));
        world.act(OFFICER, |tx| assign(tx, id(&world, &bids[0]), members[0]));
        let browser = world.sign_in("dora@opcc.example");
        says(&open(&browser, &format!("{home}/assignments")), &["2 applications", &bids[0]]);
        world.act("dora@opcc.example", |tx| declare_conflict(tx, &bids[0], "works", "My employer."));
        let page = open(&browser, &format!("{home}/assignments"));
        says(&page, &["1 application.", &bids[1], "0 of 0 submitted"]);
        is_silent(&page, &[&bids[0], "My employer."]);
        let path = format!("{home}/assignments/bids/{}", bids[0]);
        browser.get(&path).expect_status(404);
        browser.post(&path, &[("do", "assign"), ("member", &members[1].row().to_string())]).expect_status(404);
        let form = page.form("Assign").set("member", &members[1].row().to_string());
        for reference in [bids[0].as_str(), "CSF-2026-XXXXX"] {
            let told = form.clone().set("application", reference).send(&browser).expect_status(422);
            says(&told, &["No submitted application of this round has this reference"]);
        }
        for what in ["automatic", "sheet/xlsx"] {
            says(&browser.get(&format!("{home}/assignments/{what}")).expect_status(409), &["Another officer must do this"]);
        }
        let hidden = id(&world, &bids[0]);
        assert!(world.write_as("dora@opcc.example", |tx| assign(tx, hidden, members[1])).is_err());
    }

    /// A thousand bids and twelve members: planned, shown and made within seconds, and read a page at a time.
    fn a_thousand_bids_are_assigned_within_seconds(world) {
        let Setting { round, home, .. } = setting(&world, 1);
        for place in 4..12 {
            world.add_person(&format!("m{place}@panel.example"), &name(place), &[Role::Panel]);
        }
        let mut raw = world.attacker();
        for number in 0..999 {
            raw.run(&format!(
                "INSERT INTO applications (round_id, organisation_id, reference, stage, title, ask_pence, eligibility, created_at, \
                 created_by, submitted_at, submitted_by, version) \
                 SELECT round_id, organisation_id, 'X-{number:04}', 'submitted', 'Bid {number}', 100, '{{}}', created_at, \
                 created_by, created_at, created_by, 1 FROM applications WHERE id = 1"
            ));
        }
        let olive = world.sign_in(OFFICER);
        let began = Instant::now();
        let page = open(&olive, &format!("{home}/assignments/automatic"));
        let shown = began.elapsed();
        says(&page, &["makes 3000 assignments for 1000 applications"]);
        assert!(page.all("tbody th").len() <= 12 + 50);
        let began = Instant::now();
        page.form("Make these 3000 assignments").send(&olive).expect_redirect(&format!("{home}/assignments"));
        let made = began.elapsed();
        let began = Instant::now();
        let page = open(&olive, &format!("{home}/assignments?page=20"));
        let read = began.elapsed();
        println!("{:?}: 1,000 bids x 12 members: plan {shown:?}, 3,000 assignments made {made:?}, page of 50 {read:?}", world.kind);
        assert_eq!(page.all("tbody tr th a").len(), 50);
        let all = world.read(|conn| assignments_of_round(conn, round.id));
        let mut loads: BTreeMap<AccountId, usize> = BTreeMap::new();
        for one in &all {
            *loads.entry(one.account).or_default() += 1;
        }
        assert_eq!(loads.values().copied().collect::<BTreeSet<_>>(), BTreeSet::from([250]));
    }
}
