//! Pages of scoring.
