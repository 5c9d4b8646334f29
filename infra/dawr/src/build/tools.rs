//! cargo-lambda and the linker that it works with, from PyPI, in a folder of their own.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};

/// What is installed. Zig links against an older glibc than this machine's.
const PACKAGES: &[&str] = &["cargo-lambda==1.9.2", "ziglang==0.17.0"];

/// Installs the tools, unless they are, and returns a PATH that has them.
///
/// # Errors
/// If Python 3 or its packages cannot be had.
pub(super) fn install(root: &Path) -> anyhow::Result<OsString> {
    let folder = root.join("target/tools/build");
    let mark = folder.join("installed");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&mark).ok().as_deref() != Some(wanted.as_str()) {
        let python = "python3";
        run(
            Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder),
            "making a folder for tools (Debian: apt-get install python3-venv)",
        )?;
        let pip = folder.join("bin/pip");
        run(
            Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES),
            "installing cargo-lambda",
        )?;
        fs::write(&mark, &wanted).with_context(|| format!("writing {}", mark.display()))?;
    }
    path_with(&folder.join("bin"))
}

fn path_with(first: &Path) -> anyhow::Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::iter::once(first.to_owned()).chain(env::split_paths(&path)).collect();
    Ok(env::join_paths(folders)?)
}

fn run(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{what}: starting {}", command.get_program().display()))?;
    ensure!(status.success(), "{what}: it ended with {status}");
    Ok(())
}
