//! Times that the table compares. It compares texts, and a time has as many digits as it needs: `…:00.5Z` would be later than
//! `…:00.52Z`, and `…:00Z` later than both. Here every time has its milliseconds, so that texts are in the order of the times.
//!
//! For an attribute that may be absent: `#[serde(with = "dawr_store::instant::option", default)]`.

use jiff::Timestamp;

/// The text of a time, to the millisecond.
pub fn text(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Writes a time as [`text`] does.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: serde::Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(*at))
}

/// Reads a time.
///
/// # Errors
/// If it is none.
pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    serde::Deserialize::deserialize(from)
}

/// The same of a time that may be absent.
pub mod option {
    use jiff::Timestamp;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: serde::Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => to.serialize_some(&super::text(*at)),
            None => to.serialize_none(),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// If it is no time.
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        serde::Deserialize::deserialize(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_the_order_of_the_times() {
        let times = [0, 500, 520, 523, 999, 1_000, 1_001].map(|ms| Timestamp::from_millisecond(ms).unwrap());
        assert!(times.map(text).is_sorted());
        assert_eq!(text(times[1]).parse::<Timestamp>().unwrap(), times[1]);
        assert!(!times.map(|at| at.to_string()).is_sorted(), "or there were no need for it");
    }
}
