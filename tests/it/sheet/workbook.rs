//! The workbook: out, filled in, and in again; told to the cell what is wrong, and then nothing is written.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::Workbook;

use super::{PIA, Panel, REASON, RHYS, codes, full, open, panel, says};
use crate::support::{Browser, Reply, TestWorld};

type Rows = Vec<Vec<Data>>;

fn download(browser: &Browser, panel: &Panel) -> Rows {
    let reply = browser.get(&format!("{}/workbook", panel.offline())).expect_status(200);
    assert!(reply.header("content-disposition").unwrap().contains("scores.xlsx"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(reply.bytes)).unwrap();
    book.worksheet_range("Scores").unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// The rows as another program would save them.
fn saved(name: &str, rows: &Rows) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name(name).unwrap();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Data::Float(number) => page.write_number(row, column, *number).unwrap(),
                Data::Empty => continue,
                other => page.write_string(row, column, other.to_string()).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

fn upload(browser: &Browser, panel: &Panel, rows: &Rows) -> Reply {
    let form = open(browser, &panel.offline()).form("Check and save the spreadsheet");
    form.attach("scores.xlsx", &saved("Scores", rows)).send(browser)
}

fn told(reply: &Reply) -> Vec<String> {
    reply.all(".govuk-error-summary__list li")
}

on_both! {
    fn a_workbook_goes_out_and_comes_back(world) {
        let panel = panel(&world, 2);
        let (pia, codes) = (world.sign_in(PIA), codes());
        let form = open(&pia, &panel.sheet(0)).form("Save draft");
        form.set(&format!("{}-mark", codes[0]), "2").set(&format!("{}-reason", codes[1]), "=1+1").send(&pia).expect_status(303);
        says(&open(&pia, "/panel"), &["Score on paper or in a spreadsheet"]);
        let mut rows = download(&pia, &panel);
        assert_eq!(rows.len(), 3, "{rows:?}");
        let head: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
        assert_eq!((head.len(), head[4].as_str(), head[8].as_str()), (4 + 4 * codes.len(), format!("{} score", codes[0]).as_str(), format!("{} score", codes[1]).as_str()));
        assert_eq!((&rows[1][0], &rows[1][3], &rows[1][4]), (&text(&panel.bids[0]), &Data::Float(1.0), &Data::Float(2.0)));
        assert_eq!(rows[1][9], text("=1+1"), "text stays text");
        // The first bid's score is cleared, its reason stays; the second bid is done whole, one score typed as text.
        rows[1][4] = Data::Empty;
        for place in 0..codes.len() {
            rows[2][4 + 4 * place] = if place == 0 { text("5") } else { Data::Float(3.0) };
            rows[2][5 + 4 * place] = text(REASON);
        }
        rows[2][6] = text("A plan that works.");
        upload(&pia, &panel, &rows).expect_redirect("/panel");
        let form = open(&pia, &panel.sheet(0)).form("Save draft");
        assert_eq!((form.value(&format!("{}-mark", codes[0])), form.value(&format!("{}-reason", codes[1]))), (String::new(), "=1+1".to_owned()));
        let form = open(&pia, &panel.sheet(1)).form("Submit and lock");
        assert_eq!((form.value(&format!("{}-mark", codes[0])), form.value(&format!("{}-strength", codes[0]))), ("5".to_owned(), "A plan that works.".to_owned()));
        form.send(&pia).expect_redirect("/panel");
        says(&open(&pia, &format!("{}/history", panel.sheet(1))), &["from a spreadsheet"]);
        assert_eq!(world.raw().count("audit_events WHERE kind = 'scores_uploaded'"), 2);
        // A submitted sheet goes out no more; what says nothing new writes nothing.
        let rows = download(&pia, &panel);
        assert_eq!(rows.len(), 2, "{rows:?}");
        says(&upload(&pia, &panel, &rows).expect_status(409), &["Nothing was written"]);
    }

    fn what_is_wrong_is_told_with_its_cell_and_nothing_is_written(world) {
        let panel = panel(&world, 2);
        let (pia, rhys) = (world.sign_in(PIA), world.sign_in(RHYS));
        let good = |rows: &mut Rows| {
            rows[1][4] = Data::Float(4.0);
            rows[1][5] = text(REASON);
        };
        let rows = download(&pia, &panel);
        let wrong = |change: &dyn Fn(&mut Rows), expected: &[&str]| {
            let mut rows = rows.clone();
            good(&mut rows);
            change(&mut rows);
            let reply = upload(&pia, &panel, &rows).expect_status(422);
            let told = told(&reply);
            assert_eq!(told.len(), expected.len(), "{told:?}");
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.starts_with(expected), "{told} is not {expected}");
            }
        };
        wrong(&|rows| rows[2][4] = Data::Float(6.0), &["Cell E3: ‘6’ is no whole number from 0 to 5"]);
        wrong(&|rows| rows[2][8] = Data::Float(2.5), &["Cell I3: ‘2.5’ is no whole number from 0 to 5"]);
        wrong(&|rows| rows.iter_mut().for_each(|row| row.swap(4, 5)), &["Cell E1: the column should be", "Cell F1: the column should be"]);
        wrong(&|rows| rows[0].push(text("Mine")), &["Cell AC1: there is no such column"]);
        wrong(&|rows| rows[2][0] = text("CSF-2026-XXXXX"), &["Cell A3: you have no bid CSF-2026-XXXXX to score in this round"]);
        wrong(&|rows| rows[2][0] = rows[1][0].clone(), &["Cell A3: "]);
        wrong(&|rows| rows[2][3] = Data::Float(7.0), &["Cell D3: you have changed this score sheet on its page"]);
        wrong(&|rows| rows[2][5] = text(&"x".repeat(4_001)), &["Cell F3: Your reason"]);
        wrong(
            &|rows| {
                rows[1][4] = text("four");
                rows[2][0] = text("?");
            },
            &["Cell E2: ‘four’", "Cell A3: you have no bid ?"],
        );
        // A bid of another member is as one that is not there.
        let mut other = download(&rhys, &panel);
        assert_eq!(other.len(), 2);
        other[1][0] = text(&panel.bids[0]);
        let reply = upload(&rhys, &panel, &other).expect_status(422);
        assert_eq!(told(&reply), [format!("Cell A2: you have no bid {} to score in this round", panel.bids[0])]);
        assert_eq!((world.raw().count("mark_versions"), world.raw().count("score_sheets")), (0, 0));

        // The sheet was saved on its page since: all of the workbook is refused.
        full(open(&pia, &panel.sheet(1)).form("Save draft")).send(&pia).expect_status(303);
        let written = world.raw().count("mark_versions");
        let mut stale = rows.clone();
        good(&mut stale);
        let reply = upload(&pia, &panel, &stale).expect_status(422);
        assert!(told(&reply)[0].starts_with("Cell D3: you have changed this score sheet"), "{:?}", told(&reply));
        assert_eq!(world.raw().count("mark_versions"), written);
    }

    fn what_is_no_workbook_of_ours_is_refused(world) {
        let panel = panel(&world, 1);
        let pia = world.sign_in(PIA);
        let page = open(&pia, &panel.offline());
        let form = page.form("Check and save the spreadsheet");
        for (name, bytes, words) in [
            ("scores.xlsx", saved("Other", &vec![vec![text("x")]]), "no sheet called Scores"),
            ("scores.csv", b"a,b".to_vec(), "ends in .xlsx"),
            ("scores.xlsx", b"PK\x03\x04broken".to_vec(), "damaged"),
            ("scores.xlsx", Vec::new(), "empty"),
            ("scores.xlsx", vec![b'x'; 2 * 1024 * 1024 + 1000], "2 MB or smaller"),
        ] {
            let reply = form.clone().attach(name, &bytes).send(&pia);
            assert_eq!(reply.status, 422, "{name}: {}", reply.words());
            says(&reply, &[words]);
        }
        // Who has nothing to score in the round learns nothing of it.
        world.sign_in(crate::support::builders::OFFICER).get(&panel.offline()).expect_status(404);
        world.add_person("dora@panel.example", "Dora", &[evenhand::base::role::Role::Panel]);
        let dora = world.sign_in("dora@panel.example");
        for path in ["", "/workbook", "/pack"] {
            dora.get(&format!("{}{path}", panel.offline())).expect_status(404);
        }
        dora.get(&format!("{}/pack", panel.sheet(0))).expect_status(404);
        dora.get(&format!("{}/history", panel.sheet(0))).expect_status(404);
    }
}
