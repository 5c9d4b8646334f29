//! What a program does not know of an item, it puts back.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::wake::WAKE;

type Attributes = HashMap<String, AttributeValue>;

/// Puts into `next` what `read` has and this program does not know: what is absent from `known`, which is what this program would have
/// written for it. What it knows and leaves out, it takes away.
pub fn carry(read: &Attributes, known: &Attributes, next: &mut Attributes) {
    for (name, value) in read {
        match (known.get(name), next.get_mut(name)) {
            // Another job is not the one before: nothing is counted on.
            (Some(_), Some(_)) if name == WAKE => {}
            (None, None) => {
                next.insert(name.clone(), value.clone());
            }
            (Some(known), Some(next)) => carry_value(value, known, next),
            (None, Some(_)) | (Some(_), None) => {}
        }
    }
}

fn carry_value(read: &AttributeValue, known: &AttributeValue, next: &mut AttributeValue) {
    match (read, known, next) {
        (AttributeValue::M(read), AttributeValue::M(known), AttributeValue::M(next)) => carry(read, known, next),
        (AttributeValue::L(read), AttributeValue::L(known), AttributeValue::L(next)) if read.len() == known.len() => {
            carry_list(read, known, next);
        }
        _ => {}
    }
}

/// Elements have no names. One that stands for the same as before is the same, wherever it stands now; of the others those at one place
/// are the same if the list has not become shorter: then what stands there was changed, not taken out.
fn carry_list(read: &[AttributeValue], known: &[AttributeValue], next: &mut [AttributeValue]) {
    let mut free: Vec<usize> = (0..known.len()).collect();
    let mut changed: Vec<usize> = Vec::new();
    for (at, element) in next.iter_mut().enumerate() {
        let same = free.iter().position(|old| known.get(*old) == Some(&*element));
        match same.map(|index| free.remove(index)) {
            Some(old) => {
                if let Some(read) = read.get(old) {
                    let known = element.clone();
                    carry_value(read, &known, element);
                }
            }
            None => changed.push(at),
        }
    }
    if next.len() < known.len() {
        return;
    }
    for at in changed {
        if let (true, Some(read), Some(known), Some(element)) =
            (free.contains(&at), read.get(at), known.get(at), next.get_mut(at))
        {
            carry_value(read, known, element);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn item(value: &Value) -> Attributes {
        serde_dynamo::to_item(value).unwrap()
    }

    fn carried(read: &Value, known: &Value, next: &Value) -> Value {
        let mut next = item(next);
        carry(&item(read), &item(known), &mut next);
        serde_dynamo::from_item(next).unwrap()
    }

    #[test]
    fn what_is_not_known_is_put_back() {
        let read = json!({ "name": "a", "more": 1, "deep": { "x": 1, "y": { "z": [1] } } });
        let known = json!({ "name": "a", "deep": { "x": 1 } });
        let next = json!({ "name": "b", "deep": { "x": 2 } });
        let right = json!({ "name": "b", "more": 1, "deep": { "x": 2, "y": { "z": [1] } } });
        assert_eq!(carried(&read, &known, &next), right);
    }

    #[test]
    fn what_is_known_and_left_out_is_taken_away() {
        let read = json!({ "name": "a", "note": "n", "deep": { "x": 1, "y": 2 } });
        let known = json!({ "name": "a", "note": "n", "deep": { "x": 1 } });
        assert_eq!(carried(&read, &known, &json!({ "name": "a" })), json!({ "name": "a" }));
    }

    #[test]
    fn another_job_counts_from_the_beginning() {
        let read = json!({ "wake": { "n": 1, "tries": 5, "more": 1 } });
        let (known, next) = (json!({ "wake": { "n": 1, "tries": 0 } }), json!({ "wake": { "n": 2, "tries": 0 } }));
        assert_eq!(carried(&read, &known, &next), next);
        assert_eq!(carried(&read, &known, &json!({})), json!({}), "who is done wants no job");
    }

    #[test]
    fn another_variant_takes_the_old_one_away_with_all_that_it_had() {
        let read = json!({ "source": { "Parts": { "of": 3, "more": 1 } } });
        let known = json!({ "source": { "Parts": { "of": 3 } } });
        let next = json!({ "source": { "Queue": { "from": 1 } } });
        assert_eq!(carried(&read, &known, &next), next);
    }

    #[test]
    fn elements_keep_what_they_had_wherever_they_stand_now() {
        let read = json!({ "tries": [{ "n": 1, "x": "one" }, { "n": 2, "x": "two" }] });
        let known = json!({ "tries": [{ "n": 1 }, { "n": 2 }] });
        for (next, right) in [
            (
                json!([{ "n": 1 }, { "n": 2 }, { "n": 3 }]),
                json!([{ "n": 1, "x": "one" }, { "n": 2, "x": "two" }, { "n": 3 }]),
            ),
            (json!([{ "n": 2 }]), json!([{ "n": 2, "x": "two" }])),
            (json!([{ "n": 2 }, { "n": 1 }]), json!([{ "n": 2, "x": "two" }, { "n": 1, "x": "one" }])),
            (
                json!([{ "n": 1 }, { "n": 2, "ended": true }]),
                json!([{ "n": 1, "x": "one" }, { "n": 2, "ended": true, "x": "two" }]),
            ),
            (json!([{ "n": 9 }]), json!([{ "n": 9 }])),
            (json!([]), json!([])),
        ] {
            assert_eq!(carried(&read, &known, &json!({ "tries": next })), json!({ "tries": right }));
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<bool>().prop_map(Value::from), any::<u8>().prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(|map| json!(map)),
            ]
        })
    }

    fn attributes() -> impl Strategy<Value = Value> {
        prop::collection::btree_map("[a-d]", value(), 0..4).prop_map(|map| json!(map))
    }

    proptest! {
        /// Who knows all of an item writes what they mean to.
        #[test]
        fn nothing_comes_back_to_whoever_knows_all(read in attributes(), next in attributes()) {
            prop_assert_eq!(carried(&read, &read, &next), next);
        }

        /// Who knows nothing of an item, and says nothing, changes nothing.
        #[test]
        fn nothing_is_lost_to_whoever_knows_nothing(read in attributes()) {
            prop_assert_eq!(carried(&read, &json!({}), &json!({})), read);
        }
    }
}
