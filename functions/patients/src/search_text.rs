//! What is typed into a search box: a name, a phone in any writing, a number.

use dawr_api::{Cx, Failure, tenant::Tenant};
use dawr_kernel::{
    phone::PhoneNumber,
    text::{Invalid, Lines, LocalId, NationalId, clean, pattern, without_invisible_marks},
};
use dawr_store::TenantScope;

use crate::{
    index::{PHONE_END, Under},
    model::folded,
};

/// What was typed into a search box.
#[derive(Clone)]
pub struct SearchText(String);

impl SearchText {
    /// Accepts 1 to 200 characters of one line.
    ///
    /// # Errors
    /// As [`clean`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        clean(&without_invisible_marks(text), Lines::Single, 1, 200).map(Self)
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it may be a phone number: enough digits, and no letter.
    fn may_be_phone(&self) -> bool {
        let folded = folded(&self.0);
        let digits = folded.chars().filter(char::is_ascii_digit).count();
        digits >= 7 && !folded.contains(char::is_alphabetic)
    }

    /// The phone number that it is in the tenant's region. Costs a trip only where it may be one.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn phone(&self, cx: &Cx, scope: &TenantScope) -> Result<Option<PhoneNumber>, Failure> {
        if !self.may_be_phone() {
            return Ok(None);
        }
        Ok(PhoneNumber::parse(&self.0, Tenant::load(cx, scope).await?.region).ok())
    }

    /// Its digits, if there is nothing else in it but signs.
    pub fn digits(&self) -> Option<String> {
        let digits = folded(&self.0).replace(' ', "");
        (!digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())).then_some(digits)
    }

    /// The last digits of a phone, if it may be these.
    pub fn phone_end(&self) -> Option<String> {
        self.digits().filter(|digits| digits.len() == PHONE_END)
    }

    /// What it is as a file number or a national id: only what has a digit is either.
    pub(crate) fn numbers(&self) -> [Option<Under>; 2] {
        if !folded(&self.0).contains(|c: char| c.is_ascii_digit()) {
            return [None, None];
        }
        let file = LocalId::parse(&self.0).ok().map(Under::FileNumber);
        [file, NationalId::parse(&self.0).ok().map(Under::NationalId)]
    }
}

impl std::fmt::Debug for SearchText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchText(…)")
    }
}

dawr_kernel::string_newtype!(
    SearchText,
    parse,
    expose,
    schemars::json_schema!({
        "type": "string", "minLength": 1, "maxLength": 200, "pattern": pattern(Lines::Single, 1),
    })
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_as_what_it_may_be() {
        let text = |text: &str| SearchText::parse(text).unwrap();
        for phone in ["٠٥٠ ١٢٣ ٤٥٦٧", "\u{202A}+966 50-123-4567\u{202C}", "00966501234567", "(050) 1234567"] {
            assert!(text(phone).may_be_phone(), "{phone}");
        }
        for other in ["A-1234567", "123456", "محمد", "علي ٠٥٠١٢٣٤٥٦٧"] {
            assert!(!text(other).may_be_phone(), "{other}");
        }
        assert_eq!(text("محمد").numbers(), [None, None]);
        let file = |number: &str| LocalId::parse(number).ok().map(Under::FileNumber);
        assert_eq!(text("A-12").numbers(), [file("A-12"), None]);
        assert_eq!(text("١٠١٢٣٤٥٦٧٨").numbers()[0], file("1012345678"));
        assert!(text("1012345678").numbers()[1].is_some());
        let digits = |written: &str| text(written).digits();
        assert_eq!([digits("#٠٠١٥"), digits("٣")], [Some("0015".into()), Some("3".into())]);
        assert_eq!([digits("A-12"), digits("!?")], [None, None]);
        assert!(SearchText::parse(" \u{200F} ").is_err() && SearchText::parse(&"x".repeat(201)).is_err());
    }
}
