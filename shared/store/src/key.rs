//! A key of the table, and how its parts are written.

use std::fmt::{Display, Write as _};

use serde::{Deserialize, Serialize};

/// Where an item is: its partition and its place therein. Only [`crate::keys`] makes them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: Path, sk: Path) -> Self {
        Self { pk: pk.0, sk: sk.0 }
    }

    /// Stored data names its kind first: the part of a key that an error may show.
    pub fn kind(&self) -> &str {
        self.sk.split('#').next().unwrap_or_default()
    }

    /// The last part of the place within the partition, as it was written: of a key that ends in an id, the id.
    pub fn last(&self) -> &str {
        self.sk.rsplit('#').next().unwrap_or_default()
    }
}

/// A key's text: parts divided by `#`, which is escaped within a part.
#[derive(Debug, Clone)]
pub(crate) struct Path(String);

impl Path {
    pub(crate) fn root(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    pub(crate) fn name(mut self, name: &'static str) -> Self {
        self.0.push('#');
        self.0.push_str(name);
        self
    }

    /// Adds a value. `#` would divide it and `%` would make escapes ambiguous, so both are escaped.
    pub(crate) fn value(mut self, value: impl Display) -> Self {
        self.0.push('#');
        for character in value.to_string().chars() {
            match character {
                '#' => self.0.push_str("%23"),
                '%' => self.0.push_str("%25"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Adds a number so that text order is number order.
    pub(crate) fn number(mut self, number: u64) -> Self {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "#{number:020}");
        self
    }

    /// Ends the path with a divider: the prefix of everything below it.
    pub(crate) fn below(mut self) -> Self {
        self.0.push('#');
        self
    }

    #[cfg(test)]
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_can_leave_its_part() {
        let honest = Path::root("T").value("a").value("b").into_text();
        let forged = Path::root("T").value("a#b").into_text();
        assert_ne!(honest, forged);
        assert_ne!(Path::root("T").value("%23").into_text(), Path::root("T").value("#").into_text());
    }

    #[test]
    fn numbers_sort_as_numbers() {
        assert!(Path::root("N").number(9).into_text() < Path::root("N").number(10).into_text());
    }
}
