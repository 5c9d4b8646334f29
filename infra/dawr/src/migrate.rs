//! `cargo run -- migrate`: writes what older programs stored as this one writes it.

use std::io::Write;

use dawr_api::migrate::{Migration, Progress};
use dawr_store::{Kind, Table};

use crate::{cloud::reach::Reach, generate::CONTEXTS};

/// What is renewed.
#[derive(Debug, clap::Args)]
pub struct Migrate {
    #[command(flatten)]
    reach: Reach,
    /// One kind's items only, by its name in stored data.
    #[arg(long)]
    kind: Option<String>,
    /// Writes nothing, and tells what would be written.
    #[arg(long)]
    dry_run: bool,
}

/// The kinds of all contexts that say where their items lie.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    let own = CONTEXTS.iter().flat_map(|context| context.stored);
    dawr_api::STORED.iter().chain(own).filter(|kind| kind.listed.is_some() && !kind.is_view)
}

impl Migrate {
    /// Renews, and says whether all could be read. What a run before left undone goes on where it ended.
    ///
    /// # Errors
    /// If the table cannot be read or written, another run is at it, or there is no such kind.
    pub async fn run(&self, out: &mut impl Write) -> anyhow::Result<bool> {
        let chosen: Vec<&Kind> =
            kinds().filter(|kind| self.kind.as_ref().is_none_or(|chosen| kind.name == chosen)).collect();
        if let (Some(kind), true) = (&self.kind, chosen.is_empty()) {
            let all: Vec<&str> = kinds().map(|kind| kind.name).collect();
            anyhow::bail!("the kind {kind} says of no range where its items lie; these do: {}", all.join(", "));
        }
        let reached = self.reach.open().await?;
        let done = self.all(&reached.table, &chosen, out).await;
        reached.close().await;
        done
    }

    async fn all(&self, table: &Table, kinds: &[&Kind], out: &mut impl Write) -> anyhow::Result<bool> {
        let mut all_read = true;
        for kind in kinds {
            let Some(migration) = Migration::of(table, kind, self.dry_run) else { continue };
            let mut told = 0;
            let progress = migration
                .run(|progress| {
                    if progress.looked / 10_000 > told {
                        told = progress.looked / 10_000;
                        // It goes on if nobody listens.
                        let _ = writeln!(out, "{}", self.line(progress));
                    }
                    true
                })
                .await?;
            writeln!(out, "{}", self.line(&progress))?;
            all_read &= progress.unreadable == 0;
        }
        Ok(all_read)
    }

    fn line(&self, progress: &Progress) -> String {
        let Progress { of, to, looked, renewed, unreadable, .. } = progress;
        let renewed_by = if self.dry_run { "to be written anew" } else { "written anew" };
        format!("{of}, schema {to}: {looked} looked at, {renewed} {renewed_by}, {unreadable} that cannot be read")
    }
}
