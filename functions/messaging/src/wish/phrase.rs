//! Whole texts that are on no list, by the kinds of their words: people put "do not send me messages" in many ways, and in
//! the Arabic of many countries.
//!
//! A text is a wish only if every word of it is known and together they leave no doubt. What comes near is a question.

use super::{Meaning, Wish};

/// What a word is in such a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// To stop.
    Stop,
    /// To cancel, which may be the turn.
    Cancel,
    /// To take away.
    Remove,
    /// Not.
    Not,
    /// Not any more.
    More,
    /// To want.
    Want,
    /// To send, to write to somebody.
    Send,
    /// Messages.
    Message,
    /// What one is subscribed to.
    Subscription,
    /// A list, which may be the one of those who wait.
    List,
    /// The person or their number, as what is taken away.
    Me,
    /// The turn, the appointment.
    Turn,
    /// What changes nothing.
    Filler,
}

/// Whole words, folded.
const WORDS: &[(Kind, &[&str])] = &[
    (Kind::Stop, &["stop", "stopp", "unsub", "unsubscribe", "stopping", "ايقاف", "ايقافها"]),
    (
        Kind::Cancel,
        &["cancel", "canceling", "cancelling", "الغ", "الغي", "الغاء", "الغو", "الغوا", "الغوها", "الغيها", "كنسل"],
    ),
    (Kind::Remove, &["remove", "delete", "take", "erase"]),
    (Kind::Not, &["لا", "ما", "مو", "مش", "عدم", "بلا", "بدون", "no", "not", "dont", "don", "never"]),
    (Kind::More, &["more", "anymore", "تاني", "ثاني", "تانيه", "ثانيه", "بعد", "عاد", "خلاص"]),
    (Kind::Want, &["ابي", "ابغي", "ابغا", "اريد", "ارغب", "بدي", "ودي", "want", "wish", "need", "like"]),
    (
        Kind::Send,
        &[
            "send",
            "sending",
            "text",
            "texting",
            "msg",
            "message",
            "messaging",
            "contact",
            "contacting",
            "ارسال",
            "ارسالها",
        ],
    ),
    (
        Kind::Message,
        &["messages", "msgs", "texts", "sms", "notifications", "reminders", "promotions", "عروض", "العروض"],
    ),
    (Kind::Subscription, &["اشتراك", "اشتراكي", "subscription", "subscriptions"]),
    (Kind::List, &["list", "lists", "قايمه", "القايمه", "قايمتكم"]),
    (Kind::Me, &["me", "my", "رقمي", "بياناتي"]),
    (
        Kind::Turn,
        &[
            "دور",
            "دوري",
            "حجز",
            "حجزي",
            "موعد",
            "موعدي",
            "مواعيدي",
            "تذكره",
            "تذكرتي",
            "زياره",
            "زيارتي",
            "appointment",
            "appointments",
            "booking",
            "reservation",
            "queue",
            "turn",
            "ticket",
            "visit",
        ],
    ),
    (
        Kind::Filler,
        &[
            "لي",
            "لنا",
            "الي",
            "الينا",
            "منكم",
            "منك",
            "معي",
            "معنا",
            "هذا",
            "هذه",
            "هذي",
            "هالرقم",
            "رقم",
            "ع",
            "علي",
            "عن",
            "من",
            "في",
            "ان",
            "انا",
            "اي",
            "كل",
            "جميع",
            "شي",
            "شيء",
            "هنا",
            "اليوم",
            "استلام",
            "استقبال",
            "t",
            "i",
            "im",
            "do",
            "to",
            "this",
            "the",
            "these",
            "those",
            "that",
            "number",
            "any",
            "all",
            "from",
            "you",
            "your",
            "off",
            "it",
            "receive",
            "receiving",
            "get",
            "getting",
            "so",
            "much",
            "a",
            "and",
            "on",
            "of",
            "would",
            "please",
            "pls",
            "plz",
            "thanks",
            "thank",
            "ok",
            "whatsapp",
            "واتساب",
            "واتس",
        ],
    ),
];

/// Beginnings of words, folded.
const STEMS: &[(Kind, &[&str])] = &[
    (Kind::Stop, &["اوقف", "وقفو", "توقف", "بطلو"]),
    (Kind::Remove, &["احذف", "امسح", "شيلو", "ازيلو"]),
    (Kind::Want, &["عايز", "عاوز"]),
    (Kind::Send, &["ترسل", "تبعت", "تراسل", "مراسل", "تتواصل", "تزعج"]),
    (Kind::Message, &["رسايل", "رساله", "رسالات", "اشعار", "تنبيه", "تذكير"]),
];

/// Beginnings of words that say "not" and something else at once.
const NEGATED: &[(Kind, &[&str])] = &[
    (Kind::Want, &["مابي", "ماابي", "مابغي", "مابغا", "ماابغي", "مابدي", "ماودي"]),
    (Kind::Send, &["متبعت", "ماتبعت", "مترسل", "ماترسل", "متراسل", "ماتراسل"]),
];

/// What a folded text means; nothing if it comes near no wish.
pub(super) fn meaning(folded: &str) -> Option<Meaning> {
    let (mut kinds, mut is_known) = (Vec::new(), true);
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        let found = kinds_of(word);
        is_known &= !found.is_empty();
        kinds.extend(found);
    }
    let has = |kind| kinds.contains(&kind);
    let (stops, cancels, removes) = (has(Kind::Stop), has(Kind::Cancel), has(Kind::Remove));
    if has(Kind::Turn) {
        return (stops || cancels || removes).then_some(Meaning::Question);
    }
    // "Do not stop" is the contrary.
    if has(Kind::Not) && stops {
        return None;
    }
    let messages = has(Kind::Message) || has(Kind::Subscription);
    let is_only_stop = stops && is_known;
    let is_wish = is_only_stop
        || stops && (messages || has(Kind::Send))
        || cancels && messages
        || has(Kind::Not) && (has(Kind::Send) || messages && (has(Kind::Want) || has(Kind::More)))
        || removes && has(Kind::Me);
    match (is_wish, is_known) {
        (true, true) if has(Kind::List) => Some(Meaning::Unclear),
        (true, true) => Some(Meaning::Wish(Wish::Stop)),
        (true, false) => Some(Meaning::Question),
        (false, _) => (has(Kind::Not) && messages || cancels && has(Kind::Want)).then_some(Meaning::Question),
    }
}

/// The kinds of a word, also behind what Arabic writes together with it: and, the, by, for.
fn kinds_of(word: &str) -> Vec<Kind> {
    let bare = ["وال", "بال", "لل", "ال", "و", "ب", "ل"].iter().filter_map(|joined| word.strip_prefix(joined));
    std::iter::once(word).chain(bare).map(kinds_of_bare).find(|kinds| !kinds.is_empty()).unwrap_or_default()
}

fn kinds_of_bare(word: &str) -> Vec<Kind> {
    let whole = WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(kind, _)| vec![*kind]);
    let begins = |lists: &'static [(Kind, &[&str])]| {
        lists.iter().find(|(_, stems)| stems.iter().any(|stem| word.starts_with(stem))).map(|(kind, _)| *kind)
    };
    whole
        .or_else(|| begins(NEGATED).map(|kind| vec![Kind::Not, kind]))
        .or_else(|| begins(STEMS).map(|kind| vec![kind]))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use dawr_kernel::text::fold;

    use super::*;

    fn of(text: &str) -> Option<Meaning> {
        meaning(&fold(text))
    }

    #[test]
    fn people_say_it_in_many_ways() {
        for stop in [
            "لا عاد ترسلون",
            "ما ابي رسايلكم",
            "ما أبغى رسائل منكم",
            "مابي رسايل",
            "خلاص لا ترسلون",
            "لا ترسلو رسايل ع هالرقم",
            "مش عايز رسايل تاني",
            "مش عايزة رسائل",
            "بطلوا تبعتولي رسايل",
            "متبعتوش رسايل تاني",
            "ما بدي رسائل",
            "بدي ألغي الاشتراك",
            "أريد إلغاء الاشتراك",
            "أرغب بإيقاف الرسائل",
            "الرجاء عدم ارسال رسائل".trim_start_matches("الرجاء "),
            "عدم مراسلتي",
            "لا تتواصلوا معي",
            "لا تزعجوني",
            "احذفوا رقمي",
            "شيلوا رقمي",
            "إلغاء اشتراك",
            "الغاء الاشتراك من الرسائل",
            "اوقفو الرسائل",
            "أوقفي الرسائل",
            "توقفو عن ارسال الرسايل",
            "stop messaging",
            "stop contacting me",
            "stop sending me these messages",
            "please stop sending messages to this number",
            "pls dont send me any more messages",
            "don't msg me",
            "delete my number",
            "I want to unsubscribe",
            "unsub",
            "I don't want to receive messages",
            "no more msgs plz",
            "stop ارسال",
            "STOP الرسائل",
        ] {
            assert_eq!(of(stop), Some(Meaning::Wish(Wish::Stop)), "{stop}");
        }
    }

    #[test]
    fn what_comes_near_or_is_about_the_turn_is_for_a_person() {
        for question in [
            "ألغي الدور",
            "الغاء الدور",
            "إلغاء الحجز",
            "ابي الغي",
            "cancel my appointment",
            "الغاء موعدي اليوم",
            "إلغاء الموعد غدا",
            "remove me from queue",
            "لا ترسلوا لي النتائج",
            "ما وصلتني رسالة",
            "dont text me, call me",
        ] {
            assert_eq!(of(question), Some(Meaning::Question), "{question}");
        }
        for unclear in ["remove me from the list", "take me off your list"] {
            assert_eq!(of(unclear), Some(Meaning::Unclear), "{unclear}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for other in [
            "لا توقفوا الرسائل",
            "do not stop",
            "stop by at five",
            "لا أستطيع الحضور",
            "متى ترسلون الرسالة",
            "أبي رسائل",
            "نعم",
            "دوري بعد كم",
            "موعدي اليوم",
            "شكرا لكم",
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
