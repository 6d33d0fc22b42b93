//! What every letter has, whatever it tells: who writes, to whom, about which application.

use jiff::civil::Date;

use super::Addressee;
use crate::base::time::At;
use crate::config::{Office as OfficeSettings, Settings};
use crate::db::{Conn, DbResult};
use crate::letters::model::{Wording, in_force, suffix};
use crate::letters::store::wordings;
use crate::press::LetterKind;
use crate::press::data::{Common, Complaints, Office, Recipient, Signatory, TemplateVersion};
use crate::press::kind::TEMPLATE_VERSION;
use crate::press::values::LetterDate;
use crate::rounds::Round;

/// The head and the foot of the letters of a round.
#[derive(Debug)]
pub struct Letterhead {
    pub(super) office: OfficeSettings,
    privacy_url: String,
    /// The fund as it stands in a sentence: with its article.
    pub(super) fund: String,
    round: String,
    /// The letters' date.
    pub(super) date: Date,
    /// Every version of every wording of letters.
    wordings: Vec<Wording>,
    now: At,
}

impl Letterhead {
    /// Gathers it for letters that bear the date of `now`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn gather(conn: &mut Conn, settings: &Settings, round: &Round, now: At) -> DbResult<Self> {
        let name = &round.fund_name;
        Ok(Self {
            office: settings.office.clone(),
            privacy_url: settings.address("/privacy"),
            fund: if name.to_lowercase().starts_with("the ") { name.clone() } else { format!("the {name}") },
            round: round.name.clone(),
            date: now.london_date(),
            wordings: wordings(conn)?,
            now,
        })
    }

    /// The office's wording of a kind; none where the standard one holds.
    #[must_use]
    pub fn wording(&self, kind: LetterKind) -> Option<&Wording> {
        in_force(&self.wordings, kind, self.now)
    }

    /// What every letter has; without a decision, without a review and without what comes next.
    pub(super) fn common(&self, to: &Addressee, kind: LetterKind, signatory: Signatory) -> Common {
        let reference = &to.application.reference;
        Common {
            office: Office {
                name: self.office.name.clone(),
                address: self.office.address.clone(),
                email: self.office.email.clone(),
                phone: Some(self.office.phone.clone()).filter(|phone| !phone.trim().is_empty()),
                website: None,
            },
            letter_reference: format!("{reference}-{}", suffix(kind)),
            application_reference: reference.clone(),
            date: LetterDate::new(self.date),
            recipient: Recipient {
                organisation: to.application.organisation_name.clone(),
                contact_name: to.contact.clone(),
                address: to.address.clone(),
            },
            fund: self.fund.clone(),
            round: self.round.clone(),
            project_title: to.application.title.clone(),
            signatory,
            template: TemplateVersion { id: kind.name().replace('_', "-"), version: TEMPLATE_VERSION },
            replaces: None,
            wording: self.wording(kind).map(Wording::of_letters),
            decision: None,
            review_deadline: None,
            review_email: self.office.email.clone(),
            complaints: Complaints { contact: self.office.complaints.clone(), email: self.office.email.clone() },
            privacy_url: self.privacy_url.clone(),
            workshop: None,
            next_round: None,
        }
    }
}
