//! The rules of the house, read off the source: who may import whom, where SQL may stand, how large a file may grow.
//!
//! A rule that is in the way is changed here, in the open, and not worked around.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where it is wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Features in the order of the process: each may import those before it.
const FEATURES: [&str; 11] = [
    "accounts",
    "rounds",
    "applications",
    "conflicts",
    "scoring",
    "moderation",
    "decisions",
    "feedback",
    "letters",
    "insight",
    "trail",
];

/// What every feature may import besides itself and the features before it.
const UNDER_FEATURES: &[&str] =
    &["base", "db", "audit", "access", "error", "web", "mail", "files", "app", "config", "press"];

/// Modules that are no feature, and what each may import. A longer name wins over a shorter one.
const EDGES: &[(&str, &[&str])] = &[
    ("base", &["base"]),
    ("db", &["base", "db"]),
    ("files", &["base", "files"]),
    ("error", &["base", "db", "files"]),
    ("access", &["base", "error"]),
    ("config", &["base", "db", "files"]),
    ("audit", &["base", "db", "audit"]),
    ("mail", &["base", "db", "mail"]),
    ("mail::sender", &["base", "db", "mail", "config"]),
    ("mail::wire", &["base", "mail", "config"]),
    ("web", &["base", "db", "audit", "access", "error", "config", "files", "mail", "web", "app"]),
    ("press", &["base", "press"]),
    ("app", &["base", "db", "audit", "config", "files", "web", "error", "press"]),
];

/// May import everything: they put the parts together.
const ABOVE: [&str; 6] = ["routes", "cli", "jobs", "demo", "lib", "main"];

/// Macros at the root of the crate are imported like modules.
const MACROS: [&str; 4] = ["column_id", "column_enum", "get", "post"];

/// The six names inside a feature. What stands behind them is reached through the feature's `mod.rs`.
const INSIDE: [&str; 6] = ["model", "rules", "store", "actions", "pages", "mod"];

/// Where SQL is written, besides `store.rs` and everything below `db/`.
const SQL: [&str; 6] =
    ["audit/store", "mail/outbox", "mail/outbox/attempts", "mail/outbox/trouble", "web/pending", "web/session"];

/// Lists of every table and column, which are as long as there are columns.
const LISTS: [&str; 2] = ["db/schema", "audit/tables"];

struct Source {
    /// Below `src/`, without `.rs` and `/mod`.
    name: String,
    path: String,
    /// Without comments.
    code: String,
    lines: usize,
}

impl Source {
    fn top(&self) -> &str {
        self.name.split('/').next().unwrap()
    }

    /// The file's name, or that of the folder that a large one became, below the feature.
    fn kind(&self) -> &str {
        self.name.split('/').nth(1).unwrap_or("mod")
    }

    fn is_feature(&self) -> bool {
        FEATURES.contains(&self.top())
    }

    fn is_test(&self) -> bool {
        self.name.split('/').any(|part| part == "tests" || part.ends_with("_tests"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(below: &str, ending: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(below), ending, &mut found);
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

fn sources() -> Vec<Source> {
    files("src", ".rs")
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let path = relative(&file);
            let name = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod").to_owned();
            let code: String = text.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
            Source { name, path, code, lines: text.lines().count() }
        })
        .collect()
}

/// Every `crate::…` path of a source, as its parts. `crate::{a, b::c}` is two.
fn imports(code: &str) -> Vec<Vec<String>> {
    fn expand(before: &[String], tail: &str, found: &mut Vec<Vec<String>>) {
        let mut parts = before.to_vec();
        let mut rest = tail;
        loop {
            if let Some(group) = rest.strip_prefix('{') {
                let (mut depth, mut start) = (0_i32, 0);
                for (at, character) in group.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth > 0 => depth -= 1,
                        ',' if depth > 0 => {}
                        ',' | '}' => {
                            let item = group[start..at].trim();
                            if !item.is_empty() {
                                expand(&parts, item, found);
                            }
                            if character == '}' {
                                return;
                            }
                            start = at + 1;
                        }
                        _ => {}
                    }
                }
                return;
            }
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            parts.push(rest[..end].to_owned());
            match rest[end..].strip_prefix("::") {
                Some(more) if !more.starts_with('<') => rest = more,
                _ => break,
            }
        }
        found.push(parts);
    }
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$') {
            expand(&[], &code[at + "crate::".len()..], &mut found);
        }
    }
    found
}

fn may_import(source: &Source, wanted: &str) -> bool {
    if let Some(place) = FEATURES.iter().position(|feature| *feature == source.top()) {
        return FEATURES[..=place].contains(&wanted) || UNDER_FEATURES.contains(&wanted);
    }
    let own = source.name.replace('/', "::");
    let allowed = EDGES
        .iter()
        .filter(|(name, _)| own == *name || own.starts_with(&format!("{name}::")))
        .max_by_key(|(name, _)| name.len());
    allowed.unwrap_or_else(|| panic!("{} is in no list of this test", source.path)).1.contains(&wanted)
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn imports_point_down_and_upstream() {
    let mut faults = BTreeSet::new();
    for source in sources().iter().filter(|source| !ABOVE.contains(&source.top())) {
        for path in imports(&source.code) {
            let wanted = path[0].as_str();
            if !MACROS.contains(&wanted) && !may_import(source, wanted) {
                faults.insert(format!("{} imports {wanted}", source.path));
            }
        }
    }
    none(&faults.into_iter().collect::<Vec<_>>());
}

#[test]
fn features_are_reached_through_their_mod_rs() {
    let mut faults = BTreeSet::new();
    for source in sources().iter().filter(|source| !ABOVE.contains(&source.top())) {
        for path in imports(&source.code) {
            let feature = path[0].as_str();
            let inside = path.get(1).is_some_and(|part| INSIDE.contains(&part.as_str()));
            if FEATURES.contains(&feature) && feature != source.top() && inside {
                faults.insert(format!("{} imports {}", source.path, path.join("::")));
            }
        }
    }
    none(&faults.into_iter().collect::<Vec<_>>());
}

#[test]
fn models_and_rules_name_no_database_and_no_web() {
    let mut faults = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.is_feature() && matches!(source.kind(), "model" | "rules") && !source.is_test())
    {
        for word in ["diesel::", "actix_web::", "actix_multipart::", "tera::", "tracing::", "crate::db", "crate::web"] {
            if source.code.contains(word) {
                faults.push(format!("{} names {word}", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn sql_stands_in_stores() {
    let words = [
        "diesel::prelude",
        "diesel::insert_into",
        "diesel::update",
        "diesel::delete",
        "diesel::sql_query",
        "db::schema",
        "schema::",
    ];
    let mut faults = Vec::new();
    for source in sources() {
        let store = source.top() == "db" || source.kind() == "store" || SQL.contains(&source.name.as_str());
        for word in words.iter().filter(|word| !store && source.code.contains(*word)) {
            faults.push(format!("{} names {word}", source.path));
        }
    }
    none(&faults);
}

#[test]
fn pages_name_no_database_and_actions_no_web_server() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.is_feature()) {
        let forbidden: &[&str] = match source.kind() {
            "pages" => &["diesel"],
            "actions" => &["actix_web::", "actix_multipart::", "HttpRequest", "HttpResponse"],
            "store" => &["actix_web::", "tera::"],
            _ => &[],
        };
        for word in forbidden.iter().filter(|word| source.code.contains(*word)) {
            faults.push(format!("{} names {word}", source.path));
        }
    }
    none(&faults);
}

#[test]
fn which_database_it_is_is_known_in_three_files() {
    let known = ["db/conn", "db/portable", "db/migrate"];
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| !known.contains(&source.name.as_str()))
        .filter(|source| source.code.contains("Conn::Pg") || source.code.contains("Conn::Sqlite"))
        .map(|source| source.path.clone())
        .collect();
    none(&faults);
}

#[test]
fn changes_go_through_the_ledger() {
    let mut faults = Vec::new();
    for source in
        sources().iter().filter(|source| source.top() != "db" && source.name != "audit/ledger" && !source.is_test())
    {
        for word in [".writer()", "begin_transaction", "batch_execute", ".transaction("] {
            if source.code.contains(word) {
                faults.push(format!("{} has {word}", source.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn a_features_mod_rs_holds_no_function() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|source| source.is_feature() && source.path == format!("src/{}/mod.rs", source.top()))
        .filter(|source| source.code.lines().any(|line| line.starts_with("fn ") || line.starts_with("pub fn ")))
        .map(|source| source.path.clone())
        .collect();
    none(&faults);
}

#[test]
fn files_stay_small() {
    let mut faults = Vec::new();
    for source in sources() {
        if source.lines > 600 && !LISTS.contains(&source.name.as_str()) && !source.is_test() {
            faults.push(format!("{}: {} lines; split it at 600", source.path, source.lines));
        }
    }
    for (below, ending, most) in [("tests", ".rs", 800), ("templates", ".html", 250), ("letter-templates", ".typ", 600)]
    {
        for file in files(below, ending) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            if lines > most {
                faults.push(format!("{}: {lines} lines; split it at {most}", relative(&file)));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_template_is_rendered_and_every_page_has_its_template() {
    let code: String = sources().into_iter().map(|source| source.code).collect();
    let named: BTreeSet<String> = code
        .match_indices("const TEMPLATE: &'static str = \"")
        .filter_map(|(at, start)| code[at + start.len()..].split('"').next().map(ToOwned::to_owned))
        .collect();
    assert!(named.len() >= 8, "only {} pages: the pattern is wrong", named.len());
    let mut there = BTreeSet::new();
    let mut faults = Vec::new();
    for file in files("templates", "").into_iter().filter(|file| !file.ends_with("README.md")) {
        let name = relative(&file).trim_start_matches("templates/").to_owned();
        let shared = name == "layout.html" || name.starts_with("components/");
        // Mail is rendered by name, at times with the ending put to the stem.
        let stem = name.rsplit_once('.').unwrap().0;
        let mail = name.starts_with("mail/")
            && (code.contains(&format!("\"{name}\"")) || code.contains(&format!("\"{stem}\"")));
        let part = files("templates", ".html").iter().any(|other| {
            let text = fs::read_to_string(other).unwrap();
            text.contains(&format!("include \"{name}\"")) || text.contains(&format!("extends \"{name}\""))
        });
        // A file of components counts when another template uses one of them.
        let text = fs::read_to_string(&file).unwrap();
        let components: Vec<&str> =
            text.split("{% component ").skip(1).filter_map(|rest| rest.split(['(', ' ']).next()).collect();
        let used = components.iter().any(|component| {
            let call = format!("<{component} ");
            files("templates", ".html")
                .iter()
                .any(|other| *other != file && fs::read_to_string(other).unwrap().contains(&call))
        });
        if !shared && !mail && !part && !used && !named.contains(&name) {
            faults.push(format!("templates/{name} is rendered by nothing"));
        }
        there.insert(name);
    }
    faults.extend(named.difference(&there).map(|name| format!("templates/{name} is named and not there")));
    none(&faults);
}

/// A program that was built on one machine says nothing of it on another.
#[test]
fn nothing_names_a_folder_of_somebodys_machine() {
    let needles: Vec<String> = ["work", "root", "home", "Users"].iter().map(|folder| format!("/{folder}/")).collect();
    let mut faults = Vec::new();
    let whole = ["src", "tests", "templates", "letter-templates", "migrations", "benches", "docs"];
    let mut all: Vec<PathBuf> = whole.iter().flat_map(|below| files(below, "")).collect();
    all.extend(["Cargo.toml", "build.rs", "Makefile", "README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    for file in all {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        for (number, line) in text.lines().enumerate() {
            // `a/home/b` is a path within something, as in a letter's address or a test of such paths.
            let found = needles.iter().any(|needle| {
                line.match_indices(needle.as_str()).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '/'))
                })
            });
            if found {
                faults.push(format!("{}:{}: {}", relative(&file), number + 1, line.trim()));
            }
        }
    }
    none(&faults);
}

/// The reader of imports itself.
#[test]
fn imports_are_read_rightly() {
    let code = "use crate::{get, web::{Ctx, Form}};\nuse crate::audit::Event;\nlet a = crate::rounds::model::Window::Open;\n\
                $crate::x::y; my_crate::z; f::<crate::base::At>()";
    let read: Vec<String> = imports(code).iter().map(|path| path.join("::")).collect();
    assert_eq!(read, ["get", "web::Ctx", "web::Form", "audit::Event", "rounds::model::Window::Open", "base::At"]);
}
