//! Identifiers in Meta's form, and the simulator's random choices.

use std::time::Duration;

use data_encoding::BASE64;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The clinic wrote to the patient's phone.
    Outbound,
    /// The patient wrote to the clinic's number.
    Inbound,
}

/// A message id in the layout of Meta's own (base64 of the phone, the direction and a hexadecimal part). The
/// sequence number makes it unique over every restart, whatever the random source gives.
pub(super) fn wamid(direction: Direction, person: &str, sequence: i64, rng: &mut fastrand::Rng) -> String {
    let random = rng.u64(..1 << 40);
    let (mark, hex) = match direction {
        Direction::Outbound => (0x11, format!("{sequence:08X}{random:010X}")),
        Direction::Inbound => (0x12, format!("3A{sequence:08X}{random:010X}")),
    };
    let mut bytes = vec![0x1c, 0x18];
    push_counted(&mut bytes, person);
    bytes.extend([0x15, 0x02, 0x00, mark, 0x18]);
    push_counted(&mut bytes, &hex);
    bytes.push(0);
    format!("wamid.{}", BASE64.encode(&bytes))
}

fn push_counted(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    bytes.extend(text.as_bytes());
}

/// Meta's trace id of an error answer.
pub(super) fn fbtrace_id(rng: &mut fastrand::Rng) -> String {
    let mut id = String::from("A");
    for _ in 0..22 {
        id.push(rng.alphanumeric());
    }
    id
}

/// A delay within `range` of milliseconds.
pub(super) fn delay(rng: &mut fastrand::Rng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(rng.u64(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wamid_has_the_layout_of_metas_example() {
        // "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBJCOTY3NDc0NDFDRUI3NTA0Q0UA", from Meta's OpenAPI description.
        let phone = "16503879439";
        let id = wamid(Direction::Outbound, phone, 7, &mut fastrand::Rng::with_seed(1));
        assert!(id.starts_with("wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI"), "{id}");
        assert_eq!(id.len(), "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBJCOTY3NDc0NDFDRUI3NTA0Q0UA".len());
        let id = wamid(Direction::Inbound, phone, 7, &mut fastrand::Rng::with_seed(1));
        assert!(id.starts_with("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQT"), "{id}");
    }

    #[test]
    fn the_sequence_keeps_ids_apart_under_the_same_seed() {
        let id = |sequence| wamid(Direction::Outbound, "16503879439", sequence, &mut fastrand::Rng::with_seed(1));
        assert_ne!(id(1), id(2));
    }
}
