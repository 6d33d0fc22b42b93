//! Names of panel members and of other bidders in a text.
//!
//! A full name is a name in any case. A surname alone may be an ordinary word ("green", "young", "May"): it counts as a name after a
//! title, an initial or the first name, and where it stands by itself with a capital letter in the middle of a sentence. In small letters it
//! is the word; at the start of a sentence, beside another capitalised word ("Green Lane") and where it is a month or the like, it is a
//! hint alone. What belongs to the applicant's own name or project is theirs to be called.

/// Whose names must not stand in a text, and the applicant's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Members of the panel.
    pub panel: Vec<String>,
    /// Organisations of the other applications.
    pub others: Vec<String>,
    /// The applicant's organisation and project.
    pub own: Vec<String>,
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// It names somebody.
    Surely(String),
    /// It may be an ordinary word.
    Perhaps(String),
}

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "cllr",
    "councillor",
    "rev",
    "reverend",
    "sir",
    "dame",
    "lord",
    "lady",
    "inspector",
    "sergeant",
    "constable",
    "pc",
];
/// Words with a capital letter that are words all the same.
const ORDINARY: &[&str] = &[
    "may",
    "march",
    "april",
    "june",
    "august",
    "monday",
    "friday",
    "sunday",
    "easter",
    "christmas",
    "english",
    "welsh",
    "french",
    "german",
    "wales",
    "england",
    "london",
    "north",
    "south",
    "east",
    "west",
];
const LEGAL_FORMS: &[&str] = &["ltd", "limited", "cic", "cio", "plc", "llp"];

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    lower: String,
    capital: bool,
    /// A single capital letter.
    letter: bool,
    /// A full stop stands right after it.
    dot: bool,
    /// First of its sentence.
    start: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut start = true;
    let text = text.replace('\u{2019}', "'");
    let is_part = |character: char| character.is_alphanumeric() || character == '\'' || character == '-';
    let mut rest = text.as_str();
    while let Some(at) = rest.find(is_part) {
        let (before, from) = rest.split_at(at);
        start |=
            before.contains(['.', '!', '?', '\n', ':']) && !found.last().is_some_and(|word| word.letter && word.dot);
        let end = from.find(|character| !is_part(character)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        rest = after;
        let word = word.trim_matches(['\'', '-']);
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S")).unwrap_or(word);
        if word.is_empty() {
            continue;
        }
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let letter = capital && word.chars().count() == 1;
        found.push(Word { lower: word.to_lowercase(), capital, letter, dot: after.starts_with('.'), start });
        start = false;
    }
    found
}

fn parts(name: &str) -> Vec<String> {
    words(name).into_iter().map(|word| word.lower).collect()
}

/// An organisation's name without the article and the legal form, which people leave out.
fn organisation(name: &str) -> Vec<String> {
    let mut parts = parts(name);
    if parts.len() > 1 && parts.first().is_some_and(|first| first == "the") {
        parts.remove(0);
    }
    while parts.len() > 1 && parts.last().is_some_and(|last| LEGAL_FORMS.contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

fn stands(words: &[Word], at: usize, parts: &[String]) -> bool {
    !parts.is_empty()
        && words.get(at..).is_some_and(|rest| {
            rest.len() >= parts.len() && rest.iter().zip(parts).all(|(word, part)| word.lower == *part)
        })
}

/// The words that are not part of the applicant's own names; those are left blank.
fn without_own(mut words: Vec<Word>, own: &[String]) -> Vec<Word> {
    for name in own {
        let parts = parts(name);
        let places: Vec<usize> = (0..words.len()).filter(|at| stands(&words, *at, &parts)).collect();
        for at in places {
            for word in words.iter_mut().skip(at).take(parts.len()) {
                word.lower.clear();
                word.capital = false;
                word.letter = false;
            }
        }
    }
    words
}

/// Every name in a text, each once.
#[must_use]
pub fn named(text: &str, people: &People) -> Vec<Named> {
    let words = without_own(words(text), &people.own);
    let mut found = Vec::new();
    for name in &people.panel {
        found.extend(person(&words, name));
    }
    for name in &people.others {
        found.extend(bidder(&words, name));
    }
    found.sort();
    found.dedup();
    found
}

fn bidder(words: &[Word], name: &str) -> Option<Named> {
    let parts = organisation(name);
    let sure = format!("It names another bidder, {name}");
    let perhaps = format!("Does it name another bidder, {name}?");
    if parts.len() > 1 {
        return (0..words.len()).any(|at| stands(words, at, &parts)).then_some(Named::Surely(sure));
    }
    let only = parts.first()?;
    let mut alone = words.iter().filter(|word| word.lower == *only && word.capital).peekable();
    alone.peek()?;
    let is_word = ORDINARY.contains(&only.as_str());
    Some(if !is_word && alone.any(|word| !word.start) { Named::Surely(sure) } else { Named::Perhaps(perhaps) })
}

fn person(words: &[Word], name: &str) -> Option<Named> {
    let parts = parts(name);
    let (first, last) = (parts.first()?, parts.last()?);
    let sure = || Some(Named::Surely(format!("It names a member of the panel, {name}")));
    let mut perhaps = None;
    let initials: Vec<Option<char>> = parts.iter().map(|part| part.chars().next()).collect();
    for (at, word) in words.iter().enumerate() {
        if parts.len() > 1 && (stands(words, at, &parts) || dotted(words, at, &initials)) {
            return sure();
        }
        if word.lower != *last || word.lower.chars().count() < 2 {
            continue;
        }
        let before =
            at.checked_sub(1).and_then(|at| words.get(at)).filter(|_| !word.start || initial_before(words, at));
        let is_named = before.is_some_and(|before| {
            TITLES.contains(&before.lower.as_str())
                || (parts.len() > 1 && before.lower == *first)
                || (before.letter
                    && word.capital
                    && before.lower.chars().next() == first.chars().next()
                    && (before.dot || !matches!(before.lower.as_str(), "a" | "i")))
        });
        // "Dr." ends in a full stop, and so looks like the end of a sentence.
        let after_title = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .is_some_and(|before| before.dot && TITLES.contains(&before.lower.as_str()));
        if is_named || after_title {
            return sure();
        }
        if !word.capital {
            continue;
        }
        let beside = before.is_some_and(|before| before.capital && !before.start)
            || words.get(at.saturating_add(1)).is_some_and(|next| next.capital && !next.start);
        if word.start || beside || ORDINARY.contains(&last.as_str()) {
            perhaps = Some(Named::Perhaps(format!("Does “{last}” mean a member of the panel, {name}?")));
        } else {
            return sure();
        }
    }
    perhaps
}

fn initial_before(words: &[Word], at: usize) -> bool {
    at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|before| before.letter && before.dot)
}

/// "A.L." or "A. L.": the initials of a name, each with its full stop.
fn dotted(words: &[Word], at: usize, initials: &[Option<char>]) -> bool {
    words.get(at..).is_some_and(|rest| {
        rest.len() >= initials.len()
            && rest
                .iter()
                .zip(initials)
                .all(|(word, initial)| word.letter && word.dot && word.lower.chars().next() == *initial)
    })
}
