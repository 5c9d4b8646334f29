//! Which tickets of a queue are looked for.

use dawr_api::{Authorized, Cx, Failure};
use dawr_kernel::phone::PhoneNumber;
use dawr_patients::{model::is_named, search_text::SearchText};

use crate::model::Ticket;

/// What is known of a ticket that is looked for.
pub struct Sought {
    text: SearchText,
    /// Its number.
    number: Option<u32>,
    /// The last digits of the phone: what is shown of it to everybody. With more of them a hidden phone could be guessed digit by
    /// digit.
    end: Option<String>,
    /// The phone.
    phone: Option<PhoneNumber>,
}

impl Sought {
    /// What somebody means by a text.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn of(cx: &Cx, caller: &Authorized, text: &SearchText) -> Result<Self, Failure> {
        Ok(Self::read(text.clone(), text.phone(cx, caller).await?))
    }

    fn read(text: SearchText, phone: Option<PhoneNumber>) -> Self {
        let digits = text.digits();
        let number = digits.as_deref().and_then(|digits| digits.parse().ok());
        Self { text, number, end: digits.filter(|digits| matches!(digits.len(), 3 | 4)), phone }
    }

    /// Whether it is this one.
    pub fn is(&self, ticket: &Ticket) -> bool {
        let phone = &ticket.person.phone_number;
        self.number == Some(ticket.ticket_number)
            || self.end.as_ref().is_some_and(|end| phone.expose().ends_with(end.as_str()))
            || self.phone.as_ref() == Some(phone)
            || is_named(ticket.person.full_name.expose(), self.text.expose())
    }
}
