//! Whether a template uses only fields that its data declare.
//!
//! Typst itself refuses a field that is not there; but a template that asks first, with `has` or `at`, would print nothing for ever.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    document::{Document, DocumentKind},
    kind::LetterKind,
    sample::sample,
};

/// What the press itself adds to the data.
const ADDED: &[&str] = &["issued", "fonts", "replaced", "test", "opening", "closing"];

/// Fields that a template uses and its kind does not declare, each as `line: what`.
#[must_use]
pub fn undeclared(kind: DocumentKind, source: &str) -> Vec<String> {
    let DocumentKind::Letter(letter) = kind else { return Vec::new() };
    let (own, common) = (own_fields(letter), common_fields());
    let mut found = Vec::new();
    for (number, line) in (1_usize..).zip(source.lines()) {
        let code = line.split("//").next().unwrap_or_default();
        for (of, known) in [("d", &own), ("c", &common)] {
            for name in used(code, of) {
                if !known.contains(&name) {
                    found.push(format!("{number}: uses {of}.{name}, which {letter} letters do not declare"));
                }
            }
        }
    }
    found
}

/// The fields of a kind; its sample has every one, the optional too.
fn own_fields(kind: LetterKind) -> BTreeSet<String> {
    let own = serde_json::to_value(Document::sample(kind.into())).ok();
    let own = own.as_ref().and_then(|document| document.get("letter"));
    names(own).chain(ADDED.iter().map(|name| (*name).to_owned())).collect()
}

/// What every letter has; not every sample has all that is optional.
fn common_fields() -> BTreeSet<String> {
    LetterKind::ALL
        .into_iter()
        .filter_map(|kind| serde_json::to_value(sample(kind).common()).ok())
        .flat_map(|common| names(Some(&common)).collect::<Vec<_>>())
        .chain(["wording".to_owned(), "replaces".to_owned()])
        .collect()
}

fn names(value: Option<&Value>) -> impl Iterator<Item = String> + use<> {
    let fields = value.and_then(Value::as_object).cloned().unwrap_or_default();
    fields.into_iter().map(|(name, _)| name)
}

/// The fields of `of` that a line uses: `d.name`, `has(d, "name")`, `d.at("name", …)`.
fn used(line: &str, of: &str) -> Vec<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in line.match_indices(&format!("{of}.")) {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let rest = line.get(at.saturating_add(2)..).unwrap_or_default();
        // `and.`, `x.d.`: another name that ends so.
        if before.is_some_and(|before| before.is_ascii_alphanumeric() || matches!(before, '_' | '-' | '.')) {
            continue;
        }
        found.push(match rest.strip_prefix("at(\"") {
            Some(rest) => name(rest),
            None => name(rest),
        });
    }
    for (at, asked) in line.match_indices(&format!("has({of}, \"")) {
        found.push(name(line.get(at.saturating_add(asked.len())..).unwrap_or_default()));
    }
    found.retain(|name| !name.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_templates_use_what_they_declare_and_no_other() {
        for kind in DocumentKind::ALL {
            assert_eq!(undeclared(kind, kind.source()), Vec::<String>::new(), "{kind:?}");
        }
        let award = DocumentKind::Letter(LetterKind::Award);
        assert_eq!(
            undeclared(award, "#d.colour // d.taste\nEnd.\n#c.mood and.so"),
            [
                "1: uses d.colour, which award letters do not declare",
                "3: uses c.mood, which award letters do not declare",
            ]
        );
    }
}
