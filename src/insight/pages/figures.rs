//! The figures of chosen rounds, on a page and as files.

use actix_web::web;
use serde::Serialize;

use super::{HOME, TableCell};
use crate::access::Phase;
use crate::accounts::OrganisationKind;
use crate::applications::{Cell, Sheet, table, workbook};
use crate::error::Problem;
use crate::files::sha256;
use crate::insight::actions::{self, Export, Figures};
use crate::insight::rules::losses::{Kinds, Shown};
use crate::insight::rules::small::{Count, FEW};
use crate::insight::rules::themes::ThemeLoss;
use crate::rounds::Round;
use crate::web::{Answer, Crumb, Ctx, Field, Form, Item, Page};

#[derive(Serialize)]
struct FiguresView {
    title: &'static str,
    breadcrumbs: Vec<Crumb>,
    /// None where no round is there for this person.
    rounds: Option<Field>,
    /// References of the rounds that are shown.
    chosen: Vec<String>,
    bids: Option<usize>,
    few: usize,
    losses_head: Vec<TableCell>,
    losses: Vec<Vec<TableCell>>,
    kinds_head: Vec<TableCell>,
    kinds: Vec<Vec<TableCell>>,
    /// Bids whose feedback was accepted; none where there are too few.
    told: Option<usize>,
    themes_head: Vec<TableCell>,
    themes: Vec<Vec<TableCell>>,
    theme_kinds_head: Vec<TableCell>,
    theme_kinds: Vec<Vec<TableCell>>,
}

impl Page for FiguresView {
    const TEMPLATE: &'static str = "insight/figures.html";
}

const LOSSES: [&str; 5] =
    ["Criterion", "Applications", "Mean share of the marks lost", "Weighted points lost", "Weak applications"];
const THEMES: [&str; 4] = ["Theme", "Criterion", "Applications told", "Weighted points lost there"];
const HIDDEN: &str = "Not shown";

fn weak_words(count: Count) -> String {
    format!("{} of {}", count.some, count.of)
}

fn shown_words(shown: Shown) -> String {
    match shown {
        Shown::Count(count) => weak_words(count),
        Shown::Hidden => HIDDEN.to_owned(),
        Shown::Nothing => "None scored".to_owned(),
    }
}

/// The rows of the first table, as text.
fn losses(figures: &Figures) -> Vec<Vec<String>> {
    let row = |loss: &crate::insight::rules::losses::Loss| {
        let weak = loss.weak.map(|some| Count { some, of: loss.bids });
        vec![
            loss.title.clone(),
            loss.bids.to_string(),
            format!("{}%", loss.share.percent_2dp()),
            loss.points.percent_2dp(),
            weak.map_or_else(|| HIDDEN.to_owned(), |count| format!("{} ({}%)", weak_words(count), percent(count))),
        ]
    };
    figures.losses.iter().map(row).collect()
}

/// The rows of the table of themes, as text.
fn themes(figures: &Figures) -> Vec<Vec<String>> {
    let row = |one: &ThemeLoss| {
        vec![
            one.theme.title().to_owned(),
            one.criterion.clone().unwrap_or_else(|| "All criteria together".to_owned()),
            format!("{} ({}%)", weak_words(one.bids), percent(one.bids)),
            one.points.percent_2dp(),
        ]
    };
    figures.themes.iter().map(row).collect()
}

fn percent(count: Count) -> String {
    let whole = |number: usize| i128::try_from(number).unwrap_or(0);
    let share =
        whole(count.some).checked_mul(100).and_then(|some| crate::base::exact::Fraction::new(some, whole(count.of)));
    share.map_or_else(String::new, crate::base::exact::Fraction::percent_2dp)
}

/// The headings and rows of a table by kind of organisation, as text.
fn kinds(kinds: &Kinds) -> (Vec<String>, Vec<Vec<String>>) {
    let start = ["Kind of organisation".to_owned(), "Applications".to_owned()];
    let head = start.into_iter().chain(kinds.criteria.iter().map(|(_, title)| title.clone())).collect();
    let line = |name: &str, bids: usize, cells: &[Shown]| -> Vec<String> {
        [name.to_owned(), bids.to_string()].into_iter().chain(cells.iter().map(|cell| shown_words(*cell))).collect()
    };
    let mut rows: Vec<Vec<String>> = kinds
        .rows
        .iter()
        .map(|(kind, bids, cells)| line(kind.map_or("Other kinds together", OrganisationKind::title), *bids, cells))
        .collect();
    if !rows.is_empty() {
        rows.push(line("All kinds", kinds.bids, &kinds.totals));
    }
    (head, rows)
}

fn cells(rows: Vec<Vec<String>>) -> Vec<Vec<TableCell>> {
    let cell = |(place, text)| if place == 0 { TableCell::text(text) } else { TableCell::number(text) };
    rows.into_iter().map(|row| row.into_iter().enumerate().map(cell).collect()).collect()
}

fn head(titles: Vec<String>) -> Vec<TableCell> {
    cells(vec![titles]).into_iter().flatten().collect()
}

/// Theme and criterion are words, and what follows is numbers.
fn theme_head((place, text): (usize, &str)) -> TableCell {
    if place < 2 { TableCell::text(text) } else { TableCell::number(text) }
}

fn theme_cells(row: Vec<String>) -> Vec<TableCell> {
    row.iter().map(String::as_str).enumerate().map(theme_head).collect()
}

/// The decided rounds to choose from.
pub(super) fn rounds_field(open: &[Round], chosen: &[Round], label: &str) -> Field {
    let item = |round: &Round| {
        Item::new(&round.reference, format!("{}: {}, {}", round.reference, round.fund_name, round.name))
    };
    Field::new("round", label)
        .items(open.iter().map(item).collect())
        .values(chosen.iter().map(|round| round.reference.clone()).collect())
}

pub(super) async fn show(ctx: Ctx, query: web::Query<Vec<(String, String)>>) -> Answer {
    let wanted: Vec<String> =
        query.into_inner().into_iter().filter(|(name, _)| name == "round").map(|(_, value)| value).collect();
    let (open, chosen, figures) = ctx
        .read(move |conn, actor| {
            let open = actions::open_rounds(conn, actor, Phase::Decided)?;
            let chosen = actions::chosen(conn, actor, &wanted)?;
            let figures = actions::figures(conn, &chosen)?;
            Ok((open, chosen, figures))
        })
        .await?;
    let (kinds_head, of_kinds) = kinds(&figures.kinds);
    let (theme_kinds_head, theme_kinds) = kinds(&figures.themes_by_kind);
    ctx.page(&FiguresView {
        title: "Insight across rounds",
        breadcrumbs: vec![Crumb::to("Rounds", "/office"), Crumb::here("Insight across rounds")],
        rounds: (!open.is_empty()).then(|| rounds_field(&open, &chosen, "Which rounds?")),
        chosen: chosen.iter().map(|round| round.reference.clone()).collect(),
        bids: Some(figures.bids.len()).filter(|bids| *bids >= FEW),
        few: FEW,
        losses_head: head(LOSSES.map(ToOwned::to_owned).to_vec()),
        losses: cells(losses(&figures)),
        kinds_head: head(kinds_head),
        kinds: cells(of_kinds),
        told: figures.themes.first().map(|one| one.bids.of),
        themes_head: THEMES.into_iter().enumerate().map(theme_head).collect(),
        themes: themes(&figures).into_iter().map(theme_cells).collect(),
        theme_kinds_head: head(theme_kinds_head),
        theme_kinds: cells(theme_kinds),
    })
}

fn sheet(name: &str, titles: &[String], rows: Vec<Vec<String>>) -> Sheet {
    let titles: Vec<(&str, u16)> = titles.iter().map(|title| (title.as_str(), 24)).collect();
    let mut sheet = Sheet::new(name, &titles);
    let number = |text: &str| text.parse::<i64>().map(Cell::Number).ok();
    let row =
        |row: Vec<String>| row.into_iter().map(|text| number(&text).unwrap_or_else(|| Cell::text(text))).collect();
    sheet.rows = rows.into_iter().map(row).collect();
    sheet
}

/// The same tables as a file, with the same counts kept back.
pub(super) async fn export(ctx: Ctx, Form(fields): Form) -> Answer {
    fields.only(|name| matches!(name, "round" | "format"))?;
    let (wanted, format) = (fields.all("round"), fields.get("format").to_owned());
    let (chosen, bytes, name) = ctx
        .read(move |conn, actor| {
            let chosen = actions::chosen(conn, actor, &wanted)?;
            let figures = actions::figures(conn, &chosen)?;
            let (head, rows) = kinds(&figures.kinds);
            let (told_head, told_rows) = kinds(&figures.themes_by_kind);
            let first = sheet("Marks lost", &LOSSES.map(ToOwned::to_owned), losses(&figures));
            let second = sheet("Weak by kind", &head, rows);
            let third = sheet("Themes", &THEMES.map(ToOwned::to_owned), themes(&figures));
            let fourth = sheet("Themes by kind", &told_head, told_rows);
            let (bytes, name) = match format.as_str() {
                "xlsx" => (workbook(&[first, second, third, fourth])?, "insight.xlsx"),
                "csv-losses" => (table(&first)?, "marks lost.csv"),
                "csv-kinds" => (table(&second)?, "weak by kind.csv"),
                "csv-themes" => (table(&third)?, "themes.csv"),
                "csv-theme-kinds" => (table(&fourth)?, "themes by kind.csv"),
                _ => return Err(Problem::Malformed("no such format".to_owned())),
            };
            Ok((chosen, bytes, name))
        })
        .await?;
    let is_book = name.ends_with("xlsx");
    let export = Export { format: if is_book { "xlsx" } else { "csv" }, bytes: bytes.len(), sha256: sha256(&bytes) };
    // Recorded before the first byte leaves.
    ctx.write(move |tx| actions::record_export(tx, &chosen, &export)).await?;
    let media_type = if is_book {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    } else {
        "text/csv; charset=utf-8"
    };
    Ok(ctx.attachment(name, media_type, bytes))
}

/// The address of the figures of some rounds.
pub(super) fn address(rounds: &[Round]) -> String {
    let query: Vec<String> = rounds.iter().map(|round| format!("round={}", round.reference)).collect();
    format!("{HOME}?{}", query.join("&"))
}
