//! What a sign-in came from, in a few words.

/// Browsers by what they alone say, the ones that say also what others do first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The longest name of a program that is no browser.
const LONGEST: usize = 40;

/// Browser and system of a User-Agent (RFC 9110, section 10.1.5): `Chrome, Windows`. Another program is called by its own
/// name. The text is made of known words and plain characters, whatever was sent.
pub fn name(agent: &str) -> String {
    let known =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let own: String = agent.chars().take_while(plain).take(LONGEST).collect();
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_a_short_name() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, expected) in [
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/130.0.0.0 Safari/537.36"),
                "Chrome, Windows",
            ),
            (format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/130.0 Safari/537.36 Edg/130.0"), "Edge, Windows"),
            (format!("Mozilla/5.0 (Linux; Android 14) {webkit} Chrome/130.0 Mobile Safari/537.36"), "Chrome, Android"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1".to_owned(),
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0".to_owned(),
                "Firefox, macOS",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36".to_owned(), "Linux"),
            ("curl/8.9.1".to_owned(), "curl"),
            (String::new(), ""),
            ("<script>alert(1)</script>".to_owned(), ""),
            ("x".repeat(5_000), &"x".repeat(LONGEST)),
        ] {
            assert_eq!(name(&agent), expected, "{agent}");
        }
    }
}
