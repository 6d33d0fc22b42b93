//! The details of an organisation as people type them: every fault at once, in the order of the page.

use crate::accounts::model::{Contact, ContactRole, Details, NewOrganisation, OrganisationKind};
use crate::accounts::rules::name_key;
use crate::base::email::EmailAddress;
use crate::base::registration::{Registration, Scheme};
use crate::base::text::{clean, clean_line};
use crate::error::Faults;

/// A contact as typed.
#[derive(Debug, Clone, Default)]
pub struct TypedContact {
    /// Name.
    pub name: String,
    /// Post.
    pub position: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub telephone: String,
}

/// Parts of a contact's field names: `lead_name` and so on.
pub const CONTACT_FIELDS: [&str; 4] = ["name", "position", "email", "telephone"];

/// The details of an organisation as typed.
#[derive(Debug, Clone, Default)]
pub struct TypedDetails {
    /// Legal name.
    pub name: String,
    /// Other names, one a line.
    pub other_names: String,
    /// Word of what it is.
    pub kind: String,
    /// Number of each register.
    pub numbers: Vec<(Scheme, String)>,
    /// Lines of the address.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Website.
    pub website: String,
    /// Telephone number.
    pub telephone: String,
    /// Contacts by role.
    pub contacts: Vec<(ContactRole, TypedContact)>,
}

/// The field of a register's number.
#[must_use]
pub fn number_field(scheme: Scheme) -> String {
    format!("number_{}", scheme.word().to_lowercase().replace('-', "_"))
}

/// Checks all details.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn check_details(typed: &TypedDetails) -> Result<Details, Faults> {
    let mut faults = Faults::default();
    let name = checked_name(&typed.name, &mut faults);
    let other_names = checked_names(&typed.other_names, &name, &mut faults);
    let kind = checked_kind(&typed.kind, &mut faults);
    let mut numbers = Vec::new();
    for (scheme, text) in typed.numbers.iter().filter(|(_, text)| !text.trim().is_empty()) {
        numbers.extend(faults.take(&number_field(*scheme), Registration::parse(*scheme, text)));
    }
    let address = checked_address(&typed.address, &typed.postcode, &mut faults);
    let website = faults.take("website", parse_website(&typed.website)).unwrap_or_default();
    let telephone = faults.take("telephone", parse_telephone(&typed.telephone)).unwrap_or_default();
    let contacts =
        typed.contacts.iter().filter_map(|(role, contact)| checked_contact(*role, contact, &mut faults)).collect();
    match kind.filter(|_| faults.is_empty()) {
        Some(kind) => Ok(Details { name, other_names, kind, numbers, address, website, telephone, contacts }),
        None => Err(faults),
    }
}

/// Checks what is asked of a new organisation when it begins its first bid: name, kind, the two commonest numbers, address.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn check_new(typed: &TypedDetails, charity: &str, company: &str) -> Result<NewOrganisation, Faults> {
    let mut faults = Faults::default();
    let name = checked_name(&typed.name, &mut faults);
    let kind = checked_kind(&typed.kind, &mut faults);
    let number = |text: &str, parse: fn(&str) -> Result<Registration, _>| {
        let text = text.trim();
        if text.is_empty() { Ok(None) } else { parse(text).map(|number| Some(number.number().to_owned())) }
    };
    let charity_number = faults.take("charity_number", number(charity, Registration::parse_charity)).flatten();
    let as_company = |text: &str| Registration::parse(Scheme::Company, text);
    let company_number = faults.take("company_number", number(company, as_company)).flatten();
    let address = checked_address(&typed.address, &typed.postcode, &mut faults);
    match kind.filter(|_| faults.is_empty()) {
        Some(kind) => Ok(NewOrganisation { name, kind, charity_number, company_number, address }),
        None => Err(faults),
    }
}

fn checked_name(typed: &str, faults: &mut Faults) -> String {
    let name = clean_line(typed);
    if name.is_empty() {
        faults.add("name", "Enter your organisation's legal name");
    } else if name.chars().count() > 200 {
        faults.add("name", "The name must be 200 characters or fewer");
    }
    name
}

fn checked_names(typed: &str, legal: &str, faults: &mut Faults) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in clean(typed).lines().map(clean_line).filter(|name| !name.is_empty() && name != legal) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > 10 {
        faults.add("other_names", "Enter 10 other names or fewer, each on its own line");
    } else if names.iter().any(|name| name.chars().count() > 200 || name_key(name).is_empty()) {
        faults.add("other_names", "Each name must have letters or figures, and 200 characters or fewer");
    }
    names
}

fn checked_kind(typed: &str, faults: &mut Faults) -> Option<OrganisationKind> {
    let kind = OrganisationKind::from_word(typed);
    if kind.is_none() {
        faults.add("kind", "Choose what kind of organisation it is");
    }
    kind
}

fn checked_address(typed: &str, postcode: &str, faults: &mut Faults) -> String {
    let address = clean(typed);
    let lines: Vec<String> = address.lines().map(clean_line).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        faults.add("address", "Enter your organisation's postal address");
    } else if lines.len() > 7 || address.chars().count() > 400 {
        faults.add("address", "The address must have 7 lines or fewer, and 400 characters or fewer");
    }
    let lines = lines.join("\n");
    if postcode.trim().is_empty() {
        // Whoever typed it under the address need not type it again.
        let (lines, postcode) = split_address(&lines);
        return address_with(&lines, postcode.as_deref());
    }
    match parse_postcode(postcode) {
        Some(postcode) => address_with(&split_address(&lines).0, Some(&postcode)),
        None => {
            faults.add("postcode", "Enter a full UK postcode, such as LE19 2BX");
            lines
        }
    }
}

/// A postcode in its one form: `LE19 2BX`. Whether it exists is not asked.
#[must_use]
pub fn parse_postcode(typed: &str) -> Option<String> {
    let text: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if !text.is_ascii() {
        return None;
    }
    let (out, inward) = text.split_at_checked(text.len().checked_sub(3)?)?;
    let inward_fits = inward.char_indices().all(|(place, c)| match place {
        0 => c.is_ascii_digit(),
        _ => c.is_ascii_uppercase(),
    });
    let out_fits = (2..=4).contains(&out.len())
        && out.starts_with(|c: char| c.is_ascii_uppercase())
        && out.chars().all(|c| c.is_ascii_alphanumeric())
        && (out == "GIR" || out.chars().skip(1).take(2).any(|c| c.is_ascii_digit()));
    (inward_fits && out_fits).then(|| format!("{out} {inward}"))
}

/// The lines of a stored address and its postcode, which stands last where there is one.
#[must_use]
pub fn split_address(address: &str) -> (String, Option<String>) {
    match address.rsplit_once('\n') {
        Some((lines, last)) => match parse_postcode(last) {
            Some(postcode) => (lines.to_owned(), Some(postcode)),
            None => (address.to_owned(), None),
        },
        None => (address.to_owned(), None),
    }
}

/// The postcode within an address however it was typed, and the rest of it: the last that is one.
#[must_use]
pub fn postcode_within(address: &str) -> Option<(String, String)> {
    let words: Vec<&str> =
        address.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    for end in (1..=words.len()).rev() {
        for width in [2, 1] {
            let Some(start) = end.checked_sub(width) else { continue };
            let Some(postcode) = words.get(start..end).and_then(|part| parse_postcode(&part.concat())) else {
                continue;
            };
            let rest = words.iter().take(start).chain(words.iter().skip(end)).copied().collect::<Vec<_>>();
            return Some((postcode, rest.join(" ")));
        }
    }
    None
}

/// An address as it is stored: letters print its lines, so the postcode is its last.
#[must_use]
pub fn address_with(lines: &str, postcode: Option<&str>) -> String {
    postcode.map_or_else(|| lines.to_owned(), |postcode| format!("{lines}\n{postcode}"))
}

fn parse_website(typed: &str) -> Result<String, &'static str> {
    const FORMAT: &str = "Enter a website in the correct format, such as www.example.org";
    let typed = clean_line(typed);
    if typed.is_empty() {
        return Ok(typed);
    }
    let address = if typed.contains("://") { typed } else { format!("https://{typed}") };
    let url = url::Url::parse(&address).map_err(|_| FORMAT)?;
    let host_fits = url.host_str().is_some_and(|host| host.contains('.') && !host.ends_with('.'));
    let fits = matches!(url.scheme(), "http" | "https")
        && host_fits
        && url.username().is_empty()
        && url.password().is_none()
        && address.len() <= 300;
    if fits { Ok(url.to_string().trim_end_matches('/').to_owned()) } else { Err(FORMAT) }
}

fn parse_telephone(typed: &str) -> Result<String, &'static str> {
    let typed = clean_line(typed);
    if typed.is_empty() {
        return Ok(typed);
    }
    let figures = typed.chars().filter(char::is_ascii_digit).count();
    let fits = (10..=15).contains(&figures)
        && typed.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-'));
    if fits { Ok(typed) } else { Err("Enter a telephone number, such as 0116 496 0000 or +44 7700 900 982") }
}

fn checked_contact(role: ContactRole, typed: &TypedContact, faults: &mut Faults) -> Option<Contact> {
    let [name, position] = [&typed.name, &typed.position].map(|text| clean_line(text));
    let (email, telephone) = (typed.email.trim(), typed.telephone.trim());
    if name.is_empty() && position.is_empty() && email.is_empty() && telephone.is_empty() {
        return None;
    }
    let field = |part: &str| format!("{}_{part}", role.word());
    let who = role.title().to_lowercase();
    if name.is_empty() {
        faults.add(field("name"), format!("Enter the name of the {who}"));
    }
    if name.chars().count() > 120 || position.chars().count() > 120 {
        faults.add(field("name"), format!("Name and post of the {who} must be 120 characters or fewer each"));
    }
    let email = faults.take(&field("email"), EmailAddress::parse(email));
    let telephone = faults.take(&field("telephone"), parse_telephone(telephone));
    Some(Contact { role, name, position, email: email?.as_str().to_owned(), telephone: telephone? })
}
