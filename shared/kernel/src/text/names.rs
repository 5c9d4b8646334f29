//! Names of people, compared however they are written.
//!
//! `عبد الله` is `عبدالله`, `محمد بن سالم` is `محمد سالم`, `آل سعود` is `السعود`, and `الحربي` is most likely `حربي`. Nobody can tell
//! where a word that is written joined begins, so to compare two names nothing is taken out of a word but an article at its
//! beginning, or behind what it is joined to: `لبنى` is not `ليال`. A name is *found* by each word that may begin in it, whether it
//! is written joined or apart, and by the words after an article.

use super::fold::words;

/// Words that belong to the next one, joined to it or apart. (`آل` folds to `ال`.)
const PARTICLES: &[&str] = &["عبد", "ابو", "ام", "ال", "abd", "abdul", "abdel", "abu", "umm", "al", "el"];

/// Words that say whose child somebody is. Between names they are said or left out.
const LINKS: &[&str] = &["ابنه", "ابن", "بنت", "بن", "ibn", "bint", "bin"];

/// What a joined word may begin with: another word may begin behind it.
const JOINED: &[&str] = &["ابن", "ابو", "بنت", "بن"];

/// So many letters at least has a word that begins within another one.
const LEAST_JOINED: usize = 3;

/// A leading one tells little: it is said or left out.
const ARTICLE: &str = "ال";

/// Behind what an article stands within a word: `عبدالرحمن`.
const BEFORE_ARTICLE: &[&str] = &["عبد", "ابو", "ابا", "ابي", "بو", "ام", "ذو"];

/// The words that are joined to any other together with their article: `نورالدين`, `هبةالله`.
const WITH_ARTICLE: &[&str] = &["الله", "الدين", "الاسلام", "الحق", "الختم", "العابدين", "الهدي"];

/// A name by which two are compared: the same for the ways in which one name is written. `folded` is [folded](super::fold()).
///
/// It is for comparison alone, and more than it must be alike: names that differ by an article or a `بن` between two words are the
/// same, so it tells people apart only together with a phone.
pub fn name_key(folded: &str) -> String {
    let all: Vec<&str> = words(folded).collect();
    let last = all.len().saturating_sub(1);
    // Whose name begins with a link is not the one whose child they are.
    let is_link = |at: usize, word: &str| at > 0 && at < last && LINKS.contains(&word);
    let counts = |(at, word): &(usize, &str)| !(is_link(*at, word) || (*at < last && *word == ARTICLE));
    let counting = all.iter().copied().enumerate().filter(counts);
    counting.map(|(_, word)| without_article(word)).collect()
}

/// A word without the article with which it begins, and without that of the word that is joined to another in it: `العبدالله`.
fn without_article(word: &str) -> String {
    let word = bare(word).unwrap_or(word);
    let behind =
        BEFORE_ARTICLE.iter().find_map(|before| Some(format!("{before}{}", bare(word.strip_prefix(before)?)?)));
    let ending = || {
        let (before, name) = WITH_ARTICLE.iter().find_map(|name| Some((word.strip_suffix(name)?, bare(name)?)))?;
        (before.chars().count() > 1).then(|| format!("{before}{name}"))
    };
    behind.or_else(ending).unwrap_or_else(|| word.to_owned())
}

/// What a name is found by: from each word that may begin in it on to its end, without blanks.
pub fn name_starts(folded: &str) -> Vec<String> {
    let joined: String = words(folded).collect();
    let (mut starts, mut at, mut before) = (Vec::new(), 0, "");
    for word in words(folded) {
        let within = within(word);
        // What begins with an article is looked for without it; within a name such as `عبد الله` only so.
        if within.is_empty() || !word.starts_with(ARTICLE) || !PARTICLES.contains(&before) {
            starts.push(at);
        }
        starts.extend(within.into_iter().map(|more| at + more));
        (at, before) = (at + word.len(), word);
    }
    let mut found: Vec<String> = Vec::with_capacity(starts.len());
    for start in starts.into_iter().filter_map(|at| joined.get(at..)) {
        if !found.iter().any(|known| known == start) {
            found.push(start.to_owned());
        }
    }
    found
}

/// Where in a word another one may begin, in bytes: behind its article, and behind what it is joined to. Where it is one word after
/// all, as `بنيامين` is, it is found by a little more than it should be.
fn within(word: &str) -> Vec<usize> {
    let letters = |at: usize| word.get(at..).map_or(0, |rest| rest.chars().count());
    if let Some(bare) = bare(word) {
        return vec![word.len() - bare.len()];
    }
    let article = word.match_indices(ARTICLE).map(|(at, article)| (at, at + article.len()));
    let article = article.filter(|(at, behind)| {
        let is_name = letters(*behind) >= LEAST_JOINED || word.get(*behind..) == Some("له");
        word.get(..*at).is_some_and(|before| before.chars().nth(1).is_some()) && is_name
    });
    let prefixes = JOINED.iter().filter(|prefix| word.starts_with(**prefix)).map(|prefix| prefix.len());
    let prefixes = prefixes.filter(|behind| letters(*behind) >= LEAST_JOINED);
    article.map(|(_, behind)| behind).take(1).chain(prefixes).collect()
}

/// What is looked for in a name, word by word: each must begin one of its [starts](name_starts).
pub fn sought_words(folded: &str) -> Vec<String> {
    let all: Vec<&str> = words(folded).collect();
    let (mut sought, mut goes_on): (Vec<String>, bool) = (Vec::new(), false);
    for word in &all {
        match sought.last_mut().filter(|_| goes_on) {
            Some(last) => last.push_str(word),
            // What may be left out in a name is not looked for, unless there is nothing else.
            None if all.len() > 1 && (LINKS.contains(word) || *word == ARTICLE) => continue,
            None => sought.push(bare(word).unwrap_or(word).to_owned()),
        }
        goes_on = PARTICLES.contains(word);
    }
    sought
}

/// Whether a name is what was looked for: word by word in any order, or as it stands with blanks in other places.
pub fn is_found(name: &str, sought: &str) -> bool {
    let starts = name_starts(name);
    let begins = |word: &str| starts.iter().any(|start| start.starts_with(word));
    let joined: String = words(sought).collect();
    let sought = sought_words(sought);
    !joined.is_empty() && (begins(&joined) || (!sought.is_empty() && sought.iter().all(|word| begins(word))))
}

/// A word without its article; none if it has none, or if hardly anything would be left.
fn bare(word: &str) -> Option<&str> {
    word.strip_prefix(ARTICLE).filter(|rest| rest.chars().nth(1).is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::fold;

    fn key(name: &str) -> String {
        name_key(&fold(name))
    }

    fn finds(sought: &str, name: &str) -> bool {
        is_found(&fold(name), &fold(sought))
    }

    #[test]
    fn ways_of_writing_one_name_meet() {
        for ways in [
            &["عبد الله سالم", "عبدالله سالم", "عَبْدُ اللهِ سالِم", "عبـدالله  سالم", "عبد ال له سالم", "عبداللهسالم"][..],
            &["عبد الحق", "عبدالحق", "عَبدُالحَقّ"],
            &["أبو بكر", "ابوبكر", "أبوبكر"],
            &["أبو الفضل", "ابوالفضل"],
            &["أم كلثوم", "امكلثوم", "أمّ كلثوم"],
            &["محمد بن سالم", "محمد ابن سالم", "مُحمّد بن سالم"],
            &["فاطمة بنت محمد", "فاطمه بنت محمد", "فاطمة ابنة محمد"],
            &["تركي آل سعود", "تركي السعود", "تركي ال سعود", "تركي سعود"],
            &["سعاد الحربي", "سعاد حربي", "سُعاد الحربى"],
            &["نور الدين زكي", "نورالدين زكي"],
            &["سالم العبدالله", "سالم العبد الله", "سالم آل عبدالله", "سالم عبدالله", "سالم عبد الله"],
            &["خالد العبدالرحمن", "خالد العبد الرحمن", "خالد عبدالرحمن"],
            &["نور الهدى علي", "نورالهدى علي"],
            &["زين العابدين", "زينالعابدين"],
            &["سيف الإسلام", "سيفالاسلام"],
            &["فهد أبا الخيل", "فهد اباالخيل"],
            &["هبة الله", "هبةالله", "هبه اللة"],
            &["عطا الله", "عطاالله"],
            &["ذو الفقار", "ذوالفقار"],
            &["محمد أمين", "محمدأمين"],
            &["Abdul Rahman Al-Ali", "Abdulrahman Alali", "ABDULRAHMAN AL ALI"],
            &["O'Neil", "Oneil"],
        ] {
            for other in ways {
                assert_eq!(key(other), key(ways[0]), "{other} is {}", ways[0]);
                for name in ways {
                    assert!(finds(other, name), "{other} finds {name}");
                }
            }
        }
        for (one, other) in [
            ("محمد بن سالم", "محمد سالم"),
            ("فاطمة بنت محمد", "فاطمة محمد"),
            ("عبد الرحمن", "عبد رحمن"),
            ("عبدالرحمن", "عبدرحمن"),
            ("نور الدين", "نور دين"),
        ] {
            assert_eq!(key(one), key(other), "{one} is {other}");
        }
        assert!(finds("محمد بن سالم", "محمد سالم") && finds("محمد سالم", "محمد بن سالم"));
        assert!(finds("محمد سالم", "محمد بنسالم") && finds("بنسالم", "محمد بن سالم") && finds("بكر", "ابوبكر"));
        assert!(finds("الدين نور", "نورالدين") && finds("زكي نور الدين", "نورالدين زكي"));
    }

    #[test]
    fn other_people_stay_others() {
        for (one, other) in [
            // A mother or a daughter is no father.
            ("أم محمد", "محمد"),
            ("أبو محمد", "أم محمد"),
            ("بنت محمد", "محمد"),
            ("عبد الله", "عبد الرحمن"),
            ("سالم محمد", "محمد سالم"),
            ("علي", "عالي"),
            ("بندر", "در"),
            ("ابن محمد", "محمد"),
            // What is a link or an article by itself is a part of other names.
            ("لبنى", "ليال"),
            ("لبنى محمد", "ليال محمد"),
            ("لبنى", "ليلى"),
            ("سالم", "سم"),
            ("سالم علي", "سم علي"),
            ("نوال", "نو"),
            ("خالد", "خد"),
            ("جلال", "جل"),
            ("بلال", "بل"),
            ("جمال سعد", "جم سعد"),
            ("محمد بندر", "محمد در"),
            ("سعيد بنان", "سعيد ان"),
            ("محمد بنيامين", "محمد يامين"),
            ("لبن", "ل"),
            ("سعد جبنه", "سعد جه"),
            ("محمد بن سالم", "محمد بنسالم"),
            ("رمالاوي", "رماوي"),
            ("محمد بن", "محمد"),
        ] {
            assert_ne!(key(one), key(other), "{one} is not {other}");
        }
        assert!(!key("ال").is_empty() && !key("بن").is_empty() && key("!?").is_empty());
    }

    #[test]
    fn a_name_is_found_by_the_beginnings_of_its_words() {
        let name = "عبد الرحمن بن سالم آل نهيان الحربي";
        for sought in [
            "ع",
            "عبد",
            "عبدا",
            "عبدال",
            "عبد ا",
            "عبد الر",
            "عبدالرحمن",
            "الرحمن",
            "سالم",
            "بن سالم",
            "بنسالم",
            "سالم عبدالرحمن",
            "حربي سالم",
            "الحربي",
            "الح",
            "ا",
            "ال نهيان",
            "نهي",
            "عبدالرحمن سالم",
            "محمد بن",
            "عبد الرحمن ال",
        ] {
            assert_eq!(finds(sought, name), !sought.contains("محمد"), "{sought}");
        }
        for sought in ["", "!", "رحيم", "عبد سالم", "عبدالسلام", "لم", "سالمعبد"] {
            assert!(!finds(sought, name), "{sought}");
        }
        assert!(finds("بن", "بندر") && finds("ال", "الهام") && finds("اله", "إلهام") && finds("بنيا", "بنيامين"));
    }

    fn name() -> impl Strategy<Value = String> {
        "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]{2,7}"
    }

    fn particle() -> impl Strategy<Value = &'static str> {
        prop_oneof![
            Just("عبد"),
            Just("أبو"),
            Just("أم"),
            Just("ابن"),
            Just("بن"),
            Just("بنت"),
            Just("آل"),
            Just("عبد ال")
        ]
    }

    proptest! {
        #[test]
        fn names_of_one_word_differ_by_more_than_an_article(one in "[ابتدرسعلمني]{1,5}", other in "[ابتدرسعلمني]{1,5}") {
            let said = |name: &str| [name.to_owned(), format!("ال{name}")];
            let may_be = said(&one).iter().any(|way| said(&other).contains(way));
            let joined = |name: &str| BEFORE_ARTICLE.iter().any(|before| name.strip_prefix(before).is_some_and(|rest| rest.starts_with(ARTICLE)))
                || WITH_ARTICLE.iter().any(|end| name.ends_with(end));
            prop_assert!(key(&one) != key(&other) || may_be || joined(&one) || joined(&other), "{} is {}", one, other);
        }

        #[test]
        fn joined_or_apart_is_one_name(first in name(), particle in particle(), second in "[بتثجحخدذرزسشصضطظعغفقكلمنهوي]{3,7}", last in name()) {
            let apart = format!("{first} {particle} {second} {last}");
            let joined = format!("{first} {}{second} {last}", particle.replace(' ', ""));
            // What begins with a link may be a name of its own, such as `بندر`.
            prop_assert!(key(&apart) == key(&joined) || particle.contains("بن"), "{} is {}", apart, joined);
            prop_assert!(finds(&apart, &joined) || joined.contains("بن"));
            prop_assert!(finds(&joined, &apart) && finds(&second, &apart));
        }

        #[test]
        fn a_name_is_found_without_its_blanks(name in "[ابدعلمنتهوي ]{1,30}|\\PC{1,30}") {
            let folded = fold(&name);
            let joined = folded.replace(' ', "");
            prop_assert_eq!(name_key(&folded).is_empty(), joined.is_empty());
            prop_assert!(joined.is_empty() || is_found(&folded, &joined) && is_found(&joined, &folded));
        }

        #[test]
        fn every_name_finds_itself_and_its_words(name in "\\PC{1,40}|[ابدعلمنتهوي ]{1,30}") {
            let folded = fold(&name);
            prop_assume!(!folded.is_empty());
            prop_assert!(is_found(&folded, &folded));
            for word in words(&folded) {
                prop_assert!(is_found(&folded, word) || PARTICLES.iter().any(|before| folded.contains(before)), "{}", word);
            }
        }

        #[test]
        fn a_beginning_finds_as_well(name in name(), last in name(), letters in 1_usize..7) {
            let start: String = name.chars().take(letters).collect();
            let whole = format!("{last} {name}");
            prop_assert!(finds(&start, &whole));
        }
    }
}
