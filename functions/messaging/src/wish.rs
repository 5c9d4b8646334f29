//! What a text or a pressed button asks for: no more messages, or messages again.

mod phrase;

use dawr_kernel::text::fold;

/// What a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// No more messages.
    Stop,
    /// Messages again.
    Start,
}

/// What words mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A wish.
    Wish(Wish),
    /// It may mean the turn or the appointment as well as the messages.
    Unclear,
    /// It is about the turn, or comes near a wish, or asks something: a person has to read it.
    Question,
}

/// Whole texts that ask for no more messages, and mean nothing else.
const STOP: &[&str] = &[
    "stop",
    "stop all",
    "stopall",
    "stop it",
    "stop messages",
    "stop all messages",
    "stop sending messages",
    "stop texting",
    "stop texting me",
    "stop whatsapp",
    "stop sms",
    "stop messaging me",
    "stop notifications",
    "stop promotions",
    "stop sending",
    "stop sending me messages",
    "no more messages",
    "no more texts",
    "do not text me",
    "don't text me",
    "do not contact me",
    "don't contact me",
    "do not message me",
    "don't message me",
    "do not send me messages",
    "don't send me messages",
    "i don't want messages",
    "i do not want messages",
    "leave me alone",
    "remove me",
    "unsubscribe",
    "unsubscribe me",
    "opt out",
    "optout",
    "opt me out",
    "إيقاف",
    "إيقاف الرسائل",
    "إيقاف الإشعارات",
    "إيقاف الاشتراك",
    "إيقاف التنبيهات",
    "إيقاف العروض",
    "إيقاف العروض الترويجية",
    "إيقاف الإرسال",
    "إيقاف جميع الرسائل",
    "إيقاف كل الرسائل",
    "إيقاف رسائلكم",
    "إيقاف استلام الرسائل",
    "إيقاف الرسائل الترويجية",
    "إيقاف التذكير",
    "إيقاف التذكيرات",
    "أوقف",
    "أوقفوا",
    "أوقف الرسائل",
    "أوقفوا الرسائل",
    "أوقف الإشعارات",
    "أوقفوا الإشعارات",
    "أوقفوا الإرسال",
    "توقف",
    "توقفوا",
    "توقف عن الإرسال",
    "توقفوا عن الإرسال",
    "توقفوا عن إرسال الرسائل",
    "وقف",
    "وقفوا",
    "وقف الرسائل",
    "وقفوا الرسائل",
    "إلغاء الاشتراك",
    "إلغاء اشتراكي",
    "إلغاء الرسائل",
    "إلغاء الإشعارات",
    "إلغاء المتابعة",
    "ألغ الاشتراك",
    "ألغوا الاشتراك",
    "ألغوا اشتراكي",
    "لا ترسل",
    "لا ترسل لي",
    "لا ترسلوا",
    "لا ترسلوا لي",
    "لا ترسلون",
    "لا ترسلون لي",
    "لا ترسلوا لي رسائل",
    "لا ترسلوا رسائل",
    "لا ترسل لي رسائل",
    "لا ترسلوا لي شيئا",
    "لا ترسلوا لي أي رسائل",
    "لا ترسلوا أي رسائل",
    "لا ترسلوا إلي",
    "عدم الإرسال",
    "لا تراسلوني",
    "لا تراسلني",
    "لا أريد رسائل",
    "لا أريد رسائلكم",
    "لا أريد الرسائل",
    "لا أريد هذه الرسائل",
    "لا أريد استلام رسائل",
    "لا أريد استلام الرسائل",
    "لا أرغب في الرسائل",
    "لا أرغب في استلام الرسائل",
    "ما أبي رسائل",
    "ما أبغى رسائل",
    "مش عايز رسائل",
    "مش عاوز رسائل",
    "بطلوا رسائل",
    "بطلوا تبعتوا",
    "كفى رسائل",
];

/// Whole texts that ask for messages again.
const START: &[&str] = &[
    "start",
    "unstop",
    "subscribe",
    "resubscribe",
    "resume",
    "opt in",
    "optin",
    "yes start",
    "start messages",
    "resume messages",
    "اشتراك",
    "اشترك",
    "إعادة الاشتراك",
    "ابدأ",
    "تفعيل",
    "تفعيل الرسائل",
    "تفعيل الإشعارات",
    "استئناف",
    "استئناف الرسائل",
    "أرسلوا لي",
    "أرسلوا الرسائل",
];

/// Whole texts by which somebody who waits means their turn, and somebody who does not the messages.
const UNCLEAR: &[&str] = &[
    "cancel",
    "cancel it",
    "cancelled",
    "end",
    "quit",
    "إلغاء",
    "ألغ",
    "ألغي",
    "ألغوا",
    "ألغيها",
    "ألغوها",
    "كنسل",
    "كنسلوا",
    "إنهاء",
    "خروج",
    "كفى",
];

/// Words that make a text polite and no other.
const POLITE: &[&str] = &[
    "please",
    "pls",
    "plz",
    "kindly",
    "thanks",
    "thank you",
    "ok",
    "now",
    "any more",
    "anymore",
    "again",
    "immediately",
    "hi",
    "hello",
    "من فضلك",
    "من فضلكم",
    "فضلا",
    "لو سمحت",
    "لو سمحتم",
    "لو سمحتوا",
    "الرجاء",
    "رجاء",
    "أرجو",
    "أرجوكم",
    "شكرا",
    "شكرا لكم",
    "الآن",
    "فورا",
    "حالا",
    "لطفا",
    "بعد الآن",
    "بعد اليوم",
    "مرة أخرى",
    "مرة ثانية",
    "نهائيا",
    "أبدا",
    "مرحبا",
    "السلام عليكم",
];

impl Meaning {
    /// What a whole text means. Letter forms, vowel marks, punctuation and emoji make no difference, nor do words of
    /// politeness around it. What is asked is no wish.
    pub fn of_text(text: &str) -> Option<Self> {
        let folded = fold(text);
        let bare = without_politeness(&folded);
        let is_one_of = |words: &[&str]| words.iter().map(|word| fold(word)).any(|word| word == bare);
        let meaning = if is_one_of(STOP) {
            Self::Wish(Wish::Stop)
        } else if is_one_of(START) {
            Self::Wish(Wish::Start)
        } else if is_one_of(UNCLEAR) {
            Self::Unclear
        } else {
            phrase::meaning(bare)?
        };
        match meaning {
            Self::Wish(_) if text.contains(['?', '؟']) => Some(Self::Question),
            meaning => Some(meaning),
        }
    }

    /// What a button means by its id or payload, which is its title unless the clinic said otherwise: that no messages are
    /// wanted, where it leaves no doubt. Meta's own button to opt out is of this kind; to begin is what a button says of many
    /// things.
    pub fn of_button(id: &str) -> Option<Self> {
        Self::of_text(id).filter(|meaning| *meaning == Self::Wish(Wish::Stop))
    }
}

fn without_politeness(folded: &str) -> &str {
    let mut polite: Vec<String> = POLITE.iter().map(|word| fold(word)).collect();
    // What begins or ends with another one goes as a whole.
    polite.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut bare = folded;
    loop {
        let cut = |word: &String| {
            let behind = bare.strip_prefix(word.as_str()).and_then(|rest| rest.strip_prefix(' '));
            behind.or_else(|| bare.strip_suffix(word.as_str()).and_then(|rest| rest.strip_suffix(' ')))
        };
        match polite.iter().find_map(cut) {
            Some(rest) => bare = rest,
            None => return bare,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Meaning> {
        Meaning::of_text(text)
    }

    #[test]
    fn wishes_are_known_in_both_languages_and_only_as_the_whole_text() {
        for stop in [
            "STOP",
            " stop. ",
            "Stop promotions",
            "STOP 🙏",
            "🛑 إيقاف 🛑",
            "«إيقافـــ»",
            "إيقاف الإشعارات",
            "ايقاف الرسائل",
            "إِيقَافٌ",
            "أوقف!",
            "لا ترسلوا لي",
            "unsubscribe me",
            "من فضلك إيقاف الرسائل، شكرًا",
            "Please stop. Thank you!",
            "opt-out",
            "Don't message me",
            "إلغاء الاشتراك",
            "لا ترسلوا لي رسائل بعد الآن",
            "السلام عليكم، إيقاف الرسائل لو سمحتم",
            "don’t text me anymore",
        ] {
            assert_eq!(of(stop), Some(Meaning::Wish(Wish::Stop)), "{stop}");
        }
        for start in ["اشتراك", "START", "unstop", "إعادة الاشتراك", "ابدأ ✅"] {
            assert_eq!(of(start), Some(Meaning::Wish(Wish::Start)), "{start}");
        }
        for unclear in ["إلغاء", "الغاء", "cancel", "Cancel please", "END", "ألغِ"] {
            assert_eq!(of(unclear), Some(Meaning::Unclear), "{unclear}");
        }
        for other in [
            "please do not stop",
            "نعم",
            "",
            "🙏",
            "لا توقف",
            "please",
            "شكرا",
            "متى دوري؟",
            "stop by at five?",
            "متى ترسلون الرسالة؟",
            "لا أستطيع الحضور اليوم",
            "أبي موعد ثاني",
            "no",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn no_text_is_on_two_lists() {
        let mut all: Vec<String> = [STOP, START, UNCLEAR].concat().iter().map(|word| fold(word)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_button_that_leaves_doubt_means_nothing() {
        assert_eq!(Meaning::of_button("cancel"), None);
        assert_eq!(Meaning::of_button("cancel-appt-7"), None);
        for start in ["ابدأ", "تفعيل", "start", "Resume", "subscribe"] {
            assert_eq!(Meaning::of_button(start), None, "{start} may begin anything");
        }
        assert_eq!(Meaning::of_button("Stop promotions"), Some(Meaning::Wish(Wish::Stop)));
    }
}
