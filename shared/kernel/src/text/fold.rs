//! The form in which texts are compared in a search.

use unicode_normalization::UnicodeNormalization;

/// Folds what people write in different ways into one: Arabic letter forms, vowel marks, tatweel, Persian and Urdu
/// letters, digits of other scripts, Latin case and accents, punctuation and spaces.
///
/// The result holds lower-case letters and ASCII digits, with one space between words and none around them.
/// Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    // Decomposition splits hamza, madda and accents off their letters; they are dropped as marks then.
    for c in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        match fold_char(c) {
            Folded::Char(c) => {
                if gap && !folded.is_empty() {
                    folded.push(' ');
                }
                gap = false;
                folded.push(c);
            }
            Folded::Gap => gap = true,
            Folded::Nothing => {}
        }
    }
    // What was dropped may have stood between marks: the ones that meet now have an order of their own.
    folded.nfkd().collect()
}

/// The words of a [folded](fold) text.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

enum Folded {
    Char(char),
    Gap,
    Nothing,
}

fn fold_char(c: char) -> Folded {
    match super::ascii_digit(c) {
        'ٱ' | 'ٲ' | 'ٳ' => Folded::Char('ا'),
        'ى' | 'ی' | 'ے' | 'ې' => Folded::Char('ي'),
        'ک' => Folded::Char('ك'),
        'ة' | 'ہ' | 'ھ' | 'ە' | 'ۃ' => Folded::Char('ه'),
        '\u{0640}' // tatweel
        | '\u{0300}'..='\u{036F}' // accents
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}'
        | '\u{0897}'..='\u{089F}' | '\u{08CA}'..='\u{08FF}' // Arabic vowels and recitation marks
        | '\u{200C}' | '\u{200D}' | '\u{00AD}' => Folded::Nothing,
        c if super::is_invisible_mark(c) => Folded::Nothing,
        c if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Folded::Char(c),
        _ => Folded::Gap,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn arabic_ways_of_writing_meet() {
        for (written, folded) in [
            ("أحمد", "احمد"),
            ("إبراهيم", "ابراهيم"),
            ("آمنة", "امنه"),
            ("ٱلرَّحْمٰن", "الرحمن"),
            ("مصطفى", "مصطفي"),
            ("فاطمة", "فاطمه"),
            ("مؤمن", "مومن"),
            ("عائشة", "عايشه"),
            ("محـــمّد", "محمد"),
            ("علی کریم", "علي كريم"),
            ("مُحَمَّدٌ  عَبْدُ-اللّه", "محمد عبد الله"),
            ("ﻣﺤﻤﺪ ﷲ", "محمد الله"),
            ("ملف ٠١٢ ۳۴۵", "ملف 012 345"),
            ("\u{200F}سارة\u{202C} ", "ساره"),
            ("می\u{200C}خواهم", "ميخواهم"),
            ("بهاء", "بهاء"),
            ("ේﹱ\u{10A39}", &fold("ේ\u{10A39}")),
        ] {
            assert_eq!(fold(written), folded);
        }
    }

    #[test]
    fn latin_ways_of_writing_meet() {
        for (written, folded) in [
            ("JOSÉ  Ñandú", "jose nandu"),
            ("O'Neil-Smith, Jr.", "o neil smith jr"),
            ("İstanbul", "istanbul"),
            ("ＡＢＣ１２", "abc12"),
            ("  ", ""),
            ("!?", ""),
        ] {
            assert_eq!(fold(written), folded);
        }
        assert_eq!(words(&fold(" Sara  Al-Ali ")).collect::<Vec<_>>(), ["sara", "al", "ali"]);
        assert_eq!(words("").count(), 0);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*|[\u{600}-\u{6FF}\u{8A0}-\u{8FF}\u{FB50}-\u{FEFF} ]*|.*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folded_text_is_words_with_single_spaces(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert!(!folded.starts_with(' ') && !folded.ends_with(' ') && !folded.contains("  "));
            let rejoined = words(&folded).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(rejoined, folded);
        }

        #[test]
        fn marks_and_tatweel_never_matter(name in "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]{1,12}", at in 0_usize..12, mark in "[\u{64B}-\u{652}\u{640}\u{670}]") {
            let marked: String = name
                .chars()
                .enumerate()
                .flat_map(|(index, c)| if index == at { format!("{c}{mark}") } else { c.to_string() }.chars().collect::<Vec<_>>())
                .collect();
            prop_assert_eq!(fold(&marked), name);
        }

        #[test]
        fn words_of_a_folded_text_are_never_more_than_its_parts(parts in proptest::collection::vec("[a-zA-Zأ-ي0-9]{0,6}", 0..6)) {
            let folded = fold(&parts.join(" "));
            prop_assert!(words(&folded).count() <= parts.len());
        }
    }
}
