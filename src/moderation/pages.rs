//! Pages of moderation.
