//! The fields of one JSON object, and the values they hold.

use crate::base::exact::Decimal4;
use crate::base::money::Pence;
use crate::cli::rank::node::Node;
use crate::cli::rank::place::{Faults, Place, quoted};

/// An object whose field names are known.
pub(super) struct Fields<'n> {
    entries: &'n [(String, Node)],
    place: Place<'n>,
}

impl<'n> Fields<'n> {
    /// The fields of `node`; a fault if it is no object, and one for each field that is not
    /// `known`.
    pub(super) fn of(node: &'n Node, place: Place<'n>, known: &[&str], faults: &mut Faults) -> Option<Self> {
        let entries = entries(node, place, faults)?;
        for (name, _) in entries {
            if !known.contains(&name.as_str()) {
                faults.add(place.field(name), "is not a known field");
            }
        }
        Some(Self { entries, place })
    }

    /// Where the field `name` is.
    pub(super) fn place<'a>(&'a self, name: &'a str) -> Place<'a> {
        self.place.field(name)
    }

    /// The field, if it is there; the first, if it is repeated.
    pub(super) fn optional(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(field, _)| field == name).map(|(_, node)| node)
    }

    /// The field; a fault if it is not there.
    pub(super) fn required(&self, name: &str, faults: &mut Faults) -> Option<&'n Node> {
        let node = self.optional(name);
        if node.is_none() {
            faults.add(self.place(name), "is missing");
        }
        node
    }

    /// The value of a field that must be there; a fault if it is not, or if `read` refuses it.
    pub(super) fn need<T>(&self, name: &str, read: Read<T>, faults: &mut Faults) -> Option<T> {
        let node = self.required(name, faults)?;
        faults.check(self.place(name), read(node))
    }

    /// The value of a field that may be left out; a fault if `read` refuses it.
    pub(super) fn may<T>(&self, name: &str, read: Read<T>, faults: &mut Faults) -> Option<T> {
        faults.check(self.place(name), read(self.optional(name)?))
    }
}

/// Reads one value, or says what is wrong with it.
type Read<T> = fn(&Node) -> Result<T, String>;

/// Name and value of each field of an object, whatever the names; a fault if it is none.
pub(super) fn entries<'n>(node: &'n Node, place: Place<'_>, faults: &mut Faults) -> Option<&'n [(String, Node)]> {
    if let Node::Map(entries) = node {
        return Some(entries);
    }
    faults.add(place, wrong_kind("an object", node));
    None
}

/// The items of a list; a fault if it is none.
pub(super) fn items<'n>(node: &'n Node, place: Place<'_>, faults: &mut Faults) -> Option<&'n [Node]> {
    if let Node::List(items) = node {
        return Some(items);
    }
    faults.add(place, wrong_kind("a list", node));
    None
}

/// The items of a list of at most `most`; a fault if it is none, or longer.
pub(super) fn few_items<'n>(node: &'n Node, most: usize, place: Place<'_>, faults: &mut Faults) -> Option<&'n [Node]> {
    let items = items(node, place, faults)?;
    if items.len() > most {
        faults.add(place, format!("has {} entries; the most is {most}", items.len()));
        return None;
    }
    Some(items)
}

/// `must be a list, found a number`.
pub(super) fn wrong_kind(wanted: &str, node: &Node) -> String {
    format!("must be {wanted}, found {}", node.kind())
}

pub(super) fn text(node: &Node) -> Result<String, String> {
    match node {
        Node::Text(text) => Ok(text.clone()),
        other => Err(wrong_kind("a string", other)),
    }
}

/// A text that names something, so that an empty one would be of no use.
pub(super) fn name(node: &Node) -> Result<String, String> {
    text(node).and_then(|name| if name.is_empty() { Err("must not be empty".to_owned()) } else { Ok(name) })
}

pub(super) fn flag(node: &Node) -> Result<bool, String> {
    match node {
        Node::Bool(flag) => Ok(*flag),
        other => Err(wrong_kind("true or false", other)),
    }
}

pub(super) fn money(node: &Node) -> Result<Pence, String> {
    match node {
        Node::Text(text) => Pence::parse_plain(text).map_err(|error| format!("{} {error}", quoted(text))),
        other => Err(wrong_kind("a decimal string such as \"14500.00\"", other)),
    }
}

pub(super) fn decimal(node: &Node) -> Result<Decimal4, String> {
    match node {
        Node::Text(text) => Decimal4::parse(text).map_err(|error| format!("{} {error}", quoted(text))),
        other => Err(wrong_kind("a decimal string such as \"0.75\"", other)),
    }
}

/// A whole number of 32 bits; what it may be besides is the caller's question.
pub(super) fn whole(node: &Node) -> Result<i32, String> {
    match node {
        Node::Whole(value) => i32::try_from(*value).map_err(|_| format!("{value} is out of range")),
        Node::OtherNumber(text) => Err(format!("{text} is not a whole number, or is out of range")),
        other => Err(wrong_kind("a whole number", other)),
    }
}
