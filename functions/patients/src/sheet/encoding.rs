//! From the bytes of a text file to its characters.

use encoding_rs::{UTF_8, WINDOWS_1256};
use serde::{Deserialize, Serialize};

use super::SheetError;

/// How the characters of a text file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16 with a byte order mark, as Excel's "Unicode text".
    #[serde(rename = "utf-16")]
    Utf16,
    /// Windows-1256, as Excel's plain CSV on an Arabic Windows.
    #[serde(rename = "windows-1256")]
    Windows1256,
}

/// Decodes a text.
///
/// A few broken characters in UTF-8 become U+FFFD, which is then a fault of their rows and not of the file.
///
/// # Errors
/// `Empty`, or `NotASpreadsheet` for bytes that are no text.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Encoding), SheetError> {
    let (text, encoding) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((mark, length)) => {
            let body = bytes.get(length..).unwrap_or_default();
            let encoding = if mark == UTF_8 { Encoding::Utf8 } else { Encoding::Utf16 };
            (mark.decode_without_bom_handling(body).0.into_owned(), encoding)
        }
        None => unmarked(bytes),
    };
    if text.trim().is_empty() {
        return Err(SheetError::Empty);
    }
    if is_text(&text) && (encoding != Encoding::Windows1256 || is_plausible(&text)) {
        Ok((text, encoding))
    } else {
        Err(SheetError::NotASpreadsheet)
    }
}

fn unmarked(bytes: &[u8]) -> (String, Encoding) {
    match str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), Encoding::Utf8),
        Err(_) if is_broken_utf8(bytes) => (String::from_utf8_lossy(bytes).into_owned(), Encoding::Utf8),
        Err(_) => (WINDOWS_1256.decode_without_bom_handling(bytes).0.into_owned(), Encoding::Windows1256),
    }
}

/// Whether bytes are UTF-8 that was cut or changed in a few places. In Windows-1256 the bytes of a word hardly ever form a
/// character of several bytes, so most of what is not ASCII would be broken.
fn is_broken_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole = whole.saturating_add(chunk.valid().chars().filter(|c| !c.is_ascii()).count());
        broken = broken.saturating_add(usize::from(!chunk.invalid().is_empty()));
    }
    whole >= broken.saturating_mul(4)
}

/// Text has no NUL and hardly any other control character; a stray one is a fault of its row.
fn is_text(text: &str) -> bool {
    const STRAY: usize = 3;
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count();
    let is_rare = controls <= STRAY || controls.saturating_mul(100) <= text.chars().count();
    is_rare && !text.contains('\0')
}

/// Whether what was read as Windows-1256, where every byte means something, looks like words: mostly letters.
fn is_plausible(text: &str) -> bool {
    let is_of_words = |c: char| {
        c.is_alphabetic()
            || ('\u{064B}'..='\u{0652}').contains(&c)
            || matches!(
                c,
                '،' | '؛'
                    | '؟'
                    | 'ـ'
                    | '«'
                    | '»'
                    | '–'
                    | '—'
                    | '‘'
                    | '’'
                    | '“'
                    | '”'
                    | '…'
                    | '\u{A0}'
                    | '\u{200C}'
                    | '\u{200D}'
                    | '\u{200E}'
                    | '\u{200F}'
            )
    };
    let foreign = text.chars().filter(|c| !c.is_ascii());
    let (words, all) = foreign.fold((0_usize, 0_usize), |(words, all), c| {
        (words.saturating_add(usize::from(is_of_words(c))), all.saturating_add(1))
    });
    words.saturating_mul(10) >= all.saturating_mul(9)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "الاسم,الجوال\nسارة القحطاني,0501234567\nپروین گلزار؟,0501234568\n";

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode(TEXT.as_bytes()), Ok((TEXT.into(), Encoding::Utf8)));
        assert_eq!(decode(format!("\u{FEFF}{TEXT}").as_bytes()), Ok((TEXT.into(), Encoding::Utf8)));
        let arabic = TEXT.replace("پروین", "پرويز");
        let (bytes, _, lost) = WINDOWS_1256.encode(&arabic);
        assert!(!lost);
        assert_eq!(decode(&bytes), Ok((arabic, Encoding::Windows1256)));
        for (mark, units) in [
            ([0xFF, 0xFE], TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
            ([0xFE, 0xFF], TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            assert_eq!(decode(&[&mark[..], &units].concat()), Ok((TEXT.into(), Encoding::Utf16)));
        }
    }

    #[test]
    fn a_cut_character_does_not_make_it_another_encoding() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.truncate(bytes.len() - 14);
        bytes.push(0xD8);
        let (text, encoding) = decode(&bytes).unwrap();
        assert_eq!(encoding, Encoding::Utf8);
        assert!(text.starts_with("الاسم") && text.ends_with('\u{FFFD}'));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(decode(b""), Err(SheetError::Empty));
        assert_eq!(decode(b"\xEF\xBB\xBF \r\n"), Err(SheetError::Empty));
        assert_eq!(decode(b"a,b\n\0,c"), Err(SheetError::NotASpreadsheet));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\x01\x02\x03\xFF\xD8"), Err(SheetError::NotASpreadsheet));
        assert_eq!(decode(&(0x80..=0xFF).collect::<Vec<u8>>()), Err(SheetError::NotASpreadsheet));
    }
}
