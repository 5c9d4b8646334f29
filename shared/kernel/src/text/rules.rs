//! Which characters a text may have, and the one form in which it is kept.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::Invalid;

/// Whether a text may have line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// No line break and no tab; a run of blanks, of whatever width, is one space.
    Single,
    /// Line breaks, which become `\n`, and tabs.
    Multi,
}

/// Trims a text and brings it to NFC, or says why it is refused. Lengths count characters of the result.
///
/// Refused are control characters, characters that steer or fake the direction of text, invisible ones but ZWNJ and
/// ZWJ (Persian, Arabic and emoji need them), noncharacters and private use.
///
/// # Errors
/// `Empty`, `InvalidCharacters`, `TooShort` or `TooLong`.
pub fn clean(text: &str, lines: Lines, min: usize, max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if !text.chars().all(|c| is_allowed(c, lines)) {
        return Err(Invalid::InvalidCharacters);
    }
    if !text.chars().any(is_visible) {
        // An optional text is an `Option` in its owner, but a description may well be empty.
        return if min == 0 { Ok(String::new()) } else { Err(Invalid::Empty) };
    }
    let clean: String = match lines {
        Lines::Single => with_single_spaces(text).nfc().collect(),
        Lines::Multi => text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect(),
    };
    let length = clean.chars().count();
    if length < min {
        Err(Invalid::TooShort { min })
    } else if length > max {
        Err(Invalid::TooLong { max })
    } else {
        Ok(clean)
    }
}

/// Whether a character only steers the direction of text or is invisible: what comes along when text is copied from a
/// chat or a web page, and what is used to make one text look like another.
pub const fn is_invisible_mark(c: char) -> bool {
    matches!(
        c,
        '\u{061C}'                 // Arabic letter mark
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
        | '\u{2800}'               // braille blank
        | '\u{180E}'               // Mongolian vowel separator
        | '\u{200B}'               // zero width space
        | '\u{200E}' | '\u{200F}'  // left-to-right and right-to-left mark
        | '\u{202A}'..='\u{202E}'  // embeddings and overrides
        | '\u{2060}'..='\u{206F}'  // word joiner, invisible operators, isolates, deprecated format characters
        | '\u{FEFF}'               // byte order mark
        | '\u{FFF9}'..='\u{FFFB}'  // interlinear annotation
        | '\u{E0000}'..='\u{E007F}' // tags
    )
}

/// The text without its [invisible marks](is_invisible_mark).
pub fn without_invisible_marks(text: &str) -> String {
    text.chars().filter(|&c| !is_invisible_mark(c)).collect()
}

/// The text with one space for each run of blanks: spaces of whatever width, tabs, line breaks. None at its ends.
pub fn with_single_spaces(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Whether a text shows anything at all.
pub fn is_seen(text: &str) -> bool {
    text.chars().any(|c| is_visible(c) && !is_invisible_mark(c) && !c.is_control())
}

/// What the contract says of a text's characters: a pattern that refuses those that [`clean`] refuses, but for what lies
/// beyond the first 65,536 characters, which patterns write in too many ways; and that asks for one to be seen, if any must.
pub fn pattern(lines: Lines, min: usize) -> String {
    const HIDDEN: &str = r"\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff";
    const UNSEEN: &str = r"\s\u00ad\u0300-\u036f\u064b-\u065f\u200c\u200d\ufe0e\ufe0f";
    let control = match lines {
        Lines::Single => r"\u0000-\u001f\u007f-\u009f",
        Lines::Multi => r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f",
    };
    if min == 0 {
        format!("^[^{control}{HIDDEN}]*$")
    } else {
        format!("^[^{control}{HIDDEN}]*[^{control}{HIDDEN}{UNSEEN}][^{control}{HIDDEN}]*$")
    }
}

/// Whether a text of one line may have this character.
pub fn is_plain(c: char) -> bool {
    is_allowed(c, Lines::Single)
}

fn is_allowed(c: char, lines: Lines) -> bool {
    match c {
        '\n' | '\r' | '\t' => lines == Lines::Multi,
        '\u{2028}' | '\u{2029}' => false,
        c => !c.is_control() && !is_invisible_mark(c) && !is_noncharacter(c) && !is_private_use(c),
    }
}

const fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || (c as u32) & 0xFFFE == 0xFFFE
}

const fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFF}' | '\u{100000}'..='\u{10FFFF}')
}

/// Whether a reader sees something: joiners and marks without a letter show nothing.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{00AD}' | '\u{034F}') && !is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, string::string_regex};

    use super::*;

    fn line(text: &str) -> Result<String, Invalid> {
        clean(text, Lines::Single, 1, 10)
    }

    #[test]
    fn text_is_trimmed_and_composed() {
        assert_eq!(line("  محمد \n"), Ok("محمد".into()));
        assert_eq!(line("Jose\u{301}"), Ok("José".into()));
        assert_eq!(line("ا\u{654}حمد"), Ok("أحمد".into()));
        assert_eq!(line("می\u{200C}خواهم"), Ok("می\u{200C}خواهم".into()));
        assert_eq!(line("👩\u{200D}⚕\u{FE0F}"), Ok("👩\u{200D}⚕\u{FE0F}".into()));
    }

    #[test]
    fn runs_of_blanks_are_one_space_in_a_line() {
        for blanks in ["     ", "\u{A0}\u{A0}", "\u{2009}", "\u{3000} \u{202F}\u{205F}\u{1680}", "\u{2000}\u{200A}"] {
            assert_eq!(line(&format!("a{blanks}b{blanks}")), Ok("a b".into()), "{blanks:?}");
        }
        assert_eq!(line(&format!("12345{}67890", " ".repeat(40))), Err(Invalid::TooLong { max: 10 }));
        assert_eq!(line(&format!("12345{}6789", " ".repeat(40))), Ok("12345 6789".into()));
        assert_eq!(with_single_spaces(" a\r\n\t b\u{85}c\u{2028}d "), "a b c d");
        assert_eq!(clean("a     b\n  c", Lines::Multi, 1, 20), Ok("a     b\n  c".into()));
    }

    #[test]
    fn what_shows_nothing_is_not_seen() {
        for nothing in ["", " \u{3000}", "\u{200B}\u{200F}\u{2060}", "\u{200D}\u{AD}", "\u{7}", "\u{2800}\u{3164}"] {
            assert!(!is_seen(nothing), "{nothing:?}");
        }
        assert!(is_seen("\u{200F}م") && is_seen("—") && is_seen("👍"));
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(line("مممممممممم").map(|text| text.chars().count()), Ok(10));
        assert_eq!(line("ممممممممممم"), Err(Invalid::TooLong { max: 10 }));
        assert_eq!(clean("م", Lines::Single, 2, 10), Err(Invalid::TooShort { min: 2 }));
        assert_eq!(clean("  ", Lines::Single, 0, 10), Ok(String::new()));
        for nothing in ["", "  ", "\u{200D}", "\u{3000}\t", "\u{300}"] {
            assert_eq!(line(nothing), Err(Invalid::Empty), "{nothing:?}");
        }
    }

    #[test]
    fn characters_that_hide_or_steer_are_refused() {
        for bad in [
            '\0',
            '\u{7}',
            '\u{1B}',
            '\u{7F}',
            '\u{85}',
            '\u{61C}',
            '\u{200B}',
            '\u{200E}',
            '\u{200F}',
            '\u{202A}',
            '\u{202E}',
            '\u{2028}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{FEFF}',
            '\u{FFFE}',
            '\u{FDD0}',
            '\u{E000}',
            '\u{F8FF}',
            '\u{FFFFF}',
            '\u{10FFFD}',
            '\u{E0041}',
            '\n',
            '\t',
            '\r',
        ] {
            let text = format!("a{bad}b");
            assert_eq!(line(&text), Err(Invalid::InvalidCharacters), "{bad:?}");
        }
    }

    #[test]
    fn several_lines_are_kept_where_wanted() {
        assert_eq!(clean("a\r\nb\rc\td", Lines::Multi, 1, 10), Ok("a\nb\nc\td".into()));
        assert_eq!(clean("a\0b", Lines::Multi, 1, 10), Err(Invalid::InvalidCharacters));
    }

    proptest! {
        #[test]
        fn what_fits_the_pattern_is_accepted(
            line in string_regex(pattern(Lines::Single, 1).trim_matches(['^', '$'])).unwrap(),
            text in string_regex(pattern(Lines::Multi, 0).trim_matches(['^', '$'])).unwrap(),
        ) {
            // What lies beyond is not told by the pattern.
            let told = |text: &str| text.chars().filter(|c| u32::from(*c) < 0x1_0000).collect::<String>();
            prop_assert!(!matches!(clean(&told(&line), Lines::Single, 1, 1000), Err(Invalid::InvalidCharacters)));
            prop_assert!(clean(&told(&text), Lines::Multi, 0, 1000).is_ok());
        }

        #[test]
        fn what_is_accepted_is_accepted_unchanged_again(text in any::<String>()) {
            for lines in [Lines::Single, Lines::Multi] {
                if let Ok(clean_text) = clean(&text, lines, 1, 1000) {
                    prop_assert_eq!(clean(&clean_text, lines, 1, 1000), Ok(clean_text));
                }
            }
        }
    }
}
