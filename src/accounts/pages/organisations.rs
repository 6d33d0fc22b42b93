//! A person's organisations: the list, one of them, and the form that changes its details.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::own_path;
use crate::access::{self, Action};
use crate::accounts::model::{ContactRole, Organisation, OrganisationKind, Profile};
use crate::accounts::rules::{CONTACT_FIELDS, TypedContact, TypedDetails, check_details, number_field, split_address};
use crate::accounts::{actions, store};
use crate::base::actor::Actor;
use crate::base::ids::OrganisationId;
use crate::base::registration::Scheme;
use crate::db::Conn;
use crate::error::{Faults, Problem};
use crate::web::{Answer, Crumb, Ctx, Field, Fields, Form, Item, Page, PageFaults, Row};

#[derive(Serialize)]
struct OwnView {
    title: &'static str,
    organisations: Vec<OwnRow>,
}

impl Page for OwnView {
    const TEMPLATE: &'static str = "accounts/organisations.html";
}

#[derive(Serialize)]
struct OwnRow {
    name: String,
    kind: &'static str,
    href: String,
    people: usize,
    asking: usize,
}

pub(super) async fn list(ctx: Ctx) -> Answer {
    let own = ctx.person()?.organisations.clone();
    let organisations = ctx
        .read(move |conn, actor| {
            let mut rows = Vec::new();
            for id in own {
                access::require(actor, Action::BidFor(id))?;
                let organisation = store::find_organisation(conn, id)?;
                rows.push(OwnRow {
                    kind: organisation.kind.title(),
                    name: organisation.name,
                    href: format!("/organisations/{}", id.row()),
                    people: store::members_of(conn, id)?.len(),
                    asking: store::open_requests(conn, id)?.len(),
                });
            }
            Ok(rows)
        })
        .await?;
    ctx.page(&OwnView { title: "Your organisations", organisations })
}

/// What an organisation says of itself, as rows of a summary list. Its name is not among them.
#[must_use]
pub fn profile_rows(profile: &Profile) -> Vec<Row> {
    let organisation = &profile.organisation;
    let or_none = |text: &str| if text.is_empty() { "Not given".to_owned() } else { text.to_owned() };
    let mut rows = vec![Row::new("Kind of organisation", organisation.kind.title())];
    if profile.numbers.is_empty() {
        rows.push(Row::new("Registration numbers", "None"));
    }
    for number in &profile.numbers {
        rows.push(Row::new(number.scheme().title(), number.number()));
    }
    let names = profile.other_names();
    if !names.is_empty() {
        rows.push(Row::new("Also known as", names.join("\n")).prose());
    }
    rows.push(Row::new("Postal address", organisation.address.clone()).prose());
    rows.push(Row::new("Website", or_none(&profile.website)));
    rows.push(Row::new("Telephone", or_none(&profile.telephone)));
    for role in ContactRole::ALL {
        let text = profile.contact(*role).map_or_else(String::new, |contact| {
            let parts = [&contact.name, &contact.position, &contact.email, &contact.telephone];
            parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
        });
        rows.push(Row::new(role.title(), or_none(&text)).prose());
    }
    rows
}

#[derive(Serialize)]
struct ShowView {
    title: String,
    breadcrumbs: Vec<Crumb>,
    rows: Vec<Row>,
    former: Vec<String>,
    edit: String,
    people: String,
    asking: usize,
    signatory_missing: bool,
}

impl Page for ShowView {
    const TEMPLATE: &'static str = "accounts/organisation.html";
}

pub(super) async fn show(ctx: Ctx, path: web::Path<i32>) -> Answer {
    let id = OrganisationId::new(path.into_inner());
    let view = ctx
        .read(move |conn, actor| {
            let profile = own_profile(conn, actor, id)?;
            let former = profile.names.iter().filter(|name| name.until.is_some()).map(|name| name.words()).collect();
            Ok(ShowView {
                title: profile.organisation.name.clone(),
                breadcrumbs: crumbs(&profile.organisation, None),
                rows: profile_rows(&profile),
                former,
                edit: format!("/organisations/{}/edit", id.row()),
                people: format!("/organisations/{}/people", id.row()),
                asking: store::open_requests(conn, id)?.len(),
                signatory_missing: profile.contact(ContactRole::Signatory).is_none(),
            })
        })
        .await?;
    ctx.page(&view)
}

/// A person's own organisation.
pub(super) fn own_profile(conn: &mut Conn, actor: &Actor, id: OrganisationId) -> Result<Profile, Problem> {
    access::require(actor, Action::BidFor(id))?;
    Ok(store::profile_of(conn, id)?)
}

pub(super) fn crumbs(organisation: &Organisation, here: Option<&str>) -> Vec<Crumb> {
    let name = organisation.name.clone();
    let mut crumbs = vec![Crumb::to("Your organisations", "/organisations")];
    match here {
        None => crumbs.push(Crumb::here(name)),
        Some(here) => {
            crumbs.push(Crumb::to(name, format!("/organisations/{}", organisation.id.row())));
            crumbs.push(Crumb::here(here));
        }
    }
    crumbs
}

#[derive(Serialize)]
struct EditView {
    title: &'static str,
    errors: PageFaults,
    breadcrumbs: Vec<Crumb>,
    name: Field,
    other_names: Field,
    kind: Field,
    numbers: Vec<Field>,
    address: Field,
    postcode: Field,
    website: Field,
    telephone: Field,
    contacts: Vec<ContactView>,
    version: String,
    to: String,
}

impl Page for EditView {
    const TEMPLATE: &'static str = "accounts/organisation_edit.html";
}

#[derive(Serialize)]
struct ContactView {
    title: &'static str,
    hint: &'static str,
    name: Field,
    position: Field,
    email: Field,
    telephone: Field,
}

/// The details as their form's fields.
fn stored_fields(profile: &Profile, to: &str) -> Fields {
    let (address, postcode) = split_address(&profile.organisation.address);
    let mut fields = vec![
        ("name".to_owned(), profile.organisation.name.clone()),
        ("other_names".to_owned(), profile.other_names().join("\n")),
        ("kind".to_owned(), profile.organisation.kind.word().to_owned()),
        ("address".to_owned(), address),
        ("postcode".to_owned(), postcode.unwrap_or_default()),
        ("website".to_owned(), profile.website.clone()),
        ("telephone".to_owned(), profile.telephone.clone()),
        ("version".to_owned(), profile.version.to_string()),
        ("to".to_owned(), to.to_owned()),
    ];
    fields.extend(profile.numbers.iter().map(|number| (number_field(number.scheme()), number.number().to_owned())));
    for contact in &profile.contacts {
        let values = [&contact.name, &contact.position, &contact.email, &contact.telephone];
        let named = CONTACT_FIELDS.iter().zip(values);
        fields.extend(named.map(|(part, value)| (format!("{}_{part}", contact.role.word()), value.clone())));
    }
    Fields::from(fields)
}

fn typed_details(fields: &Fields) -> TypedDetails {
    let contact = |role: ContactRole| {
        let part = |part: &str| fields.get(&format!("{}_{part}", role.word())).to_owned();
        TypedContact {
            name: part("name"),
            position: part("position"),
            email: part("email"),
            telephone: part("telephone"),
        }
    };
    TypedDetails {
        name: fields.get("name").to_owned(),
        other_names: fields.get("other_names").to_owned(),
        kind: fields.get("kind").to_owned(),
        numbers: Scheme::ALL.iter().map(|scheme| (*scheme, fields.get(&number_field(*scheme)).to_owned())).collect(),
        address: fields.get("address").to_owned(),
        postcode: fields.get("postcode").to_owned(),
        website: fields.get("website").to_owned(),
        telephone: fields.get("telephone").to_owned(),
        contacts: ContactRole::ALL.iter().map(|role| (*role, contact(*role))).collect(),
    }
}

fn is_field(name: &str) -> bool {
    const PLAIN: [&str; 9] =
        ["name", "other_names", "kind", "address", "postcode", "website", "telephone", "version", "to"];
    PLAIN.contains(&name)
        || Scheme::ALL.iter().any(|scheme| number_field(*scheme) == name)
        || ContactRole::ALL.iter().any(|role| {
            name.strip_prefix(role.word())
                .and_then(|rest| rest.strip_prefix('_'))
                .is_some_and(|part| CONTACT_FIELDS.contains(&part))
        })
}

fn edit_view(organisation: &Organisation, typed: &Fields, faults: &Faults) -> EditView {
    let field = |name: &str, label: &str| Field::new(name, label).value(typed.get(name)).faults(faults);
    let contact = |role: ContactRole| {
        let part = |part: &str, label: &str| field(&format!("{}_{part}", role.word()), label);
        ContactView {
            title: role.title(),
            hint: role.hint(),
            name: part("name", "Full name"),
            position: part("position", "Post, such as treasurer (optional)"),
            email: part("email", "Email address").inputmode("email"),
            telephone: part("telephone", "Telephone number (optional)").inputmode("tel").width("20"),
        }
    };
    let kinds = OrganisationKind::ALL.iter().map(|kind| Item::new(kind.word(), kind.title())).collect();
    EditView {
        title: "Change your organisation's details",
        errors: faults.into(),
        breadcrumbs: crumbs(organisation, Some("Change details")),
        name: field("name", "Legal name")
            .hint("As it stands in your governing document. If it changes, we keep the old name with its dates")
            .autocomplete("organization"),
        other_names: field("other_names", "Other names it is known by (optional)").hint("One on each line"),
        kind: field("kind", "What kind of organisation is it?").items(kinds),
        numbers: Scheme::ALL
            .iter()
            .map(|scheme| field(&number_field(*scheme), scheme.title()).hint(scheme.format()).width("20"))
            .collect(),
        address: field("address", "Postal address, without the postcode").autocomplete("street-address"),
        postcode: field("postcode", "Postcode").autocomplete("postal-code").width("10"),
        website: field("website", "Website (optional)").inputmode("url").autocomplete("url"),
        telephone: field("telephone", "Telephone number (optional)").inputmode("tel").autocomplete("tel").width("20"),
        contacts: ContactRole::ALL.iter().map(|role| contact(*role)).collect(),
        version: typed.get("version").to_owned(),
        to: typed.get("to").to_owned(),
    }
}

#[derive(Deserialize)]
pub(super) struct Way {
    #[serde(default)]
    to: String,
}

pub(super) async fn edit(ctx: Ctx, path: web::Path<i32>, way: web::Query<Way>) -> Answer {
    let id = OrganisationId::new(path.into_inner());
    let profile = ctx.read(move |conn, actor| own_profile(conn, actor, id)).await?;
    let fields = stored_fields(&profile, own_path(&way.to).unwrap_or_default());
    ctx.page(&edit_view(&profile.organisation, &fields, &Faults::default()))
}

pub(super) async fn save(ctx: Ctx, path: web::Path<i32>, Form(fields): Form) -> Answer {
    let id = OrganisationId::new(path.into_inner());
    fields.only(is_field)?;
    let stored = ctx.read(move |conn, actor| own_profile(conn, actor, id)).await?;
    let details = match check_details(&typed_details(&fields)) {
        Ok(details) => details,
        Err(faults) => return ctx.faulty_page(&edit_view(&stored.organisation, &fields, &faults)),
    };
    let version = fields.get("version").parse().map_err(|_| Problem::Malformed("no version".to_owned()))?;
    match ctx.write(move |tx| actions::change_details(tx, id, version, &details)).await {
        Err(Problem::Invalid(faults)) => ctx.faulty_page(&edit_view(&stored.organisation, &fields, &faults)),
        other => {
            other?;
            let home = format!("/organisations/{}", id.row());
            let to = own_path(fields.get("to")).unwrap_or(&home);
            ctx.redirect_with(to, "The details are saved")
        }
    }
}
