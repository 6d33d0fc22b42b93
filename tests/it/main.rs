//! Tests of the whole service, in one program: HTTP against the real service on a real port, on both databases.
//!
//! `support` holds what a test stands on: a [`support::TestWorld`] per test (its own database, folder and clock), people with
//! browsers of their own, and builders of rounds and bids. `on_both!` makes a test for each database.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it is wrong"
)]

#[macro_use]
mod support;

mod accounts;
mod applications;
mod assignment;
mod audit;
mod browser;
mod builder;
mod components;
mod conflicts;
mod deadline;
mod decisions;
mod delivery;
mod demo;
mod disk;
mod drafts;
mod evidence;
mod export;
mod forms;
mod histories;
mod insight;
mod invariants;
mod journeys;
mod kept;
mod kill;
mod letters;
mod letters_engine;
mod letters_process;
mod limits;
mod meeting;
mod migrations;
mod office;
mod organisations;
mod paging;
mod power_cut;
mod press_access;
mod press_names;
mod press_sandbox;
mod rank;
mod replay;
mod routes;
mod sheet;
mod submission;
mod uploads;
mod worlds;
