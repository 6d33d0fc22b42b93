//! Pages of rounds.
