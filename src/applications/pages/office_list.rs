//! The applications of a round, as officers find them: filtered by the page's address, counted, sorted, a page at a time.

use actix_web::web;
use serde::Serialize;

use super::list::title_of;
use crate::access::{self, Action};
use crate::applications::filter::{FIELDS, Filter, GateStanding, ListRules, PRINTED, Sort};
use crate::applications::model::ApplicationStage;
use crate::applications::store::{self, ListCounts, ListPage, ListedBid};
use crate::error::Faults;
use crate::rounds::{Round, RoundStage, get_definition, round_of_reference};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Item, Page, PageFaults, Paging};

#[derive(Serialize)]
struct ListView {
    title: String,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    path: String,
    round: String,
    /// Drafts that the office types: address and words.
    entering: Vec<(String, String)>,
    /// Re-opened and not submitted again: where each can be put back, and until when it is open.
    returned: Vec<(String, String)>,
    export: String,
    submitted: i64,
    drafts: i64,
    withdrawn: i64,
    shown: String,
    active: bool,
    state: Field,
    /// Where the round has more than one kind of grant.
    stream: Option<Field>,
    gates: Field,
    text: Field,
    least: Field,
    most: Field,
    from: Field,
    to: Field,
    missing: Field,
    sort: String,
    order: &'static str,
    heads: Vec<Head>,
    rows: Vec<ListRow>,
    print: String,
    pages: Paging,
}

impl Page for ListView {
    const TEMPLATE: &'static str = "applications/office_list.html";
}

/// A column's heading, which sorts by it.
#[derive(Debug, Serialize)]
struct Head {
    text: &'static str,
    href: String,
    direction: &'static str,
    numeric: bool,
}

#[derive(Serialize)]
struct ListRow {
    href: String,
    reference: String,
    title: String,
    organisation: String,
    stream: Option<String>,
    ask: String,
    received: String,
    gates: String,
    withdrawn: bool,
}

const COLUMNS: [(Sort, &str); 6] = [
    (Sort::Reference, "Reference"),
    (Sort::Project, "Project"),
    (Sort::Organisation, "Organisation"),
    (Sort::Asked, "Asked"),
    (Sort::Received, "Received"),
    (Sort::Gates, "Gates"),
];

pub(super) async fn list(ctx: Ctx, path: web::Path<String>, query: web::Query<Vec<(String, String)>>) -> Answer {
    let reference = path.into_inner();
    let typed = Fields::from(query.into_inner());
    let (filter, faults) = Filter::read(&typed);
    let app = ctx.app.clone();
    let (round, rules, page, filter, entering, returned) = ctx
        .read(move |conn, actor| {
            access::require(actor, Action::RunRounds)?;
            let round = round_of_reference(conn, &reference)?;
            round.require_unsealed()?;
            let (_, definition) = get_definition(conn, round.id)?;
            let rules = ListRules::from(&*definition);
            let hidden = store::hidden_from(conn, actor, round.id)?;
            let page = store::list_page(conn, round.id, &rules, &filter, &hidden, &app.memo)?;
            let entering = store::entered_drafts(conn, round.id, &hidden)?;
            let returned = match round.stage {
                RoundStage::Published | RoundStage::Scoring => store::returned_of_round(conn, round.id, &hidden)?,
                _ => Vec::new(),
            };
            Ok((round, rules, page, filter, entering, returned))
        })
        .await?;
    let entering = entering
        .into_iter()
        .map(|(bid, entry)| (format!("/applications/{bid}"), format!("{bid}. {} Not submitted yet.", entry.notice())))
        .collect();
    let returned = returned
        .into_iter()
        .map(|(bid, opening)| {
            let until = opening.until.unwrap_or(round.closes_at);
            let verb = if until <= ctx.now() { "was" } else { "is" };
            (
                format!("/office/applications/{bid}/put-back"),
                format!("{bid} {verb} with its applicant until {}", until.moment_words()),
            )
        })
        .collect();
    let view = ListView { entering, returned, ..view(&round, &rules, page, &filter, &typed, &faults) };
    if faults.is_empty() { ctx.page(&view) } else { ctx.faulty_page(&view) }
}

/// The address of the list with other values of some fields.
fn address(path: &str, typed: &Fields, changed: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = FIELDS.iter().chain(&["sort", "order"]).filter(|name| !changed.iter().any(|(other, _)| other == *name));
    for name in kept {
        let value = typed.get(name).trim();
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    for (name, value) in changed {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn view(
    round: &Round,
    rules: &ListRules,
    page: ListPage,
    filter: &Filter,
    typed: &Fields,
    faults: &Faults,
) -> ListView {
    let home = format!("/office/rounds/{}", round.reference);
    let path = format!("{home}/applications");
    let go = |number: i64| address(&path, typed, &[("page", &number.to_string())]);
    let text = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    ListView {
        title: format!("Applications to {}", round.name),
        errors: faults.into(),
        breadcrumbs: vec![
            Crumb::to("Rounds", "/office"),
            Crumb::to(round.reference.clone(), home.clone()),
            Crumb::here("Applications"),
        ],
        round: round.reference.clone(),
        entering: Vec::new(),
        returned: Vec::new(),
        export: format!("{home}/export"),
        submitted: page.counts.submitted,
        drafts: page.counts.drafts,
        withdrawn: page.counts.withdrawn,
        shown: shown(&page, filter),
        active: Filter::is_active(typed),
        state: state_field(&page.counts, filter),
        stream: (!rules.streams.is_empty()).then(|| stream_field(rules, filter)),
        gates: gates_field(&page.counts, filter),
        text: text("q", "Organisation or reference"),
        least: text("least", "Asked for at least").inputmode("decimal"),
        most: text("most", "Asked for at most").inputmode("decimal"),
        from: text("from", "Received from").hint("For example, 27/3/2027").width("10"),
        to: text("to", "Received to").hint("That day included").width("10"),
        missing: Field::new("missing", "Documents")
            .items(vec![Item::new("yes", format!("A required document is missing ({})", page.counts.missing))])
            .values(if filter.missing { vec!["yes".to_owned()] } else { Vec::new() }),
        sort: filter.sort.map_or("", Sort::word).to_owned(),
        order: if filter.descending { "descending" } else { "" },
        heads: heads(&path, filter, typed),
        print: if page.matching > filter.per_page() && !filter.print && page.matching <= PRINTED {
            address(&path, typed, &[("print", "yes")])
        } else {
            String::new()
        },
        pages: Paging::new(filter.page, page.matching, filter.per_page(), &go),
        rows: page.bids.into_iter().map(|bid| row(bid, round, rules)).collect(),
        path,
    }
}

fn shown(page: &ListPage, filter: &Filter) -> String {
    let first = filter.offset().saturating_add(1);
    let count = i64::try_from(page.bids.len()).unwrap_or(i64::MAX);
    match (page.matching, count) {
        (1, 1) => "1 application".to_owned(),
        (all, shown) if shown == all => format!("{all} applications"),
        (all, 0) => format!("{all} applications, none of them on this page"),
        (all, shown) => format!("{first} to {} of {all} applications", filter.offset().saturating_add(shown)),
    }
}

fn state_field(counts: &ListCounts, filter: &Filter) -> Field {
    let all = counts.submitted.saturating_add(counts.withdrawn);
    Field::new("state", "State")
        .items(vec![
            Item::new("", format!("All ({all})")),
            Item::new("submitted", format!("Submitted ({})", counts.submitted)),
            Item::new("withdrawn", format!("Withdrawn ({})", counts.withdrawn)),
        ])
        .value(filter.stage.map_or("", ApplicationStage::word))
}

fn stream_field(rules: &ListRules, filter: &Filter) -> Field {
    let mut items = vec![Item::new("", "All")];
    items.extend(rules.streams.iter().map(|(code, title)| Item::new(code, title)));
    Field::new("stream", "Kind of grant").items(items).value(filter.stream.clone().unwrap_or_default())
}

fn gates_field(counts: &ListCounts, filter: &Filter) -> Field {
    let mut items = vec![Item::new("", format!("All ({})", counts.submitted))];
    for standing in GateStanding::ALL {
        let count = match standing {
            GateStanding::Met => counts.met,
            GateStanding::Open => counts.open(),
            GateStanding::NotMet => counts.not_met,
        };
        items.push(Item::new(standing.word(), format!("{} ({count})", standing.title())));
    }
    Field::new("gates", "Gates").items(items).value(filter.gates.map_or("", GateStanding::word))
}

fn heads(path: &str, filter: &Filter, typed: &Fields) -> Vec<Head> {
    let by = filter.sort.unwrap_or(Sort::Reference);
    COLUMNS
        .iter()
        .map(|(sort, text)| {
            let here = *sort == by;
            let order = if here && !filter.descending { "descending" } else { "ascending" };
            Head {
                text,
                href: address(path, typed, &[("sort", sort.word()), ("order", order)]),
                direction: match (here, filter.descending) {
                    (false, _) => "",
                    (true, false) => "ascending",
                    (true, true) => "descending",
                },
                numeric: *sort == Sort::Asked,
            }
        })
        .collect()
}

fn row(bid: ListedBid, round: &Round, rules: &ListRules) -> ListRow {
    let application = bid.application;
    let gates = if bid.failed > 0 {
        format!("{} not met", bid.failed)
    } else {
        format!("{} of {} met", bid.passed, rules.gates.len())
    };
    ListRow {
        href: format!("/office/applications/{}", application.reference),
        // What was given up before it was sent is the applicant's own.
        title: if application.submitted_at.is_some() {
            title_of(&application)
        } else {
            "Given up before it was submitted".to_owned()
        },
        ask: application
            .ask
            .filter(|_| application.submitted_at.is_some())
            .map(|ask| ask.to_string())
            .unwrap_or_default(),
        stream: (!rules.streams.is_empty()).then(|| {
            let found = rules.streams.iter().find(|(code, _)| application.stream.as_ref() == Some(code));
            found.map_or_else(String::new, |(_, title)| title.clone())
        }),
        received: application.submitted_at.map(|at| round.received_words(at)).unwrap_or_default(),
        gates,
        withdrawn: application.stage == ApplicationStage::Withdrawn,
        reference: application.reference,
        organisation: application.organisation_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_was_typed_and_nothing_else() {
        let typed = Fields::from(vec![
            ("q".to_owned(), "a & b=c".to_owned()),
            ("page".to_owned(), "7".to_owned()),
            ("evil".to_owned(), "x".to_owned()),
        ]);
        assert_eq!(address("/p", &typed, &[]), "/p?q=a+%26+b%3Dc");
        assert_eq!(address("/p", &typed, &[("q", "x")]), "/p?q=x");
    }
}
