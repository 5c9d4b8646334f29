//! The names by which people are called, and the passwords that they type.

use dawr_kernel::text::{Invalid, Lines, clean, is_plain, pattern};

/// The name that somebody signs in with, folded to lower case. An e-mail address is one, too.
#[derive(Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Accepts a username.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = lower(text)?;
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            1..3 => Err(Invalid::TooShort { min: 3 }),
            101.. => Err(Invalid::TooLong { max: 100 }),
            _ if text.chars().all(|c| c.is_alphanumeric() || "._-@+".contains(c)) => Ok(Self(text)),
            _ => Err(Invalid::InvalidCharacters),
        }
    }

    /// The name.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is an e-mail address, so that it signs in without naming a clinic.
    pub fn is_email(&self) -> bool {
        is_email(&self.0)
    }
}

impl std::fmt::Debug for Username {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Username(…)")
    }
}

dawr_kernel::string_newtype!(
    Username,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "description": "Letters, digits and any of `._-@+`; an e-mail address is one, too.",
        "minLength": 3,
        "maxLength": 100,
        "pattern": r"^[^\s\u0000-\u001f!-*,/:-?\[-^`{-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$",
    })
);

/// An e-mail address, as far as its form tells.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Accepts an address; folded to lower case.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = lower(text)?;
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            255.. => Err(Invalid::TooLong { max: 254 }),
            _ if is_email(&text) => Ok(Self(text)),
            _ => Err(Invalid::InvalidFormat { expected: "name@example.com" }),
        }
    }

    /// The address.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

dawr_kernel::string_newtype!(
    EmailAddress,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "format": "email",
        "maxLength": 254,
        "pattern": r"^[!#-'*+./0-9=?A-Z^_`a-z{|}~$%&-]{1,64}@[^\s\u0000-,./:-@\[-`{-\u009f-]([^\s\u0000-,/:-@\[-`{-\u009f]*[^\s\u0000-,/:-@\[-`{-\u009f-])?$",
    })
);

/// The one form in which a name is kept and looked for: composed, in lower case. What it is judged by is this form, so that what
/// was accepted once is accepted whenever it is read.
fn lower(text: &str) -> Result<String, Invalid> {
    let once = |text: &str| clean(text, Lines::Single, 0, usize::MAX);
    once(&once(text)?.to_lowercase())
}

fn is_email(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"\"(),:;<>@[\\]".contains(c);
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=64).contains(&local.len()) && local.chars().all(plain) && labels.len() > 1 && labels.iter().all(label)
}

/// A password as it was typed.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The longest password, in characters: enough for any phrase, too little to keep a hash busy.
    pub const MAX: usize = 200;

    /// Accepts a text that can be typed again: no control characters, and none that cannot be seen. Whether it is strong
    /// is another question.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.chars().count() {
            0 => Err(Invalid::Empty),
            count if count > Self::MAX => Err(Invalid::TooLong { max: Self::MAX }),
            _ if !text.chars().all(is_plain) => Err(Invalid::InvalidCharacters),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The password.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

dawr_kernel::string_newtype!(
    Password,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string",
        "format": "password",
        "minLength": 1,
        "maxLength": 200,
        "pattern": pattern(Lines::Single, 0),
    })
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reset_request::AccountName;

    #[test]
    fn usernames_fold_and_know_an_address() {
        assert_eq!(Username::parse(" Sara.N ").map(|name| name.expose().to_owned()), Ok("sara.n".to_owned()));
        assert!(Username::parse("Sara@Example.com").is_ok_and(|name| name.is_email()));
        assert!(Username::parse("sara@").is_ok_and(|name| !name.is_email()));
        assert!(Username::parse("سارة").is_ok());
        assert!(Username::parse("a b c").is_err() && Username::parse("a#b").is_err());
    }

    #[test]
    fn one_name_is_written_in_many_ways_and_none_of_them_hides() {
        let composed = Username::parse("أحمد.2").unwrap();
        assert_eq!(Username::parse("ا\u{654}حمد.2"), Ok(composed));
        for hidden in ["ㅤㅤㅤ", "\u{64B}\u{64B}\u{64B}", "a\u{200B}bc", "İbrahim"] {
            assert!(Username::parse(hidden).is_err(), "{hidden:?}");
        }
        assert!(EmailAddress::parse("a@İx.com").is_err());
    }

    proptest! {
        /// What is stored is read again, by every type that keeps it.
        #[test]
        fn what_is_accepted_is_accepted_unchanged_again(text in r"[\p{L}\p{N}\p{M}._@+\u{3164}İß-]{1,60}") {
            if let Ok(name) = Username::parse(&text) {
                prop_assert_eq!(Username::parse(name.expose()).unwrap(), name.clone());
                let account = AccountName::parse(name.expose()).unwrap();
                prop_assert_eq!(account.expose(), name.expose());
            }
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.expose()).unwrap(), address.clone());
            }
        }
    }
}
