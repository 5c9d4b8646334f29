//! The MD5 sums by which SQS clients check that a message arrived whole
//! (SQS Developer Guide, "Calculating the MD5 message digest for message attributes").

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use super::messages::Attribute;

/// The sum of a body.
pub(super) fn of_body(body: &str) -> String {
    hex(&Md5::digest(body.as_bytes()))
}

/// The sum of attributes, taken in the order of their names, or `None` when there are none.
pub(super) fn of_attributes(attributes: &BTreeMap<String, Attribute>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut sum = Md5::new();
    for (name, attribute) in attributes {
        add(&mut sum, name.as_bytes());
        add(&mut sum, attribute.data_type.as_bytes());
        if let Some(text) = &attribute.string_value {
            sum.update([1]);
            add(&mut sum, text.as_bytes());
        } else if let Some(binary) = &attribute.binary_value {
            sum.update([2]);
            add(&mut sum, &STANDARD.decode(binary).unwrap_or_default());
        }
    }
    Some(hex(&sum.finalize()))
}

/// Each part is preceded by its length in four bytes.
fn add(sum: &mut Md5, part: &[u8]) {
    sum.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    sum.update(part);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_sum_is_plain_md5() {
        assert_eq!(of_body("This is a test message"), "fafb00f5732ab283681e124bf8747ed1");
    }

    /// The example of LocalStack's and moto's test suites, taken from real SQS answers.
    #[test]
    fn an_attribute_sum_is_that_of_sqs() {
        let attributes = BTreeMap::from([(
            "timestamp".to_owned(),
            Attribute {
                data_type: "Number".to_owned(),
                string_value: Some("1493147359900".to_owned()),
                binary_value: None,
            },
        )]);
        assert_eq!(of_attributes(&attributes).as_deref(), Some("235c5c510d26fb653d073faed50ae77c"));
    }
}
