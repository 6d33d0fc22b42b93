//! Rounds and bids, made by the service's own actions.

use std::collections::BTreeMap;

use evenhand::accounts::OrganisationKind;
use evenhand::accounts::actions::add_organisation_for;
use evenhand::accounts::model::NewOrganisation;
use evenhand::applications::actions::{self, Declaration, EligibilityAnswers, Kept, Submission};
use evenhand::applications::answers::{
    Contact, Contacts, Due, Group, HowMany, Level, Milestone, OrganisationDetails, Risk,
};
use evenhand::applications::{Answer, BudgetLine, Outcome};
use evenhand::base::ids::{AccountId, ApplicationId, OrganisationId};
use evenhand::base::money::Pence;
use evenhand::base::role::Role;
use evenhand::base::time::At;
use evenhand::error::Problem;
use evenhand::mail::NewMail;
use evenhand::moderation::{Attendance, Meeting, MeetingRecord};
use evenhand::rounds::actions::{Setup, publish, set_up};
use evenhand::rounds::{Question, QuestionKind, QuestionRole, Round, RoundDefinition, round_of_reference};
use jiff::civil::date;

use super::app::TestWorld;

/// The officer who sets up rounds.
pub const OFFICER: &str = "officer@opcc.example";
/// The officer who chairs the panel's meetings.
pub const CHAIR: &str = "chair@opcc.example";
/// What a bid asks for.
pub const ASK: Pence = Pence::new(450_000);

/// A person of each role, `role@people.example`, with the role's word.
pub fn address_of(role: Role) -> String {
    format!("{}@people.example", role.word().replace('_', "."))
}

impl TestWorld {
    /// A person of each role.
    pub fn add_everybody(&self) -> Vec<(Role, AccountId)> {
        Role::ALL.iter().map(|role| (*role, self.add_person(&address_of(*role), role.title(), &[*role]))).collect()
    }

    /// A published round of the default definition, open for three weeks since an hour ago.
    pub fn published_round(&self) -> Round {
        self.round_of(&default_definition(), true)
    }

    /// A round of a definition.
    pub fn round_of(&self, definition: &RoundDefinition, published: bool) -> Round {
        self.round_of_fund(("CSF", "Commissioner's Safety Fund"), definition, published)
    }

    /// A round of a definition, of the fund with a code and a name.
    pub fn round_of_fund(&self, (code, name): (&str, &str), definition: &RoundDefinition, published: bool) -> Round {
        if self.read(|conn| evenhand::accounts::store::account_of_email(conn, OFFICER)).is_none() {
            self.add_person(OFFICER, "Olive Officer", &[Role::Officer]);
        }
        let setup = Setup {
            fund_code: code.to_owned(),
            fund_name: name.to_owned(),
            name: "Winter round".to_owned(),
            opens_at: self.now().plus_seconds(-3_600),
            closes_at: self.now().plus_days(21),
        };
        let reference = self.act(OFFICER, |tx| set_up(tx, &setup, definition));
        let round = self.read(|conn| round_of_reference(conn, &reference));
        if published {
            self.act(OFFICER, |tx| publish(tx, round.id));
        }
        self.read(|conn| round_of_reference(conn, &reference))
    }

    /// An organisation with its people.
    pub fn add_organisation(&self, name: &str, people: &[AccountId]) -> OrganisationId {
        let new = NewOrganisation {
            name: name.to_owned(),
            kind: OrganisationKind::Charity,
            charity_number: None,
            company_number: None,
            address: "1 High Street\nLoughborough".to_owned(),
        };
        self.as_system(|tx| add_organisation_for(tx, &new, people))
    }

    /// An applicant with an organisation.
    pub fn add_applicant(&self, email: &str, organisation: &str) -> OrganisationId {
        let account = self.add_person(email, "Ann Applicant", &[Role::Applicant]);
        self.add_organisation(organisation, &[account])
    }

    /// A draft with nothing in it; returns its reference.
    pub fn start_application(&self, email: &str, round: &Round, organisation: OrganisationId) -> String {
        let definition = self.definition_of(round);
        self.act(email, |tx| actions::start(tx, round.id, organisation, &eligible(&definition), stream_of(&definition)))
    }

    /// A draft that can be submitted; returns its reference.
    pub fn complete_application(&self, email: &str, round: &Round, organisation: OrganisationId) -> String {
        let definition = self.definition_of(round);
        let reference = self.start_application(email, round, organisation);
        let answers = complete_answers(&definition);
        self.act(email, |tx| actions::save_answers(tx, &reference, &answers));
        self.add_documents(email, &definition, &reference);
        reference
    }

    /// A file for every document that must be there whatever is answered.
    pub fn add_documents(&self, email: &str, definition: &RoundDefinition, reference: &str) {
        for question in definition.questions().filter(|q| q.kind == QuestionKind::Document && is_always_required(q)) {
            let kept = self.keep(&format!("{}.pdf", question.code.to_lowercase()), &pdf(reference, &question.code));
            self.act(email, |tx| actions::add_document(tx, reference, &question.code, &kept));
        }
    }

    /// Keeps a file as an upload does.
    pub fn keep(&self, file_name: &str, bytes: &[u8]) -> Kept {
        Kept {
            file_name: file_name.to_owned(),
            media_type: "application/pdf",
            size_bytes: i64::try_from(bytes.len()).unwrap(),
            sha256: self.app.files.put(bytes).expect("a file can be kept"),
            expires_on: None,
        }
    }

    /// Submits a draft with a token.
    pub fn submit(&self, email: &str, reference: &str, token: &str) -> Result<Submission, Problem> {
        let declaration = declaration(token);
        self.write_as(email, |tx| {
            let at = tx.received();
            actions::submit(tx, reference, &declaration, |_, application, _| {
                Ok(vec![receipt(email, &application.reference, at)])
            })
        })
    }

    /// A submitted application; returns its reference.
    pub fn submitted_application(&self, email: &str, round: &Round, organisation: OrganisationId) -> String {
        let reference = self.complete_application(email, round, organisation);
        let submission = self.submit(email, &reference, &format!("token-{reference}")).expect("it can be submitted");
        assert_eq!(submission, Submission::Received);
        reference
    }

    /// Has a chair confirm what was agreed: a meeting is recorded if none goes on, the bid is discussed in it, and the chair, who types
    /// nothing and scores nothing, closes its moderation.
    pub fn chair_closes(&self, application: ApplicationId) {
        use evenhand::moderation::{actions as moderation, meetings_of_round};
        if self.read(|conn| evenhand::accounts::store::account_of_email(conn, CHAIR)).is_none() {
            self.add_person(CHAIR, "Grace Chair", &[Role::Officer]);
        }
        let chair = self.actor(CHAIR).account().expect("they have an account");
        let round = self.read(|conn| evenhand::applications::get_application(conn, application)).round;
        let meeting = self.read(|conn| meetings_of_round(conn, round)).into_iter().find(Meeting::goes_on);
        let number = meeting.map_or_else(
            || self.act(OFFICER, |tx| moderation::record_meeting(tx, round, &meeting_record(chair, &[], tx.now()))),
            |meeting| meeting.number,
        );
        self.act(OFFICER, |tx| moderation::discuss(tx, application, number, Some(chair)));
        self.act(CHAIR, |tx| moderation::close(tx, application));
    }

    pub fn definition_of(&self, round: &Round) -> RoundDefinition {
        std::sync::Arc::unwrap_or_clone(self.read(|conn| evenhand::rounds::get_definition(conn, round.id)).1)
    }
}

/// A meeting that began now, with its chair and others there.
pub fn meeting_record(chair: AccountId, others: &[AccountId], now: At) -> MeetingRecord {
    let present = std::iter::once(&chair).chain(others);
    MeetingRecord {
        place: "Room 4".to_owned(),
        chair,
        began_at: now,
        ended_at: None,
        people: present.map(|person| (*person, Attendance::Present)).collect(),
    }
}

/// The definition that new rounds begin with.
pub fn default_definition() -> RoundDefinition {
    RoundDefinition::default_round().expect("it is embedded")
}

/// Answers that let a bid on.
pub fn eligible(definition: &RoundDefinition) -> EligibilityAnswers {
    definition
        .eligibility
        .iter()
        .map(|question| {
            let option = question.options.iter().find(|option| option.refusal.is_none()).expect("one answer lets on");
            (question.code.clone(), option.value.clone())
        })
        .collect()
}

/// The stream that bids of a definition are in: its first.
pub fn stream_of(definition: &RoundDefinition) -> Option<&str> {
    definition.streams.first().map(|stream| stream.code.as_str())
}

/// Whether a question must be answered whatever is answered before it.
pub fn is_always_required(question: &Question) -> bool {
    question.required && question.show_if.is_none()
}

/// Valid answers to every question that must always be answered, documents aside. They call up no further question.
pub fn complete_answers(definition: &RoundDefinition) -> BTreeMap<String, Answer> {
    definition
        .questions()
        .filter(|question| is_always_required(question) && question.kind != QuestionKind::Document)
        .map(|question| {
            let choice = question.options.first().map(|option| option.value.clone());
            let answer = match (question.kind, question.role) {
                (_, Some(QuestionRole::Ask)) => Answer::Money(ASK),
                (_, Some(QuestionRole::StartDate)) => Answer::Date(date(2027, 2, 1)),
                (_, Some(QuestionRole::EndDate)) => Answer::Date(date(2027, 9, 30)),
                (QuestionKind::ShortText | QuestionKind::LongText, _) => {
                    Answer::Text(format!("What we say about {}.", question.code.replace('_', " ").to_lowercase()))
                }
                (QuestionKind::Money, _) => Answer::Money(Pence::new(1234500)),
                (QuestionKind::Date, _) => Answer::Date(date(2027, 3, 1)),
                (QuestionKind::Number, _) => Answer::Number(40),
                (QuestionKind::Single, _) => Answer::Single(choice.expect("a choice")),
                (QuestionKind::Multiple, _) => Answer::Multiple(vec![choice.expect("a choice")]),
                (QuestionKind::Budget, _) => Answer::Budget(vec![BudgetLine {
                    heading: "staff".to_owned(),
                    description: "A youth worker for 300 hours at £15".to_owned(),
                    total_pence: ASK,
                    requested_pence: ASK,
                    other_pence: Pence::ZERO,
                    other_source: String::new(),
                    secured: false,
                }]),
                (QuestionKind::Profile, _) => Answer::Profile(vec![Pence::ZERO, ASK]),
                (QuestionKind::Outcomes, _) => Answer::Outcomes(vec![Outcome {
                    outcome: "Young people feel safer".to_owned(),
                    baseline: "30 of 100".to_owned(),
                    target: "60 of 100".to_owned(),
                    measure: "A survey before and after".to_owned(),
                }]),
                (QuestionKind::Milestones, _) => Answer::Milestones(vec![Milestone {
                    what: "The first session is held".to_owned(),
                    by: Due::Month(2027, 3),
                }]),
                (QuestionKind::Risks, _) => Answer::Risks(vec![Risk {
                    risk: "Nobody comes".to_owned(),
                    likelihood: Some(Level::Low),
                    impact: Some(Level::High),
                    action: "We ask at the school gate".to_owned(),
                }]),
                (QuestionKind::Beneficiaries, _) => {
                    Answer::Beneficiaries(vec![Group { who: "Young people".to_owned(), how_many: HowMany::Number(40) }])
                }
                (QuestionKind::Contacts, _) => {
                    Answer::Contacts(Contacts { lead: contact(), second: Contact::default(), same: true })
                }
                (QuestionKind::Organisation, _) => Answer::Organisation(Some(OrganisationDetails {
                    name: "Charnwood Youth Trust".to_owned(),
                    kind: OrganisationKind::Charity,
                    charity_number: None,
                    company_number: None,
                    address: "1 High Street\nLoughborough".to_owned(),
                })),
                (QuestionKind::Document, _) => unreachable!("documents are files"),
            };
            (question.code.clone(), answer)
        })
        .collect()
}

/// Whom to ask about a bid.
pub fn contact() -> Contact {
    Contact {
        name: "Ann Applicant".to_owned(),
        role: "Treasurer".to_owned(),
        email: "ann@charity.example".to_owned(),
        telephone: "0116 496 0000".to_owned(),
    }
}

/// A whole declaration with a token.
pub fn declaration(token: &str) -> Declaration {
    Declaration {
        name: "Ann Applicant".to_owned(),
        role: "Treasurer".to_owned(),
        authority: Some(true),
        confirmed: true,
        token: token.to_owned(),
    }
}

/// A receipt by e-mail.
pub fn receipt(to: &str, reference: &str, at: At) -> NewMail {
    NewMail {
        kind: "receipt",
        letter: None,
        to_email: to.to_owned(),
        to_name: String::new(),
        subject: format!("We have received {reference}"),
        text: format!("{reference}, {at}"),
        html: format!("<p>{reference}, {at}</p>"),
    }
}

/// A small file that begins and ends like a PDF; different for each name.
pub fn pdf(reference: &str, question: &str) -> Vec<u8> {
    pdf_of(&["<</Type/Catalog/Pages 2 0 R>>"], &format!("{reference} {question}"))
}

/// A PDF whose first objects are `first` (the catalogue is the first of them), then a page's tree.
pub fn pdf_of(first: &[&str], comment: &str) -> Vec<u8> {
    let mut text = format!("%PDF-1.4\n% {comment}\n");
    let mut objects = vec![
        first[0].to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>".to_owned(),
    ];
    objects.extend(first[1..].iter().map(|object| (*object).to_owned()));
    let mut places = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        places.push(text.len());
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", place + 1));
    }
    let xref = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1));
    for place in &places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    text.push_str(&format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n", places.len() + 1));
    text.into_bytes()
}
