//! Builds the web app with npm. What it was built from is written beside it, so that a start without a change builds nothing.

use std::{
    env,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use data_encoding::HEXLOWER;

/// The oldest Node.js that the app's packages run on.
const OLDEST: (u32, u32) = (20, 19);

/// What the build reads, below `web`.
const SOURCES: [&str; 6] = ["index.html", "package-lock.json", "public", "src", "tsconfig.json", "vite.config.ts"];

/// What was built, as a hash: inside the folder that it tells of, in a name that is not served.
const MARK: &str = ".built";

/// What was installed: the lock file of that time.
const INSTALLED: &str = "node_modules/.installed";

/// Node.js, where it is new enough.
pub struct Node(());

impl Node {
    /// Looks for it.
    pub fn find() -> Option<Self> {
        let output = Command::new("node").arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut parts = text.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok());
        let version = parts.next().flatten().zip(parts.next().flatten())?;
        (output.status.success() && version >= OLDEST).then_some(Self(()))
    }

    /// How it is called where it is missing.
    pub const NAME: &str = "Node.js 20.19 or newer";
}

/// What there is to serve.
pub enum Built {
    /// The folder of the app.
    App(PathBuf),
    /// Nothing, and why.
    Nothing(String),
}

/// Builds the app if that is due, and says what it does.
pub fn prepare(root: &Path, say: impl Fn(&str)) -> Built {
    let web = root.join("web");
    let dist = web.join("dist");
    let is_fresh =
        || fingerprint(&web).map(|wanted| fs::read_to_string(dist.join(MARK)).is_ok_and(|found| found == wanted));
    match is_fresh() {
        Ok(true) => return Built::App(dist),
        Ok(false) => {}
        Err(error) => return Built::Nothing(format!("its sources cannot be read: {error}")),
    }
    let Some(node) = Node::find() else {
        return Built::Nothing(format!("to build it, {} is needed, and is not here", Node::NAME));
    };
    let started = Instant::now();
    let done = alone(&web, &say).and_then(|_alone| {
        // Whoever was at it meanwhile has done the work.
        if is_fresh()? {
            return Ok(());
        }
        install(root, &node, &say)?;
        say("the web app is being built …");
        build(root, &node)
    });
    match done {
        Ok(()) => {
            say(&format!("the web app was built in {} s", started.elapsed().as_secs()));
            Built::App(dist)
        }
        Err(error) => Built::Nothing(format!("{error:#}")),
    }
}

/// Waits until nobody else installs or builds here, which it says if it takes waiting, and keeps everybody else from it as long as the answer lives: two at once would
/// take each other's packages away.
///
/// # Errors
/// If the lock cannot be made.
pub fn alone(web: &Path, say: impl Fn(&str)) -> anyhow::Result<File> {
    let path = web.join(".lock");
    let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        say("somebody else is at the web app; waiting until they are done …");
    }
    // Where it is held already this changes nothing.
    file.lock().with_context(|| format!("locking {}", path.display()))?;
    Ok(file)
}

/// Installs the packages that the lock file names, unless they are.
///
/// # Errors
/// If npm fails.
pub fn install(root: &Path, _: &Node, say: impl Fn(&str)) -> anyhow::Result<()> {
    let web = root.join("web");
    let mark = web.join(INSTALLED);
    let wanted = fs::read_to_string(web.join("package-lock.json")).context("reading web/package-lock.json")?;
    if fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say("the web app's packages are being installed …");
    npm(root, &["ci", "--no-progress", "--loglevel", "error"])?;
    fs::write(&mark, wanted).with_context(|| format!("writing {}", mark.display()))
}

/// Builds the app into `web/dist`.
///
/// # Errors
/// If npm fails.
pub fn build(root: &Path, _: &Node) -> anyhow::Result<()> {
    let web = root.join("web");
    let built = fingerprint(&web).context("reading the web app's sources")?;
    if let Err(error) = npm(root, &["run", "--silent", "build"]) {
        // It may be for want of a package: the next try installs them anew.
        return Err(match fs::remove_file(web.join(INSTALLED)) {
            Err(kept) if kept.kind() != io::ErrorKind::NotFound => error.context(format!("{INSTALLED} stays: {kept}")),
            _ => error,
        });
    }
    fs::write(web.join("dist").join(MARK), built).context("writing web/dist")
}

/// Runs npm below `web`. What it says goes to the standard error, for the standard output is the program's own.
fn npm(root: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(root.join("web")).stdin(Stdio::null()).stdout(io::stderr());
    // Where this is set, npm leaves out what builds and tests.
    command.env_remove("NODE_ENV");
    let status = command.status().context("npm cannot be started")?;
    if !status.success() {
        bail!("`npm {}` ended with {status}", arguments.join(" "));
    }
    Ok(())
}

/// A hash of all that the build reads.
fn fingerprint(web: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        list(&web.join(source), &mut files)?;
    }
    files.sort();
    let mut digest = Digest::new(&SHA256);
    for file in files {
        let name = file.strip_prefix(web).unwrap_or(&file).to_string_lossy().into_owned();
        let content = fs::read(&file)?;
        digest.update(format!("{name}\0{}\0", content.len()).as_bytes());
        digest.update(&content);
    }
    Ok(HEXLOWER.encode(digest.finish().as_ref()))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        list(&entry?.path(), files)?;
    }
    Ok(())
}

/// Chromium, where it is installed: the browser that the app is tested with.
pub fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}
