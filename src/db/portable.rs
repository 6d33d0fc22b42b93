//! What the two databases say differently, said once.

use std::collections::HashSet;

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Integer, Text};

use super::conn::Conn;
use super::error::DbResult;

/// One row as text: its id, and its columns in order (`None` is NULL).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowText {
    /// The row's id.
    pub id: i32,
    /// Its columns, each as text.
    pub columns: Vec<Option<String>>,
}

#[derive(QueryableByName)]
struct JsonRow {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    body: String,
}

/// Reads a row of any table as text. Every change asks for each row it touched, so each connection prepares the query once.
///
/// `table` and `columns` are names from the program, never from a person.
///
/// # Errors
/// When the query fails.
pub fn row_as_text(conn: &mut Conn, table: &str, columns: &[&str], id: i32) -> DbResult<Option<RowText>> {
    let query = RowQuery { select: select_text(conn, table, columns), id };
    let row: Option<(i32, String)> = match conn {
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
        Conn::Pg(conn) => query.get_result(conn).optional()?,
    };
    row.map(|(id, body)| Ok(RowText { id, columns: serde_json::from_str(&body)? })).transpose()
}

/// The row of an id. Not `sql_query`, of which diesel keeps no prepared statement.
struct RowQuery {
    select: String,
    id: i32,
}

impl<DB: Backend> QueryFragment<DB> for RowQuery
where
    i32: ToSql<Integer, DB>,
    DB: HasSqlType<Integer>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(&self.select);
        pass.push_sql(" WHERE id = ");
        pass.push_bind_param::<Integer, i32>(&self.id)
    }
}

impl QueryId for RowQuery {
    type QueryId = ();
    // Told apart by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for RowQuery {
    type SqlType = (Integer, Text);
}

impl<C> RunQueryDsl<C> for RowQuery {}

/// Reads every row of any table as text, in order of id.
///
/// # Errors
/// When the query fails.
pub fn rows_as_text(conn: &mut Conn, table: &str, columns: &[&str]) -> DbResult<Vec<RowText>> {
    rows_matching(conn, table, columns, "1 = 1")
}

/// The same for the rows that a condition in SQL admits. The condition too is from the program, never from a person.
///
/// # Errors
/// When the query fails.
pub fn rows_matching(conn: &mut Conn, table: &str, columns: &[&str], condition: &str) -> DbResult<Vec<RowText>> {
    let query = format!("{} WHERE {condition} ORDER BY id", select_text(conn, table, columns));
    let rows: Vec<JsonRow> = diesel::sql_query(query).load(conn)?;
    rows.into_iter().map(|row| Ok(RowText { id: row.id, columns: serde_json::from_str(&row.body)? })).collect()
}

fn select_text(conn: &Conn, table: &str, columns: &[&str]) -> String {
    let (make, cast): (&str, fn(&str) -> String) = match conn {
        Conn::Sqlite(_) => ("json_array", |column| format!("CAST({column} AS TEXT)")),
        Conn::Pg(_) => ("json_build_array", |column| format!("{column}::text")),
    };
    let list = columns.iter().map(|column| cast(column)).collect::<Vec<_>>().join(", ");
    let close = match conn {
        Conn::Sqlite(_) => "",
        Conn::Pg(_) => "::text",
    };
    format!("SELECT id, {make}({list}){close} AS body FROM {table}")
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Names of the database's own tables, in order of name.
///
/// # Errors
/// When the query fails.
pub fn table_names(conn: &mut Conn) -> DbResult<Vec<String>> {
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Conn::Pg(_) => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
    };
    let rows: Vec<NameRow> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// `name type nullable` of every column of a table, in order; types in words that both databases share.
///
/// # Errors
/// When the query fails.
pub fn column_shapes(conn: &mut Conn, table: &str) -> DbResult<Vec<String>> {
    let query = match conn {
        Conn::Sqlite(_) => format!(
            "SELECT name || ' ' || type || ' ' || CASE WHEN \"notnull\" = 1 OR pk = 1 THEN 'required' ELSE 'optional' END \
             AS name FROM pragma_table_info('{table}') ORDER BY cid"
        ),
        Conn::Pg(_) => format!(
            "SELECT column_name || ' ' || CASE data_type WHEN 'integer' THEN 'INTEGER' WHEN 'bigint' THEN 'INTEGER' \
             WHEN 'boolean' THEN 'INTEGER' WHEN 'timestamp without time zone' THEN 'TEXT' WHEN 'text' THEN 'TEXT' \
             ELSE data_type END || ' ' || CASE is_nullable WHEN 'NO' THEN 'required' ELSE 'optional' END AS name \
             FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table}' \
             ORDER BY ordinal_position"
        ),
    };
    let rows: Vec<NameRow> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Every value of every column whose name ends with `ending`, whatever table it is in.
///
/// What may be removed because no row names it must be asked of tables that are added later, too.
///
/// # Errors
/// When a query fails.
pub fn values_of_columns(conn: &mut Conn, ending: &str) -> DbResult<HashSet<String>> {
    let mut values = HashSet::new();
    for table in table_names(conn)? {
        for shape in column_shapes(conn, &table)? {
            let Some(column) = shape.split(' ').next().filter(|column| column.ends_with(ending)) else { continue };
            let query = format!("SELECT DISTINCT {column} AS name FROM {table} WHERE {column} IS NOT NULL");
            let rows: Vec<NameRow> = diesel::sql_query(query).load(conn)?;
            values.extend(rows.into_iter().map(|row| row.name));
        }
    }
    Ok(values)
}

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = Text)]
    place: String,
}

/// The column `place` of every row of a query that is written in words which both databases share, but for two:
/// `{elements}` is the function that gives the elements of a JSON array as rows with a column `value`, and `{seconds:…}` a time as
/// seconds since 1970.
///
/// # Errors
/// When the query fails.
pub fn places(conn: &mut Conn, query: &str) -> DbResult<Vec<String>> {
    let (elements, before, after) = match conn {
        Conn::Sqlite(_) => ("json_each", "unixepoch(", ", 'subsec')"),
        Conn::Pg(_) => ("json_array_elements", "extract(epoch FROM ", ")"),
    };
    let mut sql = String::with_capacity(query.len());
    let mut rest = query;
    while let Some((text, tail)) = rest.split_once("{seconds:") {
        let (time, tail) = tail.split_once('}').unwrap_or((tail, ""));
        sql.extend([text, before, time, after]);
        rest = tail;
    }
    sql.push_str(rest);
    let rows: Vec<PlaceRow> = diesel::sql_query(sql.replace("{elements}", elements)).load(conn)?;
    Ok(rows.into_iter().map(|row| row.place).collect())
}
