//! Bodies with phone numbers. Which number is meant, and whether there is such a one, depends on the clinic's region,
//! which is not known before the clinic's record is read; yet all errors of a body are told at once.

use std::{borrow::Cow, marker::PhantomData};

use dawr_kernel::phone::{PhoneInput, Region};
use deserr::{Deserr, IntoValue, ValuePointerRef};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::{Failure, Fault, failure::FieldErrors};

/// Where a body has phone numbers.
pub trait HasPhones {
    /// The places of the phone numbers in a body of this type, with what is written there. Whatever else is wrong with
    /// the body does not matter.
    fn phones(body: &Value) -> Vec<(String, &str)>;
}

/// A body whose phone numbers are read once the region is known, together with all the rest.
pub struct Regional<T> {
    body: Value,
    kind: PhantomData<fn() -> T>,
}

impl<T: Deserr<FieldErrors> + HasPhones> Regional<T> {
    /// The body, in which every phone number is one of the region, or an international one.
    ///
    /// # Errors
    /// All field errors.
    pub fn read(&self, region: Region) -> Result<T, Failure> {
        let mut faults: Vec<Fault> = T::phones(&self.body)
            .into_iter()
            .filter_map(|(place, written)| {
                // What is no text for a phone number at all is told by the body's own reading.
                let invalid = PhoneInput::parse(written).ok()?.resolve(region).err()?;
                Some(Fault::invalid(place, invalid))
            })
            .take(100)
            .collect();
        match deserr::deserialize::<T, _, FieldErrors>(self.body.clone()) {
            Ok(value) if faults.is_empty() => Ok(value),
            Ok(_) => Err(Failure::of(faults)),
            Err(errors) => {
                faults.splice(..0, errors.0);
                Err(Failure::of(faults))
            }
        }
    }
}

impl<T> Deserr<FieldErrors> for Regional<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        Value::deserialize_from_value(value, at).map(|body| Self { body, kind: PhantomData })
    }
}

impl<T: JsonSchema> JsonSchema for Regional<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The phone number at a name of an object, for [`HasPhones`].
pub fn phone_at<'a>(object: &'a Value, name: &str, prefix: &str) -> Option<(String, &'a str)> {
    Some((format!("{prefix}{name}"), object.get(name)?.as_str()?))
}

#[cfg(test)]
mod tests {
    use dawr_kernel::text::PersonName;
    use serde_json::json;

    use super::*;
    use crate::code::Code;

    #[derive(Debug, Deserr)]
    #[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
    struct Body {
        full_name: PersonName,
        phone_number: PhoneInput,
    }

    impl HasPhones for Body {
        fn phones(body: &Value) -> Vec<(String, &str)> {
            phone_at(body, "phoneNumber", "").into_iter().collect()
        }
    }

    fn read(body: Value) -> Result<Body, Vec<(Code, String)>> {
        let regional: Regional<Body> = deserr::deserialize::<_, _, FieldErrors>(body).unwrap();
        let faults = |failure: Failure| {
            failure.faults().iter().map(|fault| (fault.code, fault.field.clone().unwrap_or_default())).collect()
        };
        regional.read(Region::SAUDI_ARABIA).map_err(faults)
    }

    #[test]
    fn phones_are_judged_together_with_the_rest() {
        let body = read(json!({ "fullName": "سارة", "phoneNumber": "٠٥٠١٢٣٤٥٦٧" })).unwrap();
        assert_eq!(body.phone_number.resolve(Region::SAUDI_ARABIA).unwrap().expose(), "+966501234567");
        assert_eq!(body.full_name.expose(), "سارة");
        assert_eq!(
            read(json!({ "fullName": "", "phoneNumber": "12", "x": 1 })).unwrap_err(),
            [
                (Code::Required, "fullName".to_owned()),
                (Code::UnknownField, "x".to_owned()),
                (Code::InvalidPhoneNumber, "phoneNumber".to_owned()),
            ]
        );
        assert_eq!(
            read(json!({ "fullName": "سارة", "phoneNumber": "" })).unwrap_err(),
            [(Code::Required, "phoneNumber".to_owned())]
        );
    }
}
