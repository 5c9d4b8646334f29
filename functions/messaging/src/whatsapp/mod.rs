//! Meta's WhatsApp Cloud API: what is sent, what its answers mean, and what its callbacks say.

pub mod callback;
pub mod language;
pub mod number;
pub mod outcome;
pub mod send;
pub mod value;
