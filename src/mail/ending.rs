//! How one try to hand a message over ended, in plain words.

use crate::column_enum;

column_enum!(Ended, "How a try ended.",
    /// The mail server took the message.
    Sent => "sent",
    /// The mail server refused it for good.
    Refused => "refused",
    /// Not now: it is tried again after a while.
    Later => "later",
    /// It was not this message's fault: all mail waits.
    Waits => "waits",
    /// It may have arrived.
    Uncertain => "uncertain",
    /// The sender stopped before it handed the message over.
    Stopped => "stopped",
    /// Another sender had taken the message over; this one handed over nothing.
    Lost => "lost",
);

impl Ended {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sent => "Sent",
            Self::Refused => "Refused",
            Self::Later => "Not taken yet",
            Self::Waits => "All mail waited",
            Self::Uncertain => "May have arrived",
            Self::Stopped => "Stopped before sending",
            Self::Lost => "Left to another sender",
        }
    }
}

/// What happened, for an officer, and what the mail server said, for whoever keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// In plain words.
    pub words: String,
    /// The server's own answer, or the fault of the connection.
    pub said: String,
}

/// What keeps all mail waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The setting that it is about.
    pub setting: &'static str,
    /// What to look at.
    pub hint: String,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The server answered the final dot with yes.
    Sent(Told),
    /// It refused the message for good.
    Refused(Told),
    /// It refused the message for now.
    Later(Told),
    /// The connection broke before the message was handed over whole: it certainly did not arrive. Counts as a try, and other mail
    /// waits a little too.
    Broken(Told, Fault),
    /// The server or our settings are at fault, and the message is not: counts as no try.
    Waits(Told, Fault),
    /// The final dot may have left, and no answer came.
    Unknown(Told),
    /// The lease was over before the message was handed over.
    Lost,
}

impl Ending {
    /// The words of it.
    #[must_use]
    pub fn told(&self) -> Told {
        match self {
            Self::Sent(told)
            | Self::Refused(told)
            | Self::Later(told)
            | Self::Broken(told, _)
            | Self::Waits(told, _)
            | Self::Unknown(told) => told.clone(),
            Self::Lost => Told {
                words: "This sender was too slow and left the message to another before it handed anything over."
                    .to_owned(),
                said: String::new(),
            },
        }
    }

    /// What is wrong beyond this message.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Broken(_, fault) | Self::Waits(_, fault) => Some(fault),
            _ => None,
        }
    }
}
