//! A place in a line that leaves room: between any two ranks there is another, so that moving one ticket writes one ticket.
//!
//! A rank is a whole number and a fraction, both written in hexadecimal so that text order is their order. At the ends
//! of the line the whole number counts on; in between the fraction grows by a digit where there is no room (D. Greenspan,
//! "Implementing Fractional Indexing", 2020).

use std::fmt;

use dawr_kernel::text::Invalid;

/// The digits of the whole number.
const WHOLE: usize = 12;

/// The first rank of a line, with as much room before it as behind it.
const MIDDLE: u64 = 1 << 47;

/// A place in a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(String);

impl Rank {
    /// A rank in an empty line.
    pub fn first() -> Self {
        Self::whole(MIDDLE)
    }

    /// A rank behind this one and behind all that were made so before.
    #[must_use]
    pub fn next(&self) -> Self {
        Self::whole(self.parts().0.saturating_add(1))
    }

    /// A rank between two, or at an end of the line. Where the two are not in order, one behind the first.
    pub fn between(before: Option<&Self>, after: Option<&Self>) -> Self {
        match (before, after) {
            (None, None) => Self::first(),
            (Some(before), None) => before.next(),
            (None, Some(after)) => Self::whole(after.parts().0.saturating_sub(1)),
            (Some(before), Some(after)) => {
                let ((low, fraction), (high, limit)) = (before.parts(), after.parts());
                if before >= after {
                    Self::of(low, &between_digits(fraction, None))
                } else if low == high {
                    Self::of(low, &between_digits(fraction, Some(limit)))
                } else if high - low > 1 {
                    Self::whole(low + (high - low) / 2)
                } else {
                    Self::of(low, &between_digits(fraction, None))
                }
            }
        }
    }

    /// The rank's text; text order is the order of ranks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Result<Self, Invalid> {
        let plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let has_end = text.len() == WHOLE || !text.ends_with('0');
        if text.len() >= WHOLE && text.bytes().all(plain) && has_end {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::InvalidFormat { expected: "800000000000" })
        }
    }

    fn whole(number: u64) -> Self {
        Self::of(number, &[])
    }

    fn of(number: u64, fraction: &[u8]) -> Self {
        let fraction: String = fraction.iter().filter_map(|digit| char::from_digit(u32::from(*digit), 16)).collect();
        Self(format!("{number:0WHOLE$x}{fraction}"))
    }

    fn parts(&self) -> (u64, Vec<u8>) {
        let (whole, fraction) = self.0.split_at_checked(WHOLE).unwrap_or_default();
        let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        (u64::from_str_radix(whole, 16).unwrap_or(MIDDLE), fraction.chars().filter_map(digit).collect())
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

dawr_kernel::string_newtype!(
    Rank,
    parse,
    as_str,
    schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{12,}$" })
);

/// The digits of a fraction between two; without a limit, between the first and one. No fraction ends with 0.
fn between_digits(low: Vec<u8>, limit: Option<Vec<u8>>) -> Vec<u8> {
    let limited = limit.is_some();
    let limit = limit.unwrap_or_default();
    let mut digits = Vec::new();
    let mut bound = limited;
    for place in 0.. {
        let least = low.get(place).copied().unwrap_or(0);
        let most = if bound { limit.get(place).copied().unwrap_or(0) } else { 16 };
        if bound && least == most && place < limit.len() {
            digits.push(least);
        } else if most.saturating_sub(least) > 1 {
            digits.push(least + (most - least) / 2);
            break;
        } else if bound && limit.len() > place + 1 && most > least {
            digits.push(most);
            break;
        } else {
            // No digit fits here: below the limit from now on, the next place decides.
            digits.push(least);
            bound = false;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_count_on_and_stay_short() {
        let first = Rank::first();
        let mut last = first.clone();
        for _ in 0..10_000 {
            let next = last.next();
            assert!(next > last && next.as_str().len() == WHOLE);
            last = next;
        }
        assert!(Rank::between(None, Some(&first)) < first);
        assert_eq!(Rank::between(None, None), first);
    }

    #[test]
    fn a_rank_is_read_back() {
        let (low, high) = (Rank::first(), Rank::first().next());
        let middle = Rank::between(Some(&low), Some(&high));
        assert!(low < middle && middle < high);
        assert_eq!(Rank::parse(middle.as_str()), Ok(middle.clone()));
        for wrong in ["", "8", "80000000000x", "8000000000000", "80000000000A"] {
            assert!(Rank::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Rank::between(Some(&middle), Some(&middle)) > middle);
    }

    #[test]
    fn crowding_one_place_costs_a_digit_for_several_moves() {
        let (low, mut high) = (Rank::first(), Rank::first().next());
        for _ in 0..200 {
            let rank = Rank::between(Some(&low), Some(&high));
            assert!(low < rank && rank < high);
            high = rank;
        }
        assert!(high.as_str().len() < WHOLE + 80, "{high}");
    }

    proptest! {
        #[test]
        fn a_line_keeps_the_order_in_which_people_are_put(moves in proptest::collection::vec(any::<prop::sample::Index>(), 1..200)) {
            let mut line: Vec<Rank> = Vec::new();
            for place in moves {
                let place = place.index(line.len() + 1);
                let before = place.checked_sub(1).and_then(|before| line.get(before));
                line.insert(place, Rank::between(before, line.get(place)));
            }
            prop_assert!(line.windows(2).all(|pair| pair[0] < pair[1]));
            for rank in line {
                prop_assert_eq!(Rank::parse(rank.as_str()), Ok(rank));
            }
        }
    }
}
