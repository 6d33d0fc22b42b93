//! JSON as a tree that loses nothing a strict reader needs: repeated fields, and how a number was
//! written.

use std::fmt;
use std::str;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One JSON value.
#[derive(Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// A number without fraction or exponent.
    Whole(i64),
    /// Any other number, as text: nothing here computes with floats, and `4.0` must not pass for 4.
    OtherNumber(String),
    Text(String),
    List(Vec<Node>),
    /// Fields in the order of the file, repeated ones included.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// What it is, for messages: `must be a string, found a number`.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Whole(_) | Self::OtherNumber(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }
}

/// Reads one JSON document; the fault carries its line and column (both from 1, columns in bytes).
///
/// A byte order mark at the start is passed over, as the JSON standard allows.
pub(super) fn parse(json: &[u8]) -> Result<Node, String> {
    let text = str::from_utf8(json).map_err(|error| {
        let good = json.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        let column = good.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len) + 1;
        format!("line {line}, column {column}: not UTF-8 text")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message);
        format!("line {line}, column {column}: not JSON: {message}")
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Whole(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or_else(|_| Node::OtherNumber(value.to_string()), Node::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // The debug form keeps the point: 4.0, where the plain form would be 4.
        Ok(Node::OtherNumber(format!("{value:?}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Node::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_field_and_the_way_a_number_is_written_survive() {
        let root = parse(br#"{"a": 4, "a": 4.0, "b": [4e0, -1, 18446744073709551615, null, true, "x"]}"#);
        let other = |text: &str| Node::OtherNumber(text.to_owned());
        let list = vec![
            other("4.0"),
            Node::Whole(-1),
            other("18446744073709551615"),
            Node::Null,
            Node::Bool(true),
            Node::Text("x".to_owned()),
        ];
        let fields = [("a", Node::Whole(4)), ("a", other("4.0")), ("b", Node::List(list))];
        let fields = fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect();
        assert_eq!(root, Ok(Node::Map(fields)));
    }

    #[test]
    fn faults_carry_line_and_column() {
        for (json, fault) in [
            (&b"{\n  \"a\": x}"[..], "line 2, column 8: not JSON: expected value"),
            (b"", "line 1, column 0: not JSON: EOF while parsing a value"),
            (b"{} {}", "line 1, column 4: not JSON: trailing characters"),
            (b"[1,\n\xff]", "line 2, column 1: not UTF-8 text"),
            (b"[\"\\ud800\"]", "line 1, column 9: not JSON: unexpected end of hex escape"),
        ] {
            assert_eq!(parse(json), Err(fault.to_owned()));
        }
        let deep = "[".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()), Err("line 1, column 128: not JSON: recursion limit exceeded".to_owned()));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert_eq!(parse("\u{feff}null".as_bytes()), Ok(Node::Null));
    }
}
