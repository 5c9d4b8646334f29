//! What is asked of a bootstrap, and how it is measured.

use std::{
    fmt, fs,
    io::{Cursor, Write as _},
    path::Path,
};

use anyhow::Context as _;
use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader as _, SectionHeader as _},
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The newest glibc of provided.al2023.
const GLIBC: Version = Version { major: 2, minor: 34 };

/// The largest bootstrap, in bytes.
const SIZE: usize = 9_600_000;

/// The largest bootstrap once it is zipped, in bytes.
const ZIPPED: usize = 4_400_000;

/// A version of glibc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A bootstrap as it was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bootstrap {
    size: usize,
    zipped: usize,
    /// The newest glibc that a symbol asks for.
    glibc: Version,
}

impl Bootstrap {
    /// Measures a bootstrap.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path)?;
        Ok(Self { size: bytes.len(), zipped: zipped(&bytes)?, glibc: newest_glibc(&bytes)? })
    }

    /// What it breaks, one sentence each.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.size > SIZE {
            faults.push(format!("{} bytes are more than {SIZE}", self.size));
        }
        if self.zipped > ZIPPED {
            faults.push(format!("{} bytes zipped are more than {ZIPPED}", self.zipped));
        }
        if self.glibc > GLIBC {
            faults.push(format!("it asks for glibc {}, which is newer than Lambda's {GLIBC}", self.glibc));
        }
        faults
    }
}

impl fmt::Display for Bootstrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: usize| format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000);
        write!(f, "{}, {} zipped, glibc {}", megabytes(self.size), megabytes(self.zipped), self.glibc)
    }
}

fn zipped(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", SimpleFileOptions::default())?;
    archive.write_all(bytes)?;
    Ok(archive.finish()?.into_inner().len())
}

/// The newest `GLIBC_…` among the versions that the dynamic linker is asked for (`.gnu.version_r`, Linux Standard Base).
fn newest_glibc(bytes: &[u8]) -> anyhow::Result<Version> {
    let header = FileHeader64::<Endianness>::parse(bytes).context("it is no ELF program")?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let (mut needs, link) = sections.gnu_verneed(endian, bytes)?.context("it asks for no version of any library")?;
    let names = sections.section(link)?.strings(endian, bytes)?.context("its versions have no names")?;
    let mut newest = None;
    while let Some((_, mut versions)) = needs.next()? {
        while let Some(version) = versions.next()? {
            let name = String::from_utf8_lossy(version.name(endian, names)?).into_owned();
            newest = newest.max(glibc(&name));
        }
    }
    newest.context("it asks for no version of glibc")
}

/// `GLIBC_2.34`; none for another name, such as `GLIBC_PRIVATE` or `GCC_3.0`.
fn glibc(name: &str) -> Option<Version> {
    let mut parts = name.strip_prefix("GLIBC_")?.split('.');
    Some(Version { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(glibc("GLIBC_2.9") < glibc("GLIBC_2.34"));
        assert_eq!(glibc("GLIBC_2.2.5"), Some(Version { major: 2, minor: 2 }));
        assert_eq!(glibc("GLIBC_PRIVATE"), None);
        assert_eq!(glibc("GCC_3.0"), None);
    }

    #[test]
    fn a_program_of_this_machine_is_read() {
        let bytes = fs::read(std::env::current_exe().unwrap()).unwrap();
        // Rust's own library asks for 2.17 at the least on this platform.
        assert!(newest_glibc(&bytes).unwrap() >= Version { major: 2, minor: 17 });
        assert!(newest_glibc(b"not a program").is_err());
    }

    #[test]
    fn every_limit_is_checked() {
        let good = Bootstrap { size: SIZE, zipped: ZIPPED, glibc: GLIBC };
        assert_eq!(good.faults(), Vec::<String>::new());
        for bad in [
            Bootstrap { size: SIZE + 1, ..good },
            Bootstrap { zipped: ZIPPED + 1, ..good },
            Bootstrap { glibc: Version { major: 2, minor: 35 }, ..good },
        ] {
            assert_eq!(bad.faults().len(), 1, "{bad}");
        }
    }

    #[test]
    fn zeros_zip_well() {
        assert!(zipped(&[0; 100_000]).unwrap() < 1_000);
    }
}
