//! Puts the web app into a deployment's bucket: what is new first, the page last, and out what nobody has open any more.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;

use super::{
    SHELF,
    bucket::{Bucket, headers},
    build::{Built, prepare},
    release::{Piece, Retired, pieces},
};
use crate::aws::Clock;

/// Where the bucket remembers what is of no use any more, beside what is served.
const RETIRED: &str = "retired.json";

/// How many files are on their way at once.
const AT_ONCE: usize = 16;

/// What to upload and where to.
#[derive(Debug, clap::Args)]
pub struct Upload {
    /// The bucket: the output WebBucket of the stack. It is reached with the usual environment variables (AWS_REGION,
    /// AWS_ACCESS_KEY_ID, …).
    #[arg(long)]
    bucket: String,
    /// A built app; without it the one of this project, built if that is due.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// For how many days parts of older versions stay for those who have them open.
    #[arg(long, default_value_t = 30)]
    keep_days: u16,
}

impl Upload {
    /// Uploads it, and says what was done.
    ///
    /// # Errors
    /// If there is no app, or the bucket cannot be reached or written.
    pub async fn run(&self, root: &Path, clock: Clock, out: &mut impl Write) -> anyhow::Result<()> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            // Nobody is left to be told if even this cannot be written.
            None => match prepare(root, |line| drop(writeln!(std::io::stderr(), "dawr: {line}"))) {
                Built::App(folder) => folder,
                Built::Nothing(why) => bail!("there is no web app to upload: {why}"),
            },
        };
        let pieces = pieces(&folder)?;
        let bucket = Bucket::of_environment(&self.bucket, clock.clone())?;
        let listed = bucket.list(&key("/")).await.with_context(|| format!("listing {}", self.bucket))?;
        let present: BTreeSet<_> = listed.iter().filter_map(|found| path(found)).collect();
        let (settled, others): (Vec<_>, Vec<_>) = pieces.iter().partition(|piece| piece.is_settled());
        let fresh: Vec<_> = settled.into_iter().filter(|piece| !present.contains(&piece.path)).collect();
        writeln!(out, "{} of {} files are new", fresh.len(), pieces.len() - others.len())?;
        stream::iter(&fresh).map(|piece| put(&bucket, piece)).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        // One after the other: the page is to name nothing that is not there yet.
        for piece in &others {
            put(&bucket, piece).await?;
        }

        let current: BTreeSet<_> = pieces.iter().map(|piece| piece.path.clone()).collect();
        let keep = SignedDuration::from_hours(24 * i64::from(self.keep_days));
        let (retired, leaving) = retired(&bucket).await?.after(&present, &current, clock(), keep);
        stream::iter(&leaving).map(|path| remove(&bucket, path)).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let text = serde_json::to_vec_pretty(&retired)?;
        bucket
            .put(RETIRED, &headers("application/json", "no-cache", None), text)
            .await
            .with_context(|| format!("writing {RETIRED}"))?;
        writeln!(out, "{} files of older versions were deleted", leaving.len())?;
        writeln!(out, "uploaded to {}", self.bucket)?;
        Ok(())
    }
}

async fn put(bucket: &Bucket, piece: &Piece) -> anyhow::Result<()> {
    let content = fs::read(&piece.file).with_context(|| format!("reading {}", piece.file.display()))?;
    let headers = headers(piece.kind, piece.cache, piece.encoding);
    bucket.put(&key(&piece.path), &headers, content).await.with_context(|| format!("putting {}", piece.path))
}

async fn remove(bucket: &Bucket, path: &str) -> anyhow::Result<()> {
    bucket.delete(&key(path)).await.with_context(|| format!("deleting {path}"))
}

/// What was of no use after the upload before this one.
async fn retired(bucket: &Bucket) -> anyhow::Result<Retired> {
    let found = bucket.get(RETIRED).await.with_context(|| format!("reading {RETIRED}"))?;
    let Some(text) = found else { return Ok(Retired::default()) };
    serde_json::from_slice(&text).with_context(|| format!("{RETIRED} in the bucket is damaged"))
}

/// The key of a path of the app.
fn key(path: &str) -> String {
    format!("{SHELF}{path}").trim_start_matches('/').to_owned()
}

/// The path that a key is of.
fn path(key: &str) -> Option<String> {
    key.strip_prefix(SHELF.trim_start_matches('/')).map(str::to_owned)
}
