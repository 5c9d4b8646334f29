//! How a number format shows a number: ECMA-376 part 1, section 18.8.31. A format that is not understood, and one that would
//! hide digits behind an exponent, leaves the number as it is; a date then has its day year first.

/// The format of a cell that has none.
pub(super) const GENERAL: &str = "General";

/// The days before the first of January 1970 that Excel counts.
const UNIX_EPOCH: i64 = 25_569;

const DAY_MILLISECONDS: f64 = 86_400_000.0;

/// The last day that Excel knows, 31 December 9999.
const LAST_DAY: f64 = 2_958_466.0;

/// A number as a cell of this format shows it.
pub(super) fn shown(number: f64, code: &str) -> String {
    Sections::of(code).and_then(|sections| sections.show(number)).unwrap_or_else(|| plain(number))
}

/// The same where it is known to be a time.
pub(super) fn shown_date(number: f64, code: &str) -> String {
    if !(0.0..LAST_DAY).contains(&number) {
        return plain(number);
    }
    let sections = Sections::of(code).filter(Sections::tells_time);
    sections.and_then(|sections| sections.show(number)).unwrap_or_else(|| canonical(number))
}

/// Whether a format shows a day, and no span of time; none where it tells no time at all.
pub(super) fn tells_day(code: &str) -> Option<bool> {
    let sections = Sections::of(code).filter(Sections::tells_time)?;
    Some(sections.0.iter().any(Section::tells_day))
}

/// A number without exponent, and without a fraction where it is whole.
fn plain(number: f64) -> String {
    // `Display` of a float never writes an exponent; `-0` is the one whole number that it writes oddly.
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// A time with its day year first; a time of day alone without one.
fn canonical(number: f64) -> String {
    let has_time = milliseconds(number) % 86_400_000 != 0;
    let code = match (number < 1.0, has_time) {
        (true, _) => "hh:mm",
        (false, true) => "yyyy-mm-dd hh:mm:ss",
        (false, false) => "yyyy-mm-dd",
    };
    Sections::of(code).and_then(|sections| sections.show(number)).unwrap_or_else(|| plain(number))
}

/// The day and time of an ISO 8601 text as Excel counts them.
pub(super) fn serial_of(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('Z');
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, time),
        None if text.contains(':') => ("", text.trim_start_matches('T')),
        None => (text, ""),
    };
    let days = if day.is_empty() {
        0.0
    } else {
        let day: jiff::civil::Date = day.parse().ok()?;
        let since = day.since(jiff::civil::date(1970, 1, 1)).ok()?.get_days();
        let serial = i64::from(since).checked_add(UNIX_EPOCH)?;
        // Excel counts a 29th of February 1900.
        f64::from(i32::try_from(if serial < 61 { serial.saturating_sub(1) } else { serial }).ok()?)
    };
    let time: jiff::civil::Time = if time.is_empty() { jiff::civil::Time::midnight() } else { time.parse().ok()? };
    let (hour, minute, second) = (f64::from(time.hour()), f64::from(time.minute()), f64::from(time.second()));
    let milliseconds = f64::from(time.subsec_nanosecond()) / 1e6;
    Some(days + (hour * 3_600_000.0 + minute * 60_000.0 + second * 1_000.0 + milliseconds) / DAY_MILLISECONDS)
}

fn milliseconds(number: f64) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "in the range of Excel's days")]
    let milliseconds = (number * DAY_MILLISECONDS).round() as i64;
    milliseconds
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    General,
    /// So many of y, m, d, h or s.
    Time(char, usize),
    /// So many of h, m or s in brackets: all of them, not only up to the next greater unit.
    Elapsed(char, usize),
    HalfDay,
    /// So many digits of a second.
    Fraction(usize),
}

/// When a section counts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Condition {
    less: bool,
    equal: bool,
    greater: bool,
    than: f64,
}

impl Condition {
    fn holds(self, number: f64) -> bool {
        (self.less && number < self.than)
            || (self.greater && number > self.than)
            || (self.equal && (number - self.than).abs() < f64::EPSILON)
    }
}

/// A part of a format between semicolons.
#[derive(Debug, Default)]
struct Section {
    pieces: Vec<Piece>,
    condition: Option<Condition>,
    is_arabic: bool,
}

struct Sections(Vec<Section>);

impl Sections {
    /// Reads a format; none where something in it is not understood.
    fn of(code: &str) -> Option<Self> {
        let mut sections = vec![Section::default()];
        let mut rest = code.chars().peekable();
        while let Some(c) = rest.next() {
            if c == ';' {
                sections.push(Section::default());
                continue;
            }
            let section = sections.last_mut()?;
            let pieces = &mut section.pieces;
            let mut run = |c: char| {
                let mut count = 1_usize;
                while rest.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                    count = count.saturating_add(1);
                }
                count
            };
            match c {
                '"' => {
                    let text: String = rest.by_ref().take_while(|c| *c != '"').collect();
                    pieces.push(Piece::Text(text));
                }
                '\\' => pieces.push(Piece::Text(rest.next()?.to_string())),
                '_' => {
                    rest.next()?;
                    pieces.push(Piece::Text(" ".to_owned()));
                }
                '*' => {
                    rest.next()?;
                }
                '[' => {
                    let inside: String = rest.by_ref().take_while(|c| *c != ']').collect();
                    section.bracket(&inside)?;
                }
                '0' | '#' | '?' => {
                    // A fraction of a second stands behind its point.
                    let after_seconds =
                        matches!(pieces.as_slice(), [.., Piece::Time('s', _) | Piece::Elapsed('s', _), Piece::Point]);
                    if c == '0' && after_seconds {
                        let count = run('0');
                        pieces.pop();
                        pieces.push(Piece::Fraction(count));
                    } else {
                        pieces.push(Piece::Digit(c));
                    }
                }
                '.' => pieces.push(Piece::Point),
                ',' => pieces.push(Piece::Comma),
                '%' => pieces.push(Piece::Percent),
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                    let count = run(c);
                    pieces.push(Piece::Time(c.to_ascii_lowercase(), count));
                }
                'A' | 'a' => {
                    let word: String = std::iter::once(c).chain(rest.clone()).take(5).collect();
                    let length = if word.eq_ignore_ascii_case("AM/PM") {
                        5
                    } else if word.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("A/P")) {
                        3
                    } else {
                        return None;
                    };
                    rest.by_ref().take(length - 1).for_each(drop);
                    pieces.push(Piece::HalfDay);
                }
                'G' | 'g' => {
                    let word: String = rest.clone().take(6).collect();
                    if !word.eq_ignore_ascii_case("eneral") {
                        return None;
                    }
                    rest.by_ref().take(6).for_each(drop);
                    pieces.push(Piece::General);
                }
                '@' => pieces.push(Piece::General),
                // An exponent hides digits, a fraction rounds them, and eras are not ours.
                'E' | 'e' | 'b' | 'B' | 'n' | 'N' => return None,
                '/' if pieces.iter().any(|piece| matches!(piece, Piece::Digit(_))) => return None,
                c => pieces.push(Piece::Text(c.to_string())),
            }
        }
        Some(Self(sections))
    }

    fn tells_time(&self) -> bool {
        self.0.iter().any(Section::tells_time)
    }

    fn show(&self, number: f64) -> Option<String> {
        let (section, signed) = self.section(number)?;
        if section.tells_time() {
            return section.time(number);
        }
        section.number(number, signed)
    }

    /// The section that counts for a number, and whether it has to write the sign itself.
    fn section(&self, number: f64) -> Option<(&Section, bool)> {
        let sections = self.0.as_slice();
        if sections.iter().any(|section| section.condition.is_some()) {
            let numbers = sections.iter().take(3);
            let found =
                numbers.into_iter().find(|section| section.condition.is_none_or(|condition| condition.holds(number)));
            return found.map(|section| (section, number < 0.0));
        }
        match sections {
            [only] => Some((only, number < 0.0)),
            [_, negative, ..] if number < 0.0 => Some((negative, false)),
            [_, _, zero, ..] if number == 0.0 => Some((zero, false)),
            [positive, ..] => Some((positive, false)),
            [] => None,
        }
    }
}

impl Section {
    /// What stands in brackets: a colour, a condition, a currency with a language, or hours beyond a day.
    fn bracket(&mut self, inside: &str) -> Option<()> {
        let lower = inside.to_ascii_lowercase();
        if let Some(currency) = inside.strip_prefix('$') {
            let (sign, locale) = currency.split_once('-').unwrap_or((currency, ""));
            let locale = u32::from_str_radix(locale, 16).unwrap_or_default();
            // The calendars of the Hijra are named in the second byte (0x06, 0x17).
            if matches!((locale >> 16) & 0xFF, 0x06 | 0x17) {
                return None;
            }
            self.is_arabic |= locale & 0x3FF == 0x01;
            if !sign.is_empty() {
                self.pieces.push(Piece::Text(sign.to_owned()));
            }
            return Some(());
        }
        if let Some(unit) =
            ['h', 'm', 's'].into_iter().find(|unit| !lower.is_empty() && lower.chars().all(|c| c == *unit))
        {
            self.pieces.push(Piece::Elapsed(unit, lower.len()));
            return Some(());
        }
        if inside.starts_with(['<', '>', '=']) {
            let signs = inside.len() - inside.trim_start_matches(['<', '>', '=']).len();
            let (signs, than) = inside.split_at(signs);
            let (less, equal, greater) = match signs {
                "<" => (true, false, false),
                "<=" => (true, true, false),
                ">" => (false, false, true),
                ">=" => (false, true, true),
                "=" => (false, true, false),
                "<>" => (true, false, true),
                _ => return None,
            };
            self.condition = Some(Condition { less, equal, greater, than: than.parse().ok()? });
        }
        Some(())
    }

    fn tells_time(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Time(..) | Piece::Elapsed(..)))
    }

    fn tells_day(&self) -> bool {
        let is_of_day = |(at, piece): (usize, &Piece)| match piece {
            Piece::Time('m', count) => *count > 2 || !self.is_minute(at),
            Piece::Time(unit, _) => matches!(unit, 'y' | 'd'),
            _ => false,
        };
        self.pieces.iter().enumerate().any(is_of_day)
    }

    fn number(&self, number: f64, signed: bool) -> Option<String> {
        let pieces = self.pieces.as_slice();
        let point = pieces.iter().position(|piece| *piece == Piece::Point).unwrap_or(pieces.len());
        let is_digit = |piece: &&Piece| matches!(piece, Piece::Digit(_));
        let whole_digits = pieces.iter().take(point).filter(is_digit).count();
        let decimals = pieces.iter().skip(point).filter(is_digit).count();
        let last = pieces.iter().take(point).rposition(|piece| matches!(piece, Piece::Digit(_)));
        let commas =
            |from: usize, to: usize| pieces.iter().take(to).skip(from).filter(|piece| **piece == Piece::Comma).count();
        // Each comma behind the last digit before the point, also one at the end, leaves out thousands.
        let scaled_by = last.map_or(0, |last| commas(last, pieces.len()));
        let first = pieces.iter().position(|piece| matches!(piece, Piece::Digit(_))).unwrap_or_default();
        let grouped = last.is_some_and(|last| commas(first, last) > 0);
        let percents = pieces.iter().filter(|piece| **piece == Piece::Percent).count();
        let scale = 100_f64.powi(i32::try_from(percents).ok()?) / 1000_f64.powi(i32::try_from(scaled_by).ok()?);
        let (whole, fraction) = digits(number.abs() * scale, decimals)?;
        let is_nothing = whole.is_empty() && fraction.bytes().all(|digit| digit == b'0');

        let mut text = String::new();
        if signed && !(is_nothing && whole_digits > 0) {
            text.push('-');
        }
        let (mut left, mut seen) = (whole_digits, 0_usize);
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Digit(sign) if at < point => {
                    // What is more than the places there are stands at the first of them.
                    let from = if left == whole_digits { whole.len().max(left) } else { left };
                    for place in (left..=from).rev() {
                        let digit = whole.len().checked_sub(place).and_then(|at| whole.get(at..=at));
                        let digit = digit.or_else(|| (*sign == '0' && place == left).then_some("0"));
                        if let Some(digit) = digit {
                            text.push_str(digit);
                            if grouped && place > 1 && (place - 1) % 3 == 0 {
                                text.push(',');
                            }
                        }
                    }
                    left = left.saturating_sub(1);
                }
                Piece::Digit(sign) => {
                    let rest = fraction.get(seen..).unwrap_or_default();
                    if *sign == '0' || rest.bytes().any(|digit| digit != b'0') {
                        text.push_str(rest.get(..1).unwrap_or_default());
                    }
                    seen = seen.saturating_add(1);
                }
                Piece::Point => text.push('.'),
                Piece::Percent => text.push('%'),
                Piece::General => text.push_str(&plain(number.abs())),
                Piece::Text(words) => text.push_str(words),
                Piece::Comma | Piece::Time(..) | Piece::Elapsed(..) | Piece::HalfDay | Piece::Fraction(_) => {}
            }
        }
        Some(text.trim().to_owned())
    }

    fn time(&self, number: f64) -> Option<String> {
        if !(0.0..LAST_DAY).contains(&number) {
            return None;
        }
        let exact = self.pieces.iter().any(|piece| matches!(piece, Piece::Fraction(_)));
        let seconds = self.pieces.iter().any(|piece| matches!(piece, Piece::Time('s', _) | Piece::Elapsed('s', _)));
        let mut all = milliseconds(number);
        if seconds && !exact {
            all = all.saturating_add(500) / 1_000 * 1_000;
        }
        let (day, rest) = (all / 86_400_000, all % 86_400_000);
        let clock = Clock {
            date: date(day),
            day,
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1_000 % 60,
            millisecond: rest % 1_000,
            all,
        };
        let half = self.pieces.contains(&Piece::HalfDay);
        let mut text = String::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Time('m', count) if *count <= 2 && self.is_minute(at) => {
                    text.push_str(&padded(clock.minute, *count))
                }
                Piece::Time(unit, count) => text.push_str(&clock.part(*unit, *count, half, self.is_arabic)),
                Piece::Elapsed(unit, count) => text.push_str(&clock.elapsed(*unit, *count)),
                Piece::HalfDay => text.push_str(match (clock.hour < 12, self.is_arabic) {
                    (true, true) => "ص",
                    (false, true) => "م",
                    (true, false) => "AM",
                    (false, false) => "PM",
                }),
                Piece::Fraction(count) => {
                    let digits = format!("{:03}", clock.millisecond);
                    text.push('.');
                    text.push_str(digits.get(..(*count).min(3)).unwrap_or_default());
                }
                Piece::Text(words) => text.push_str(words),
                Piece::Point => text.push('.'),
                Piece::Comma => text.push(','),
                Piece::Percent => text.push('%'),
                Piece::Digit(_) | Piece::General => return None,
            }
        }
        Some(text.trim().to_owned())
    }

    /// Whether an m is a minute: after an hour, or before a second.
    fn is_minute(&self, at: usize) -> bool {
        let unit = |piece: &Piece| match piece {
            Piece::Time(unit, _) | Piece::Elapsed(unit, _) => Some(*unit),
            _ => None,
        };
        let before = self.pieces.iter().take(at).rev().find_map(unit);
        let after = self.pieces.iter().skip(at.saturating_add(1)).find_map(unit);
        before == Some('h') || after == Some('s')
    }
}

/// The digits of a number before and behind its point, rounded; none of one that is too great.
fn digits(number: f64, decimals: usize) -> Option<(String, String)> {
    let scaled = number * 10_f64.powi(i32::try_from(decimals).ok()?);
    if !scaled.is_finite() || scaled >= 1e18 || decimals > 15 {
        return None;
    }
    // 1.005 is stored a little below: what people typed is rounded, as spreadsheets do.
    let nudged = if scaled.fract() == 0.0 { scaled } else { scaled * (1.0 + 2.0 * f64::EPSILON) };
    let all = format!("{:0>width$}", format!("{:.0}", nudged.round()), width = decimals.saturating_add(1));
    let (whole, fraction) = all.split_at(all.len().saturating_sub(decimals));
    Some((whole.trim_start_matches('0').to_owned(), fraction.to_owned()))
}

fn padded(number: i64, count: usize) -> String {
    format!("{number:0>count$}")
}

/// A year, a month and a day, as Excel counts: with a day 0 and a 29th of February in 1900.
fn date(day: i64) -> (i64, usize, i64, usize) {
    let weekday = usize::try_from((day + 6) % 7).unwrap_or_default();
    match day {
        0 => (1900, 1, 0, weekday),
        60 => (1900, 2, 29, weekday),
        _ => {
            let since = if day < 60 { day - UNIX_EPOCH + 1 } else { day - UNIX_EPOCH };
            let span = jiff::Span::new().try_days(since).unwrap_or_default();
            let date = jiff::civil::date(1970, 1, 1).checked_add(span).unwrap_or_default();
            (i64::from(date.year()), usize::try_from(date.month()).unwrap_or(1), i64::from(date.day()), weekday)
        }
    }
}

/// A time in its parts.
struct Clock {
    date: (i64, usize, i64, usize),
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    all: i64,
}

impl Clock {
    fn part(&self, unit: char, count: usize, half: bool, is_arabic: bool) -> String {
        let (year, month, day, weekday) = self.date;
        let name = |names: [&[&str]; 2], at: usize| {
            let [english, arabic] = names;
            let names = if is_arabic { arabic } else { english };
            (*names.get(at).unwrap_or(&"")).to_owned()
        };
        let short = |text: String| if is_arabic { text } else { text.chars().take(3).collect() };
        match (unit, count) {
            ('y', 1 | 2) => padded(year % 100, 2),
            ('y', _) => padded(year, 4),
            ('m', 1 | 2) => padded(i64::try_from(month).unwrap_or(1), count),
            ('m', 3) => short(name(MONTHS, month.saturating_sub(1))),
            ('m', 5) => name(MONTHS, month.saturating_sub(1)).chars().take(1).collect(),
            ('m', _) => name(MONTHS, month.saturating_sub(1)),
            ('d', 1 | 2) => padded(day, count),
            ('d', 3) => short(name(DAYS, weekday)),
            ('d', _) => name(DAYS, weekday),
            ('h', _) => {
                let hour = if half { (self.hour + 11) % 12 + 1 } else { self.hour };
                padded(hour, count.min(2))
            }
            _ => padded(self.second, count.min(2)),
        }
    }

    fn elapsed(&self, unit: char, count: usize) -> String {
        let number = match unit {
            'h' => self.day * 24 + self.hour,
            'm' => self.all / 60_000,
            _ => self.all / 1_000,
        };
        padded(number, count)
    }
}

const MONTHS: [&[&str]; 2] = [
    &[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    &["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
];

/// From Sunday on.
const DAYS: [&[&str]; 2] = [
    &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    &["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_their_format_says() {
        for (number, code, wanted) in [
            (123.0, "00000", "00123"),
            (1_234_567.5, "#,##0.00", "1,234,567.50"),
            (0.0, "#,##0", "0"),
            (12.0, "#,##0", "12"),
            (0.375, "0%", "38%"),
            (0.375, "0.0%", "37.5%"),
            (501_234_567.0, "0", "501234567"),
            (501_234_567.0, "0000000000", "0501234567"),
            (501_234_567.0, "000-000-0000", "050-123-4567"),
            (501_234_567.0, "[<=9999999]###-####;(000) 000-0000", "(050) 123-4567"),
            (5_551_234.0, "[<=9999999]###-####;(000) 000-0000", "555-1234"),
            (-5.0, "0.00;(0.00)", "(5.00)"),
            (-5.0, "0.00", "-5.00"),
            (0.0, "0;-0;\"لا شيء\"", "لا شيء"),
            (1.005, "0.00", "1.01"),
            (2.5, "0", "3"),
            (1.5, "0.0##", "1.5"),
            (1500.0, "0.0,", "1.5"),
            (250.0, "[$SAR-401] #,##0.00", "SAR 250.00"),
            (250.0, "#,##0.00\\ \"ر.س\"", "250.00 ر.س"),
            (7.0, "\"F-\"0000", "F-0007"),
            (966_501_234_568.0, "General", "966501234568"),
            (5.01e8, "0.00E+00", "501000000"),
            (0.5, "# ?/?", "0.5"),
            (1e15, "General", "1000000000000000"),
            (12.0, "[Red]0", "12"),
        ] {
            assert_eq!(shown(number, code), wanted, "{number} {code}");
        }
    }

    #[test]
    fn times_look_as_their_format_says() {
        for (number, code, wanted) in [
            (0.4375, "h:mm", "10:30"),
            (0.4375, "hh:mm:ss", "10:30:00"),
            (0.9375, "h:mm AM/PM", "10:30 PM"),
            (0.9375, "[$-401]h:mm AM/PM", "10:30 م"),
            (0.0, "h:mm", "0:00"),
            (0.0, "h:mm AM/PM", "12:00 AM"),
            (0.03125, "h:mm", "0:45"),
            (0.03125, "[h]:mm", "0:45"),
            (1.25, "[h]:mm:ss", "30:00:00"),
            (0.03125, "[mm]:ss", "45:00"),
            (33_010.0, "yyyy-mm-dd", "1990-05-17"),
            (33_010.0, "d/m/yyyy", "17/5/1990"),
            (33_010.0, "dd/mm/yy", "17/05/90"),
            (33_010.0, "[$-401]d mmmm yyyy", "17 مايو 1990"),
            (33_010.0, "ddd d mmm yyyy", "Thu 17 May 1990"),
            (33_010.75, "yyyy-mm-dd hh:mm", "1990-05-17 18:00"),
            (33_010.416_666_666_6, "d/m/yyyy h:mm", "17/5/1990 10:00"),
            (60.0, "yyyy-mm-dd", "1900-02-29"),
            (59.0, "yyyy-mm-dd", "1900-02-28"),
            (61.0, "yyyy-mm-dd", "1900-03-01"),
            (0.5 / 86_400.0, "ss.000", "00.500"),
        ] {
            assert_eq!(shown_date(number, code), wanted, "{number} {code}");
        }
        assert_eq!(shown_date(33_010.0, "[$-1170401]B2d/mm/yyyy"), "1990-05-17");
        assert_eq!(shown_date(33_010.5, "General"), "1990-05-17 12:00:00");
    }

    #[test]
    fn one_instant_has_one_spelling() {
        for (text, number) in
            [("1990-05-17", 33_010.0), ("1990-05-17T18:00:00", 33_010.75), ("T10:30:00", 0.4375), ("10:30:00", 0.4375)]
        {
            assert_eq!(serial_of(text), Some(number), "{text}");
        }
        assert_eq!(serial_of("soon"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_format_panics(number in proptest::num::f64::ANY, code in "[0#?.,%;yYmdhsAMPG@\\[\\]\"\\\\/ $<>=E*_:-]{0,14}") {
            let _ = (shown(number, &code), shown_date(number, &code));
        }
    }
}
