//! Text that people type: what is accepted, how it is made uniform, and how it is compared in a search.

mod digits;
mod fold;
mod identifiers;
mod invalid;
mod names;
mod newtype;
mod rules;

pub use digits::{ANY_DIGIT, ascii_digit};
pub use fold::{fold, words};
pub use identifiers::{LocalId, NationalId};
pub use invalid::{Invalid, PhoneFault};
pub use names::{is_found, name_key, name_starts, sought_words};
pub use rules::{
    Lines, clean, is_invisible_mark, is_plain, is_seen, pattern, with_single_spaces, without_invisible_marks,
};

crate::text_type! {
    /// A person's name as it is shown to others, in any script.
    pub PersonName: personal, single_line, 1..=200
}
