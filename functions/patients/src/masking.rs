//! Phone numbers, numbers of identity cards and e-mail addresses that stand in free texts: a second phone column of a sheet, a
//! note, a name. Members without `patients:contact` see them masked, as they do where such a number has a field of its own.

use std::ops::Range;

use dawr_api::{Authorized, permission::Permission};
use dawr_kernel::text::{PersonName, ascii_digit, is_invisible_mark};

/// Fewer digits are no number by which a person is reached or known.
const FEWEST_DIGITS: usize = 7;

/// An amount has no more digits than these before its point: with more it is a number in a cell that shows it as an amount.
const MOST_OF_AN_AMOUNT: usize = 7;

/// So many signs may stand between two digits of one number.
const MOST_SIGNS: usize = 3;

/// A name as its caller may see it.
pub fn name_for(name: &PersonName, caller: &Authorized) -> PersonName {
    let masked = if caller.may(Permission::PatientContact) { None } else { masked(name.expose()) };
    masked.and_then(|masked| PersonName::parse(&masked).ok()).unwrap_or_else(|| name.clone())
}

/// A free text as its caller may see it.
pub fn text_for(text: &str, caller: &Authorized) -> String {
    let masked = if caller.may(Permission::PatientContact) { None } else { masked(text) };
    masked.unwrap_or_else(|| text.to_owned())
}

/// The name that is meant by somebody who may have seen the stored one masked.
pub fn unmasked_name(said: PersonName, stored: &PersonName) -> PersonName {
    if masked(stored.expose()).as_deref() == Some(said.expose()) { stored.clone() } else { said }
}

/// The text with what it must not show hidden; none if there is nothing of that kind.
pub fn masked(text: &str) -> Option<String> {
    let mut shown: Vec<char> = text.chars().collect();
    let before = shown.clone();
    for number in numbers(&before) {
        let digits: Vec<usize> = number.filter(|at| before.get(*at).copied().is_some_and(is_digit)).collect();
        let hidden = digits.len() - (digits.len() / 2).min(4);
        for at in digits.iter().take(hidden) {
            if let Some(c) = shown.get_mut(*at) {
                *c = '•';
            }
        }
    }
    for address in addresses(&before) {
        for c in shown.get_mut(address).into_iter().flatten().filter(|c| !is_at(**c)) {
            *c = '•';
        }
    }
    (shown != before).then(|| shown.into_iter().collect())
}

fn is_digit(c: char) -> bool {
    ascii_digit(c).is_ascii_digit()
}

const fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠')
}

/// A run of digits without anything in between.
struct Group {
    at: Range<usize>,
    value: Option<u64>,
    /// What stands between it and the group before it.
    sign: Option<char>,
}

/// Where the numbers are by which a person is reached or known: digits of any script, with signs between them.
fn numbers(text: &[char]) -> Vec<Range<usize>> {
    let (mut found, mut run): (Vec<Range<usize>>, Vec<Group>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(start) = text.iter().skip(at).position(|c| is_digit(*c)).map(|more| at + more) {
        let between = run.last().map(|last| text.get(last.at.end..start).unwrap_or_default());
        let visible = between.map(|between| between.iter().copied().filter(|c| !is_invisible_mark(*c)));
        let signs: Option<Vec<char>> = visible.map(Iterator::collect);
        if signs.as_ref().is_some_and(|signs| signs.len() > MOST_SIGNS || signs.iter().any(|c| !is_sign(*c))) {
            found.extend(numbers_of(&std::mem::take(&mut run)));
        }
        let end = text.iter().skip(start).position(|c| !is_digit(*c)).map_or(text.len(), |more| start + more);
        let digits: String = text.get(start..end).unwrap_or_default().iter().map(|c| ascii_digit(*c)).collect();
        let sign = signs.and_then(|signs| signs.first().copied());
        run.push(Group { at: start..end, value: digits.parse().ok(), sign });
        at = end;
    }
    found.extend(numbers_of(&run));
    found
}

fn is_sign(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '\n' | '\r') && !is_at(c)
}

/// What is left of a run without its dates; nothing of an amount.
fn numbers_of(run: &[Group]) -> Vec<Range<usize>> {
    let length = |group: &Group| group.at.len();
    if is_amount(run) {
        return Vec::new();
    }
    let (mut parts, mut part): (Vec<&[Group]>, usize) = (Vec::new(), 0);
    let mut at = 0;
    while at < run.len() {
        if run.get(at..at + 3).is_some_and(is_date) {
            parts.push(run.get(part..at).unwrap_or_default());
            at += 3;
            part = at;
        } else {
            at += 1;
        }
    }
    parts.push(run.get(part..).unwrap_or_default());
    let range = |part: &[Group]| Some(part.first()?.at.start..part.last()?.at.end);
    let is_number = |part: &&[Group]| part.iter().map(length).sum::<usize>() >= FEWEST_DIGITS;
    parts.into_iter().filter(is_number).filter_map(range).collect()
}

/// Whether it is an amount with signs between thousands, `1,500,000.00`.
fn is_amount(run: &[Group]) -> bool {
    let length = |group: &Group| group.at.len();
    let whole = match run {
        [whole @ .., last] if matches!(last.sign, Some('.' | '٫')) && length(last) <= 2 => whole,
        run => run,
    };
    whole.len() > 1
        && whole.iter().map(length).sum::<usize>() <= MOST_OF_AN_AMOUNT
        && whole.iter().skip(1).all(|group| length(group) == 3 && matches!(group.sign, Some(',' | '٬' | '،')))
}

/// A day of either calendar, with its year first or last.
fn is_date(groups: &[Group]) -> bool {
    let [one, month, three] = groups else { return false };
    let signed = month.sign == three.sign && matches!(month.sign, Some('-' | '/' | '.'));
    let value = |group: &Group, lengths: &[usize]| group.value.filter(|_| lengths.contains(&group.at.len()));
    let is = |year: &Group, day: &Group| {
        value(year, &[4]).is_some_and(|year| (1300..=1500).contains(&year) || (1900..=2100).contains(&year))
            && value(month, &[1, 2]).is_some_and(|month| (1..=31).contains(&month))
            && value(day, &[1, 2]).is_some_and(|day| (1..=31).contains(&day))
    };
    signed && (is(one, three) || is(three, one))
}

/// Where the words with an @ between other characters are.
fn addresses(text: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c| c.is_whitespace()) {
        let place = at..at + word.len();
        at = place.end + 1;
        let sign = word.iter().position(|c| is_at(*c));
        if sign.is_some_and(|sign| sign > 0 && sign + 1 < word.len()) {
            found.push(place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_and_addresses_are_hidden_in_any_writing() {
        for (text, shown) in [
            ("0501230015", "••••••0015"),
            ("٠٥٠ ١٢٣ ٠٠١٥", "••• ••• ٠٠١٥"),
            ("+966-50-123-0015 (أم محمد)", "+•••-••-•••-0015 (أم محمد)"),
            ("الأم:0501230015،الأب 00966 559876543", "الأم:••••••0015،الأب ••••• •••••6543"),
            ("050\u{200F}1230015", "•••\u{200F}•••0015"),
            ("050.123.0015", "•••.•••.0015"),
            ("050,123,0015", "•••,•••,0015"),
            ("هوية 1012345678", "هوية ••••••5678"),
            ("A1234567", "A••••567"),
            ("sara@example.com أو 12", "••••@••••••••••• أو 12"),
            ("2026-11-28 0501230015", "2026-11-28 ••••••0015"),
            // Cells that show a number as an amount.
            ("501,230,015", "•••,••0,015"),
            ("501,230,015.00", "•••,•••,•15.00"),
            ("١٬٠١٢٬٣٤٥٬٦٧٨", "•٬•••٬••٥٬٦٧٨"),
            ("966,501,230,015", "•••,•••,••0,015"),
            ("65,123,456", "••,••3,456"),
        ] {
            assert_eq!(masked(text).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in [
            "",
            "بوبا",
            "غرفة 12، الدور 3",
            "2026-11-28 10:30:45",
            "١٤٤٨/٠٣/٠٥",
            "5/3/1990",
            "1,500,000",
            "1,500,000.50",
            "12,500.00",
            "120/80",
            "123456",
            "@dawr",
            "أحمد 12 عامًا",
        ] {
            assert_eq!(masked(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_long_number_is_shown_whole(before in "\\PC{0,20}", number in "[0-9٠-٩]{7,15}", after in "\\PC{0,20}") {
            let text = format!("{before}{number}{after}");
            let shown = masked(&text).unwrap_or(text);
            prop_assert!(!shown.contains(&number));
        }
    }
}
