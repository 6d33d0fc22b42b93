//! What two spellings of one thing have in common, and what says nothing.

use crate::accounts::{name_key, postcode_within};

/// Providers whose addresses say nothing of where somebody belongs.
const PROVIDERS: [&str; 48] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.co.uk",
    "hotmail.com",
    "hotmail.co.uk",
    "live.com",
    "live.co.uk",
    "msn.com",
    "yahoo.com",
    "yahoo.co.uk",
    "ymail.com",
    "rocketmail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "aol.co.uk",
    "btinternet.com",
    "btopenworld.com",
    "bt.com",
    "sky.com",
    "talktalk.net",
    "tiscali.co.uk",
    "virginmedia.com",
    "virgin.net",
    "ntlworld.com",
    "blueyonder.co.uk",
    "o2.co.uk",
    "orange.net",
    "plus.net",
    "plusnet.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "gmx.com",
    "gmx.co.uk",
    "mail.com",
    "zoho.com",
    "fastmail.com",
    "fastmail.co.uk",
    "hey.com",
    "tutanota.com",
    "yandex.com",
    "nhs.net",
    "uwclub.net",
    "fsmail.net",
    "mailbox.org",
];

/// Domains below which anybody can have one of their own.
const SHARED: [&str; 14] = [
    "co.uk",
    "org.uk",
    "gov.uk",
    "ac.uk",
    "sch.uk",
    "nhs.uk",
    "police.uk",
    "me.uk",
    "ltd.uk",
    "plc.uk",
    "net.uk",
    "mod.uk",
    "parliament.uk",
    "uk.com",
];

/// A registration number as one compares it: letters and figures without leading zeros; none when there is too little of it.
#[must_use]
pub fn number_key(number: &str) -> Option<String> {
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let key = plain.trim_start_matches('0');
    let figures = key.chars().filter(char::is_ascii_digit).count();
    (figures >= 4).then(|| key.to_owned())
}

/// A person's name as one compares it: case, accents, order of first and last name and titles do not matter; none unless there are two
/// names to it.
#[must_use]
pub fn person_key(name: &str) -> Option<String> {
    const TITLES: [&str; 12] =
        ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "sir", "dame", "cllr"];
    let plain = name_key(name);
    let mut words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty() && !TITLES.contains(word)).collect();
    words.sort_unstable();
    words.dedup();
    (words.len() >= 2).then(|| words.join(" "))
}

/// The domain of an e-mail address, a website or a domain as typed, in small letters, without `www`.
#[must_use]
pub fn domain_of(typed: &str) -> Option<String> {
    let text = typed.trim().to_lowercase();
    let text = text.rsplit_once('@').map_or(text.as_str(), |(_, domain)| domain);
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let labels: Vec<&str> = host.split('.').collect();
    let fits = labels.len() >= 2
        && host.len() <= 253
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-')
        });
    fits.then(|| host.to_owned())
}

/// The part of a domain that somebody registered: `charity.org.uk` of `mail.charity.org.uk`. None for a common provider, and for what
/// everybody shares.
#[must_use]
pub fn own_domain(typed: &str) -> Option<String> {
    let domain = domain_of(typed)?;
    let labels: Vec<&str> = domain.split('.').collect();
    let last = |count: usize| labels.get(labels.len().checked_sub(count)?..).map(|tail| tail.join("."));
    let two = last(2)?;
    let own = if SHARED.contains(&two.as_str()) { last(3)? } else { two };
    (!PROVIDERS.contains(&own.as_str())).then_some(own)
}

/// Postcode and house of an address: none without either. Flats of one house are one house.
#[must_use]
pub fn house_key(address: &str) -> Option<String> {
    let (postcode, rest) = postcode_within(address)?;
    let plain = name_key(&rest);
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let is_house = |word: &&str| {
        let figures = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
        !figures.is_empty() && figures.chars().all(|c| c.is_ascii_digit()) && word.len() <= figures.len() + 1
    };
    // The last number is the house's: that of a flat stands before it. A house without one is known by its first words.
    let house = match words.iter().copied().rfind(is_house) {
        Some(number) => number.trim_start_matches('0').to_owned(),
        None => words.iter().take(2).copied().collect::<Vec<_>>().join(" "),
    };
    (!house.is_empty()).then(|| format!("{postcode} {house}"))
}

/// Whether a domain is one that everybody shares, so that it says nothing in a register.
#[must_use]
pub fn says_nothing(typed: &str) -> bool {
    own_domain(typed).is_none()
}
