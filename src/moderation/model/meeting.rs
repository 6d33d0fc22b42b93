//! Meetings of the panel.

use crate::base::ids::{AccountId, ApplicationId, MeetingId, MeetingItemId, RoundId};
use crate::base::time::At;
use crate::column_enum;

column_enum!(Attendance, "Whether somebody was at a meeting.",
    /// There.
    Present => "present",
    /// Said before that they could not come.
    Apologies => "apologies",
    /// Neither.
    Absent => "absent",
);

impl Attendance {
    /// As pages and minutes say it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Present => "Present",
            Self::Apologies => "Sent apologies",
            Self::Absent => "Not there",
        }
    }
}

column_enum!(RecusalCause, "Why somebody left the room.",
    /// A declared conflict of interest: put down by the service.
    Conflict => "conflict",
    /// Said at the meeting.
    Stated => "stated",
);

/// A meeting of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its row.
    pub id: MeetingId,
    /// Of which round.
    pub round: RoundId,
    /// 1 is the round's first.
    pub number: i32,
    /// Where it was held.
    pub place: String,
    /// Who chaired it.
    pub chair: AccountId,
    /// When it began.
    pub began_at: At,
    /// When it ended; none while it goes on.
    pub ended_at: Option<At>,
    /// Goes up with every save of its record.
    pub version: i32,
}

impl Meeting {
    /// Whether it goes on.
    #[must_use]
    pub const fn goes_on(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// What an officer types of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingRecord {
    /// Where.
    pub place: String,
    /// Who chairs it.
    pub chair: AccountId,
    /// When it began.
    pub began_at: At,
    /// When it ended.
    pub ended_at: Option<At>,
    /// Who was there, and who was not.
    pub people: Vec<(AccountId, Attendance)>,
}

/// The discussion of an application in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingItem {
    /// Its row.
    pub id: MeetingItemId,
    /// In which meeting.
    pub meeting: MeetingId,
    /// The meeting's number.
    pub number: i32,
    /// Of which application.
    pub application: ApplicationId,
    /// Who chaired it: the meeting's chair, or somebody else where the chair could not.
    pub chair: AccountId,
    /// When it started.
    pub started_at: At,
    /// When it ended; none while it goes on.
    pub ended_at: Option<At>,
}

/// Somebody who left the room while an application was discussed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recusal {
    /// Its row.
    pub row: i32,
    /// From which discussion.
    pub item: MeetingItemId,
    /// Who.
    pub account: AccountId,
    /// Why.
    pub cause: RecusalCause,
    /// What was said; empty for a conflict, which is on record elsewhere.
    pub note: String,
    /// When they left.
    pub left_at: At,
    /// When they came back; none while they are out.
    pub returned_at: Option<At>,
}
