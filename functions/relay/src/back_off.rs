//! How long to wait before another try.

use jiff::{SignedDuration, Timestamp};

/// This much doubled with each try before, up to `most`.
pub fn after(now: Timestamp, first: SignedDuration, tries: u32, most: SignedDuration) -> Timestamp {
    let doubled = first.saturating_mul(1 << tries.min(20)).min(most.max(first));
    now.checked_add(doubled).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_a_bound_that_is_never_below_the_first() {
        let seconds = SignedDuration::from_secs;
        let waits = |first, tries, most| after(Timestamp::UNIX_EPOCH, seconds(first), tries, seconds(most)).as_second();
        assert_eq!([0, 1, 2, 3, 31, u32::MAX].map(|tries| waits(5, tries, 60)), [5, 10, 20, 40, 60, 60]);
        assert_eq!(waits(300, 4, 60), 300);
    }
}
