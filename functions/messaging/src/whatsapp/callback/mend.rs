//! A body with strings that no strict reader takes, made readable: what is wrong in one event must not refuse its neighbours.

use std::{borrow::Cow, iter::Peekable, str::Chars};

/// What stands for a character that is none.
const LOST: &str = "\\ufffd";

/// The bytes as JSON text in which every string can be read: bytes that are no UTF-8, halves of surrogate pairs, escapes that
/// there are none of and raw control characters are replaced. What is no JSON for another reason stays so.
pub fn mend(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    let suspicious = |byte: u8| byte == b'\\' || byte < b' ';
    if text.bytes().any(suspicious) { Cow::Owned(mend_strings(&text)) } else { text }
}

fn mend_strings(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut is_string = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                is_string = !is_string;
                mended.push(c);
            }
            '\\' if is_string => mend_escape(&mut chars, &mut mended),
            c if is_string && c < ' ' => mended.push(' '),
            c => mended.push(c),
        }
    }
    mended
}

/// What follows a backslash.
fn mend_escape(chars: &mut Peekable<Chars<'_>>, mended: &mut String) {
    match chars.peek().copied() {
        Some('u') => {
            chars.next();
            mend_unit(chars, mended);
        }
        Some(known @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {
            chars.next();
            mended.push('\\');
            mended.push(known);
        }
        // There is no such escape: the character stands for itself.
        _ => {}
    }
}

/// What follows `\u`: one unit of UTF-16, or the first one of a pair.
fn mend_unit(chars: &mut Peekable<Chars<'_>>, mended: &mut String) {
    let Some((unit, after)) = unit(chars.clone()) else { return mended.push_str(LOST) };
    *chars = after;
    match unit {
        0xD800..=0xDBFF => match pair(chars.clone()) {
            Some((second, after)) => {
                *chars = after;
                mended.push_str(&format!("\\u{unit:04x}\\u{second:04x}"));
            }
            None => mended.push_str(LOST),
        },
        0xDC00..=0xDFFF => mended.push_str(LOST),
        unit => mended.push_str(&format!("\\u{unit:04x}")),
    }
}

/// Four hexadecimal digits, and what is behind them.
fn unit(mut chars: Peekable<Chars<'_>>) -> Option<(u16, Peekable<Chars<'_>>)> {
    let mut unit = 0_u32;
    for _ in 0..4 {
        unit = unit * 16 + chars.next()?.to_digit(16)?;
    }
    Some((u16::try_from(unit).ok()?, chars))
}

/// The second unit of a pair, and what is behind it.
fn pair(mut chars: Peekable<Chars<'_>>) -> Option<(u16, Peekable<Chars<'_>>)> {
    if chars.next() != Some('\\') || chars.next() != Some('u') {
        return None;
    }
    unit(chars).filter(|(second, _)| (0xDC00..=0xDFFF).contains(second))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn read(bytes: &[u8]) -> Value {
        serde_json::from_str(&mend(bytes)).unwrap()
    }

    #[test]
    fn what_no_string_may_have_is_replaced_and_all_else_stays() {
        for (bytes, text) in [
            (br#""a\ud83d""#.as_slice(), "a\u{FFFD}"),
            (br#""\ude00a""#, "\u{FFFD}a"),
            (br#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
            (br#""\ud83dA""#, "\u{FFFD}A"),
            (br#""\u12""#, "\u{FFFD}12"),
            (br#""\x\q""#, "xq"),
            (b"\"a\xFFb\"", "a\u{FFFD}b"),
            (b"\"a\nb\x00c\"", "a b c"),
            (br#""\ud83d\ude00 \u062f \/ \" \\ \n""#, "😀 د / \" \\ \n"),
        ] {
            assert_eq!(read(bytes), json!(text));
        }
    }

    #[test]
    fn a_string_that_does_not_end_stays_broken() {
        for broken in ["\"\\", "\"\\u", "\"\\\"", "{\"a\": \"\\ud83d"] {
            assert!(serde_json::from_str::<Value>(&mend(broken.as_bytes())).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn what_can_be_read_reads_the_same(text in any::<String>(), key in any::<String>()) {
            let value = json!({ key: [text, null, 1.5] });
            prop_assert_eq!(read(value.to_string().as_bytes()), value);
        }

        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = mend(&bytes);
        }
    }
}
