//! Verification: folds the whole trail and compares it with every row, every checkpoint and every kept file.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use super::chain;
use super::checkpoint;
use super::keys::Keys;
use super::store::{self, Filter, Head, StoredRecord};
use super::tables::Table;
use crate::db::{Conn, Db};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A record of the trail.
    Record {
        /// Its place.
        seq: i64,
        /// What is wrong.
        fault: String,
    },
    /// The head row.
    Head(String),
    /// A checkpoint file.
    Checkpoint {
        /// The file.
        file: String,
        /// What is wrong.
        fault: String,
    },
    /// A row of a table.
    Row {
        /// The table.
        table: &'static str,
        /// The row.
        id: i32,
        /// What is wrong.
        fault: &'static str,
        /// The last record that left the row behind.
        last_seq: Option<i64>,
    },
    /// A file that a row promises.
    File {
        /// SHA-256 of its content.
        sha256: String,
        /// What is wrong.
        fault: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record { seq, fault } => write!(f, "record {seq}: {fault}"),
            Self::Head(fault) => write!(f, "head of the trail: {fault}"),
            Self::Checkpoint { file, fault } => write!(f, "checkpoint {file}: {fault}"),
            Self::Row { table, id, fault, last_seq: Some(seq) } => {
                write!(f, "row {id} of {table}: {fault} (last recorded by record {seq})")
            }
            Self::Row { table, id, fault, last_seq: None } => write!(f, "row {id} of {table}: {fault}"),
            Self::File { sha256, fault } => write!(f, "file {sha256}: {fault}"),
        }
    }
}

/// The outcome of a verification.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Records read.
    pub records: i64,
    /// Rows compared.
    pub rows: usize,
    /// Files compared.
    pub files: usize,
    /// Checkpoints whose signature and hash are good.
    pub checkpoints: usize,
    /// Records up to here are anchored by a good checkpoint.
    pub anchored: i64,
    /// Everything that does not fit, the first bad record first.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether everything fits.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Content of the file with a SHA-256, hashed again; `None` when it is not there.
pub type FileHash<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Verifies the whole database at one moment of it.
///
/// # Errors
/// When the database or the checkpoint folder cannot be read; what does not fit is a finding, not an error.
pub fn verify(
    db: &Db,
    keys: &Keys,
    checkpoints: &Path,
    file_hash: FileHash<'_>,
) -> Result<Report, checkpoint::CheckpointError> {
    let anchors = checkpoint::read_all(checkpoints, &keys.checkpoint_public())?;
    db.read(|conn| {
        let mut report = Report::default();
        let folded = fold(conn, keys, &mut report, &mut |_| {})?;
        check_head(conn, keys, &folded, &mut report)?;
        check_anchors(&anchors, &folded, &mut report);
        let promised = check_rows(conn, &folded, &mut report)?;
        check_files(&promised, file_hash, &mut report);
        report.findings.sort();
        Ok(report)
    })
}

/// The trail folded: the hash at each place, and what each row was last left as.
#[derive(Default)]
struct Folded {
    hashes: BTreeMap<i64, String>,
    rows: HashMap<(String, i32), (i64, Option<String>)>,
    last: Head0,
}

/// The last record read.
#[derive(Default)]
struct Head0 {
    seq: i64,
    hash: String,
}

const PAGE: i64 = 5_000;

/// The whole trail, read once in order.
#[derive(Debug)]
pub struct Walked {
    /// Records read.
    pub records: i64,
    /// What is wrong with the records and the head, the first bad record first.
    pub findings: Vec<Finding>,
    rows: HashMap<(String, i32), (i64, Option<String>)>,
}

impl Walked {
    /// Whether a row is as the trail left it.
    #[must_use]
    pub fn left(&self, table: Table, row: &store::SealedRow) -> bool {
        let key = (table.spec().name.to_owned(), row.id);
        let digest = row.salt.as_ref().map(|salt| chain::row_digest(salt, table.spec(), row.id, &row.columns));
        digest.is_some() && self.rows.get(&key).is_some_and(|(_, left)| *left == digest)
    }
}

/// Reads the whole trail in order, checks every record's place in the chain, and shows each to `each`.
///
/// # Errors
/// When the database cannot be read.
pub fn walk(conn: &mut Conn, keys: &Keys, each: &mut dyn FnMut(&StoredRecord)) -> crate::db::DbResult<Walked> {
    let mut report = Report::default();
    let folded = fold(conn, keys, &mut report, each)?;
    check_head(conn, keys, &folded, &mut report)?;
    report.findings.sort();
    Ok(Walked { records: report.records, findings: report.findings, rows: folded.rows })
}

fn fold(
    conn: &mut Conn,
    keys: &Keys,
    report: &mut Report,
    each: &mut dyn FnMut(&StoredRecord),
) -> crate::db::DbResult<Folded> {
    let mut folded = Folded::default();
    let mut filter = Filter { limit: PAGE, after: i64::MIN, ..Filter::default() };
    loop {
        let page = store::list_records(conn, &filter)?;
        let Some(last) = page.last() else { break };
        filter.after = last.record.seq;
        for stored in &page {
            fold_one(stored, keys, &mut folded, report);
            each(stored);
        }
    }
    Ok(folded)
}

fn fold_one(stored: &StoredRecord, keys: &Keys, folded: &mut Folded, report: &mut Report) {
    let record = &stored.record;
    let mut fault = |text: &str| {
        report.findings.push(Finding::Record { seq: record.seq, fault: text.to_owned() });
    };
    if record.seq != folded.last.seq + 1 {
        fault(&format!("follows record {}, so records are missing, doubled or renumbered", folded.last.seq));
    } else if record.previous_hash != folded.last.hash {
        fault("does not continue the record before it");
    }
    if record.hash() != stored.hash {
        fault("was changed after it was written");
    }
    if chain::mac(keys.trail(), &stored.hash) != stored.mac {
        fault("was not written by this service (its HMAC is wrong)");
    }
    match serde_json::from_str::<Vec<(String, i32, Option<String>)>>(&record.changed_rows) {
        Ok(rows) => {
            for (table, id, digest) in rows {
                folded.rows.insert((table, id), (record.seq, digest));
            }
        }
        Err(_) => fault("its list of rows cannot be read"),
    }
    report.records += 1;
    folded.hashes.insert(record.seq, stored.hash.clone());
    folded.last = Head0 { seq: record.seq, hash: stored.hash.clone() };
}

fn check_head(conn: &mut Conn, keys: &Keys, folded: &Folded, report: &mut Report) -> crate::db::DbResult<()> {
    let Some((head, mac)) = store::head(conn)? else {
        report.findings.push(Finding::Head("it is missing".to_owned()));
        return Ok(());
    };
    if head.seq != folded.last.seq || head.hash != folded.last.hash {
        report.findings.push(Finding::Head(format!(
            "it says that the trail ends at record {}, but the last record is {}",
            head.seq, folded.last.seq
        )));
    } else if head.seq > 0 && chain::mac(keys.trail(), &head.sealed()) != mac {
        report.findings.push(Finding::Head("it was not written by this service (its HMAC is wrong)".to_owned()));
    }
    Ok(())
}

fn check_anchors(anchors: &[checkpoint::Found], folded: &Folded, report: &mut Report) {
    for anchor in anchors {
        let fault = match &anchor.head {
            Err(fault) => Some(fault.clone()),
            Ok(head) => match folded.hashes.get(&head.seq) {
                None => Some(format!(
                    "it was signed when the trail had {} records; now record {} is missing",
                    head.seq, head.seq
                )),
                Some(hash) if *hash != head.hash => {
                    Some(format!("record {} is not the one that was signed: the trail was rewritten", head.seq))
                }
                Some(_) => {
                    report.checkpoints += 1;
                    report.anchored = report.anchored.max(head.seq);
                    None
                }
            },
        };
        if let Some(fault) = fault {
            report.findings.push(Finding::Checkpoint { file: anchor.file.clone(), fault });
        }
    }
}

/// Compares every row with what the trail left of it; returns the file hashes that rows promise.
fn check_rows(conn: &mut Conn, folded: &Folded, report: &mut Report) -> crate::db::DbResult<Vec<String>> {
    let salts = store::salts(conn)?;
    let mut promised = Vec::new();
    for table in Table::ALL {
        let spec = table.spec();
        let mut seen = HashMap::new();
        for row in store::rows(conn, *table)? {
            report.rows += 1;
            let key = (spec.name.to_owned(), row.id);
            let digest = salts.get(&key).map(|salt| chain::row_digest(salt, spec, row.id, &row.columns));
            let (fault, last_seq) = match folded.rows.get(&key) {
                None => (Some("was put in past the service"), None),
                Some((seq, None)) => (Some("was deleted by the service and put back past it"), Some(*seq)),
                Some((seq, left)) if *left != digest => (Some("was changed past the service"), Some(*seq)),
                Some((seq, _)) => (None, Some(*seq)),
            };
            if let Some(fault) = fault {
                report.findings.push(Finding::Row { table: spec.name, id: row.id, fault, last_seq });
            }
            promised.extend(kept_files(*table, &row.columns));
            seen.insert(row.id, ());
        }
        for ((name, id), (seq, digest)) in &folded.rows {
            if name == spec.name && digest.is_some() && !seen.contains_key(id) {
                report.findings.push(Finding::Row {
                    table: spec.name,
                    id: *id,
                    fault: "was deleted past the service",
                    last_seq: Some(*seq),
                });
            }
        }
    }
    Ok(promised)
}

/// Hashes of the files that a row says are kept: its `…sha256` columns, but not a template's (that is no file).
fn kept_files(table: Table, columns: &[Option<String>]) -> Vec<String> {
    table
        .spec()
        .columns
        .iter()
        .zip(columns)
        .filter(|((name, _), _)| matches!(*name, "sha256" | "pdf_sha256"))
        .filter_map(|(_, value)| value.clone())
        .collect()
}

fn check_files(promised: &[String], file_hash: FileHash<'_>, report: &mut Report) {
    for sha256 in promised {
        report.files += 1;
        let fault = match file_hash(sha256) {
            None => "it is missing",
            Some(found) if found != *sha256 => "its content was changed",
            Some(_) => continue,
        };
        report.findings.push(Finding::File { sha256: sha256.clone(), fault: fault.to_owned() });
    }
}

/// The head of the trail as a person reads it.
///
/// # Errors
/// When the database cannot be read.
pub fn current_head(conn: &mut Conn) -> crate::db::DbResult<Head> {
    Ok(store::head(conn)?.map_or_else(|| Head { seq: 0, hash: String::new() }, |(head, _)| head))
}
