//! What tells a person, once, that they get no more messages or get them again, and how to change that.

use dawr_api::{Cx, tenant::Tenant};
use dawr_kernel::{
    id::{BatchId, Body, Id, InboundId, MemberId, MessageId},
    language::Language,
    phone::PhoneNumber,
};
use dawr_store::TenantScope;
use jiff::Timestamp;

use crate::{
    contact::WINDOW,
    message::{Form, Message, MessageText},
    notice::{self, Notice},
    template::OnUnknown,
    whatsapp::callback::{Inbound, Words},
    wish::Wish,
};

/// The message that confirms what somebody wrote, by whose id it has its own: it is made once, however often that comes.
pub fn id(of: InboundId) -> MessageId {
    MessageId::of(BatchId::from_body(of.body().with_tail(0)), 0)
}

/// The message; none if the person cannot be written to: they said it elsewhere, or longer than a day ago.
pub fn message(
    cx: &Cx,
    scope: &TenantScope,
    tenant: &Tenant,
    inbound: &Inbound,
    of: InboundId,
    to: &PhoneNumber,
    wish: Wish,
) -> Option<Message> {
    if !inbound.kind.is_written() || cx.now().duration_since(inbound.at) >= WINDOW {
        return None;
    }
    let text = text(tenant, language(inbound.text.as_ref(), tenant.locale), wish);
    let text = MessageText::parse(&text).ok()?;
    let notice = Notice { by: nobody(), to, text: text.expose(), correlation: &cx.correlation };
    Some(Message {
        id: id(of),
        confirms: true,
        // Once is enough: who does not get it notices that nothing more comes.
        on_unknown: OnUnknown::Hold,
        ..notice::message(cx, scope, &notice, text.clone(), Form::Text)
    })
}

/// Nobody of the clinic sends it.
fn nobody() -> MemberId {
    MemberId::from_body(Body::from_parts(Timestamp::UNIX_EPOCH, [0; 10]))
}

/// The language in which somebody wrote, if that can be told.
fn language(words: Option<&Words>, otherwise: Language) -> Language {
    let letter = words.and_then(|words| words.expose().chars().find(|c| c.is_alphabetic()));
    match letter {
        Some('\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{FB50}'..='\u{FEFC}') => Language::Ar,
        Some('a'..='z' | 'A'..='Z') => Language::En,
        _ => otherwise,
    }
}

fn text(tenant: &Tenant, language: Language, wish: Wish) -> String {
    let name = &tenant.name;
    match (wish, language) {
        (Wish::Stop, Language::Ar) => {
            format!("تم إيقاف الرسائل، ولن تصلك رسائل أخرى من {name}. لاستلامها من جديد أرسل كلمة: اشتراك")
        }
        (Wish::Stop, Language::En) => {
            format!("Messages are stopped: you will get no more from {name}. To get them again, write START.")
        }
        (Wish::Start, Language::Ar) => format!("ستصلك رسائل {name} من جديد. لإيقافها أرسل كلمة: إيقاف"),
        (Wish::Start, Language::En) => format!("You will get messages from {name} again. To stop them, write STOP."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wish::Meaning;

    #[test]
    fn the_word_that_changes_it_back_is_understood() {
        for word in ["اشتراك", "START"] {
            assert_eq!(Meaning::of_text(word), Some(Meaning::Wish(Wish::Start)));
        }
        for word in ["إيقاف", "STOP"] {
            assert_eq!(Meaning::of_text(word), Some(Meaning::Wish(Wish::Stop)));
        }
    }

    #[test]
    fn it_is_said_in_the_language_of_the_words() {
        let of = |text: &str| language(Words::heard(text).as_ref(), Language::Ar).as_str();
        assert_eq!([of("STOP"), of("إيقاف"), of("1"), of("🛑 stop")], ["en", "ar", "ar", "en"]);
        assert_eq!(language(None, Language::En).as_str(), "en");
    }
}
