//! Evenhand runs grant rounds even-handedly: bids, scoring, decisions, letters, and a trail anyone can verify.
//!
//! Features stand in the order of the process and import only upstream:
//!
//! `accounts <- rounds <- applications <- conflicts <- scoring <- moderation <- decisions <- feedback <- letters <- insight <- trail`
//!
//! Under them: [`base`] (small values), [`config`] (the settings), [`db`], [`audit`] (the one door for changes),
//! [`access`] (who may do what), [`files`] (documents on disk), [`mail`], [`press`] (sets documents as PDFs), [`web`]
//! and [`app`] (what a running service shares). Above them: [`routes`] (the whole table of routes), [`jobs`],
//! [`demo`], [`cli`]. `docs/ARCHITECTURE.md` is the map.

pub mod access;
pub mod accounts;
pub mod app;
pub mod applications;
pub mod audit;
pub mod base;
pub mod cli;
pub mod config;
pub mod conflicts;
pub mod db;
pub mod decisions;
pub mod demo;
pub mod error;
pub mod feedback;
pub mod files;
pub mod insight;
pub mod jobs;
pub mod letters;
pub mod mail;
pub mod moderation;
pub mod press;
pub mod rounds;
pub mod routes;
pub mod scoring;
pub mod trail;
pub mod web;
