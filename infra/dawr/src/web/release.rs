//! A version of the web app on its way into the bucket: its files in the order in which they are put there, and what may leave.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::files::{ASSETS, FORMS, INDEX, cache, is_plain, is_text, kind};

/// A file, in one of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) file: PathBuf,
    /// The path of this form: `/assets/app-1a2b.js.br`.
    pub(super) path: String,
    pub(super) kind: &'static str,
    pub(super) cache: &'static str,
    pub(super) encoding: Option<&'static str>,
}

impl Piece {
    /// Whether it is the same for ever under its path.
    pub(super) fn is_settled(&self) -> bool {
        self.path.starts_with(ASSETS)
    }

    /// What others name comes before what names it, and the page last.
    fn turn(&self) -> u8 {
        if self.is_settled() { 0 } else { 1 + u8::from(self.path.starts_with(INDEX)) }
    }
}

/// The files of the built app in this folder, in their order.
///
/// # Errors
/// If they cannot be read, if there is no page, or if a text is not there in all forms.
pub(super) fn pieces(folder: &Path) -> anyhow::Result<Vec<Piece>> {
    let mut paths = BTreeSet::new();
    list(folder, "", &mut paths).with_context(|| format!("reading {}", folder.display()))?;
    ensure!(paths.contains(INDEX), "{} is no built web app: it has no index.html", folder.display());
    let mut pieces = Vec::new();
    for path in &paths {
        if FORMS.iter().any(|(encoding, suffix)| encoding.is_some() && path.ends_with(suffix)) {
            continue;
        }
        for (encoding, suffix) in FORMS {
            let form = format!("{path}{suffix}");
            if paths.contains(&form) {
                let file = folder.join(form.trim_start_matches('/'));
                pieces.push(Piece { file, path: form, kind: kind(path), cache: cache(path), encoding });
            } else {
                ensure!(!is_text(path), "{form} is absent: the build has left it out");
            }
        }
    }
    pieces.sort_by_key(Piece::turn);
    Ok(pieces)
}

fn list(folder: &Path, below: &str, paths: &mut BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_plain(&name) {
            continue;
        }
        let path = format!("{below}/{name}");
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &path, paths)?;
        } else {
            paths.insert(path);
        }
    }
    Ok(())
}

/// What is in the bucket and of no use to the present version, and since when: whoever has an older one open still loads its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Retired(BTreeMap<String, Timestamp>);

impl Retired {
    /// The same after a version was put there, and what leaves.
    pub(super) fn after(
        &self,
        present: &BTreeSet<String>,
        current: &BTreeSet<String>,
        now: Timestamp,
        keep: SignedDuration,
    ) -> (Self, Vec<String>) {
        let mut after = Self::default();
        let mut leaving = Vec::new();
        for path in present.difference(current) {
            let since = self.0.get(path).copied().unwrap_or(now);
            if now.duration_since(since) >= keep {
                leaving.push(path.clone());
            } else {
                after.0.insert(path.clone(), since);
            }
        }
        (after, leaving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    fn built(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    const INDEX_FORMS: [&str; 3] = ["index.html", "index.html.br", "index.html.gz"];

    #[test]
    fn the_page_goes_last_and_every_form_says_what_it_is() {
        let texts = ["assets/a-1.js", "assets/a-1.js.br", "assets/a-1.js.gz", "boot.js", "boot.js.br", "boot.js.gz"];
        let others = ["assets/font-2.woff2", ".vite/manifest.json", ".built"];
        let folder = built(&[INDEX_FORMS.as_slice(), &texts, &others].concat());
        let found = pieces(folder.path()).unwrap();
        let told: Vec<_> = found.iter().map(|piece| (piece.path.as_str(), piece.encoding, piece.kind)).collect();
        let (js, html) = ("text/javascript; charset=utf-8", "text/html; charset=utf-8");
        assert_eq!(
            told,
            [
                ("/assets/a-1.js.br", Some("br"), js),
                ("/assets/a-1.js.gz", Some("gzip"), js),
                ("/assets/a-1.js", None, js),
                ("/assets/font-2.woff2", None, "font/woff2"),
                ("/boot.js.br", Some("br"), js),
                ("/boot.js.gz", Some("gzip"), js),
                ("/boot.js", None, js),
                ("/index.html.br", Some("br"), html),
                ("/index.html.gz", Some("gzip"), html),
                ("/index.html", None, html),
            ]
        );
        for piece in found {
            let lasting = piece.path.starts_with("/assets/");
            assert_eq!(piece.cache == "public, max-age=31536000, immutable", lasting, "{}", piece.path);
            assert_eq!(piece.cache == "no-cache", !lasting, "{}", piece.path);
        }
    }

    #[test]
    fn what_the_distribution_would_look_for_in_vain_is_not_put_there() {
        let problem = |files: &[&str]| pieces(built(files).path()).unwrap_err().to_string();
        assert!(problem(&["index.html", "index.html.br"]).contains("/index.html.gz is absent"));
        assert!(problem(&["assets/a.js"]).contains("no built web app"));
        assert!(pieces(Path::new("/nowhere/at/all")).is_err());
    }

    #[test]
    fn an_old_part_stays_for_as_long_as_somebody_may_have_it_open() {
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let keep = SignedDuration::from_hours(30 * 24);
        let (first, second) = (set(&["/a", "/b"]), set(&["/b", "/c"]));
        let both = set(&["/a", "/b", "/c"]);

        let (retired, leaving) = Retired::default().after(&both, &second, day(100), keep);
        assert!(leaving.is_empty());
        // How long it was there before does not count, only since when nobody is sent to it.
        let (same, leaving) = retired.after(&both, &second, day(129), keep);
        assert_eq!((&same, leaving.len()), (&retired, 0));
        let (after, leaving) = retired.after(&both, &second, day(130), keep);
        assert_eq!((after, leaving), (Retired::default(), vec!["/a".to_owned()]));
        // Whoever goes back to the first version has it counted anew.
        let (back, leaving) = retired.after(&both, &first, day(131), keep);
        assert_eq!(back, Retired([("/c".to_owned(), day(131))].into()));
        assert!(leaving.is_empty());
    }
}
