use proptest::prelude::*;

use super::*;

fn read(written: &str, region: &str) -> Result<String, Invalid> {
    PhoneNumber::parse(written, Region::parse(region).unwrap()).map(|number| number.expose().to_owned())
}

#[test]
fn every_usual_writing_of_a_saudi_number_is_one_number() {
    for written in [
        "٠٥٠١٢٣٤٥٦٧",
        "۰۵۰۱۲۳۴۵۶۷",
        "0501234567",
        "501234567",
        "966501234567",
        "00966501234567",
        "٠٠٩٦٦٥٠١٢٣٤٥٦٧",
        "+9660501234567",
        "\u{202A}+966 50 123 4567\u{202C}",
        "\u{200E}0501234567\u{200F}",
        "\u{2066}+966501234567\u{2069}",
        "+٩٦٦٥٠١٢٣٤٥٦٧",
        "+966-50-123-4567",
        "966 50-123-4567",
        "(050) 1234567",
        "(+966) 50 123 4567",
        "050.123.4567",
        "050–123–4567",
        "050\u{A0}123\u{A0}4567",
        "+00966501234567",
        "00 966 (0) 50 123 4567",
        "501234567.0",
        "966501234567.00",
        "5.01234567E+8",
        "5.01234567e8",
        "9.66501234567E+11",
        "'0501234567",
        "０５０１２３４５６７",
        " 0501234567\t",
    ] {
        assert_eq!(read(written, "SA"), Ok("+966501234567".into()), "{written:?}");
    }
}

#[test]
fn a_line_has_other_forms_where_a_country_changed_them() {
    for (one, other) in [
        ("+5541987654998", "+554187654998"),
        ("+525512345678", "+5215512345678"),
        ("+5491123456789", "+541123456789"),
        ("+2290197000000", "+22997000000"),
    ] {
        let forms = |number: &str| -> Vec<String> {
            let forms = PhoneNumber::from_e164(number).unwrap().other_forms();
            forms.iter().map(|form| form.expose().to_owned()).collect()
        };
        assert_eq!((forms(one), forms(other)), (vec![other.to_owned()], vec![one.to_owned()]));
    }
    for number in ["+966501234567", "+554133334444", "+12125550123"] {
        assert!(PhoneNumber::from_e164(number).unwrap().other_forms().is_empty(), "{number}");
    }
}

#[test]
fn a_region_gives_national_numbers_their_country() {
    for (written, region, number) in [
        ("01012345678", "EG", "+201012345678"),
        ("٠١٠١٢٣٤٥٦٧٨", "EG", "+201012345678"),
        ("0501234567", "AE", "+971501234567"),
        ("55512345", "KW", "+96555512345"),
        ("0112345678", "SA", "+966112345678"),
        ("+201012345678", "SA", "+201012345678"),
        ("00201012345678", "SA", "+201012345678"),
        ("+966501234567", "EG", "+966501234567"),
        ("5.5512345E7", "KW", "+96555512345"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("+52 1 55 1234 5678", "SA", "+525512345678"),
        ("0052 1 55 1234 5678", "SA", "+525512345678"),
        ("+52 55 1234 5678", "SA", "+525512345678"),
    ] {
        assert_eq!(read(written, region), Ok(number.into()), "{written:?} {region}");
    }
}

#[test]
fn what_is_not_one_whole_number_is_refused() {
    use PhoneFault::{NotANumber, NotInUse, Rounded, TooLong, TooShort};
    for (written, fault) in [
        ("05012345", TooShort),
        ("123", TooShort),
        ("911", TooShort),
        ("997", TooShort),
        ("+966", TooShort),
        ("050123456789", TooLong),
        ("+9665012345678901234", TooLong),
        ("0501234567 0559876543", TooLong),
        ("0501234567/0559876543", NotANumber),
        ("0501234567 ext. 5", NotANumber),
        ("0501234567x12", NotANumber),
        ("1-800-FLOWERS", NotANumber),
        ("050123456O", NotANumber),
        ("جوال", NotANumber),
        ("tel:0501234567", NotANumber),
        ("0501234567;ext=3", NotANumber),
        ("050+1234567", NotANumber),
        ("=0501234567", NotANumber),
        ("*#06#", NotANumber),
        ("+", NotANumber),
        ("-", NotANumber),
        ("501234567.5", NotANumber),
        ("5012345.67", NotANumber),
        ("+999501234567", NotInUse),
        ("0001234567", NotInUse),
        ("9.66501E+11", Rounded),
        ("5.01E+08", Rounded),
        ("5.01234567E+20", Rounded),
        ("5.01234567E+2", Rounded),
    ] {
        assert_eq!(read(written, "SA"), Err(Invalid::Phone(fault)), "{written:?}");
    }
    for nothing in ["", "   ", "\u{200F}\u{202A}", "'"] {
        assert_eq!(read(nothing, "SA"), Err(Invalid::Empty), "{nothing:?}");
    }
    assert_eq!(read(&"5".repeat(100), "SA"), Err(Invalid::Phone(TooLong)));
}

#[test]
fn every_region_reads_its_own_example_number() {
    // Also proves that every pattern of the metadata compiles: the library compiles them when they are first used.
    for region in rlibphonenumber::PHONE_NUMBER_UTIL.get_supported_regions() {
        let code = region.to_string();
        let Ok(example) = rlibphonenumber::PHONE_NUMBER_UTIL.get_example_number(region) else {
            continue;
        };
        let e164 = example.format_as(PhoneNumberFormat::E164).into_owned();
        let national = example.format_as(PhoneNumberFormat::National).into_owned();
        assert_eq!(read(&e164, "SA").as_ref(), Ok(&e164), "{code}");
        assert_eq!(read(&e164.replace('+', "00"), "SA").as_ref(), Ok(&e164), "{code}");
        if national.chars().all(|c| !c.is_alphabetic() && c != '/') {
            assert_eq!(read(&national, &code).as_ref(), Ok(&e164), "{code} {national}");
        }
    }
}

#[test]
fn stored_numbers_are_e164_only() {
    assert_eq!(PhoneNumber::from_e164("+966501234567").unwrap().digits(), "966501234567");
    assert_eq!(PhoneNumber::from_digits("966501234567"), PhoneNumber::from_e164("+966501234567"));
    for wrong in [
        "",
        "+",
        "966501234567",
        "+0501234567",
        "+96650123456x",
        "+966 501234567",
        "+123456",
        "+1234567890123456",
        "++966501234567",
    ] {
        assert!(PhoneNumber::from_e164(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn numbers_are_masked() {
    let number = PhoneNumber::from_e164("+966501234567").unwrap();
    assert_eq!(number.masked(), "+966•••••4567");
    assert_eq!(format!("{number:?}"), "PhoneNumber(+966•••••4567)");
    assert_eq!(PhoneNumber::from_e164("+2908123").unwrap().masked(), "+290•••3");
    assert_eq!(PhoneNumber::from_e164("+96555512345").unwrap().masked(), "+965••••2345");
    assert_eq!(format!("{:?}", PhoneInput::parse("0501234567").unwrap()), "PhoneInput(…)");
}

#[test]
fn what_no_mobile_has_is_known_from_the_plan() {
    for (number, mobile) in [
        ("+966501234567", true),
        ("+966112345678", false),
        ("+966138112345", false),
        ("+966920001234", false),
        ("+9668001234567", false),
        ("+97142345678", false),
        ("+971501234567", true),
        ("+20223456789", false),
        ("+201012345678", true),
        // Where the plan does not tell them apart, nobody is warned.
        ("+12125550123", true),
    ] {
        assert_eq!(PhoneNumber::from_e164(number).unwrap().may_be_mobile(), mobile, "{number}");
    }
}

#[test]
fn input_waits_for_its_region() {
    let input: PhoneInput = serde_json::from_str("\"\u{202A}٠٥٠١٢٣٤٥٦٧\u{202C} \"").unwrap();
    assert_eq!(input.expose(), "٠٥٠١٢٣٤٥٦٧");
    assert_eq!(input.resolve(Region::SAUDI_ARABIA), PhoneNumber::from_e164("+966501234567"));
    assert_eq!(PhoneInput::parse(" \u{200F}"), Err(Invalid::Empty));
    assert_eq!(PhoneInput::parse(&"1".repeat(41)), Err(Invalid::TooLong { max: 40 }));
    assert_eq!(PhoneInput::parse("050\n123"), Err(Invalid::InvalidCharacters));
    assert_eq!(PhoneInput::parse("050\u{0}123"), Err(Invalid::InvalidCharacters));
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in any::<String>(), digits in "[+0-9٠-٩ eE.()-]{0,30}") {
        for text in [text, digits] {
            if let Ok(number) = PhoneNumber::parse(&text, Region::SAUDI_ARABIA) {
                prop_assert_eq!(PhoneNumber::from_e164(number.expose()), Ok(number.clone()));
                prop_assert_eq!(PhoneNumber::parse(number.expose(), Region::SAUDI_ARABIA), Ok(number));
            }
        }
    }

    #[test]
    fn separators_and_scripts_never_matter(subscriber in "5[013-689][0-9]{7}", arabic in any::<bool>(), at in 1_usize..9, separator in "[ ()–-]") {
        let expected = format!("+966{subscriber}");
        let mut written = format!("0{subscriber}");
        written.insert_str(at, &separator);
        if arabic {
            written = written
                .chars()
                .map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0x660 + digit)).unwrap_or(c))
                .collect();
        }
        prop_assert_eq!(read(&written, "SA"), Ok(expected));
    }

    #[test]
    fn a_mask_hides_at_least_three_digits(digits in "[1-9][0-9]{6,14}") {
        let number = PhoneNumber::from_digits(&digits).unwrap();
        let masked = number.masked();
        prop_assert!(masked.chars().filter(|&c| c == '•').count() >= 3);
        prop_assert_eq!(masked.chars().count(), digits.len() + 1);
    }
}
