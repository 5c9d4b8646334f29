//! `cargo run -- audit verify`: holds every tenant's audit trail against its seals.

use std::io::Write;

use dawr_api::tenant::Tenant;
use dawr_audit::verify;
use dawr_kernel::id::TenantId;
use dawr_runtime::system_clock;
use dawr_store::{Ground, Index, Query, Stored, Table, TenantScope, keys};

use crate::cloud::reach::Reach;

/// What is done with the audit trail.
#[derive(Debug, clap::Subcommand)]
pub enum AuditCommand {
    /// Recomputes the chains of hashes, and prints a line for each thing that does not fit. Exit code 0 if all fits, 1 if
    /// something does not, 2 if the table cannot be read.
    Verify(Verify),
}

/// Which trails.
#[derive(Debug, clap::Args)]
pub struct Verify {
    #[command(flatten)]
    reach: Reach,
    /// One tenant's only.
    #[arg(long)]
    tenant: Option<TenantId>,
    /// Also prints how many seals each tenant's chain has and the hash of the last one, as the sealer's log has them.
    #[arg(long)]
    ends: bool,
}

impl Verify {
    /// Verifies, and says whether all fits.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn run(&self, out: &mut impl Write) -> anyhow::Result<bool> {
        let reached = self.reach.open().await?;
        let whole = self.all(&reached.table, out).await;
        reached.close().await;
        whole
    }

    async fn all(&self, table: &Table, out: &mut impl Write) -> anyhow::Result<bool> {
        let (mut entries, mut waiting, mut findings) = (0, 0, 0);
        let tenants = tenants(table, self.tenant).await?;
        for tenant in &tenants {
            let scope = TenantScope::on(Ground::Platform, tenant.id);
            let report = verify(table, &scope, tenant.created_at, system_clock()).await?;
            for finding in &report.findings {
                writeln!(out, "{}: {finding}", tenant.id)?;
            }
            if self.ends {
                writeln!(out, "{}: {} seals, the last one {}", tenant.id, report.end.links, report.end.hash)?;
            }
            entries += report.entries;
            waiting += report.waiting;
            findings += report.findings.len();
        }
        let tenants = tenants.len();
        writeln!(out, "tenants {tenants}, entries {entries}, not sealed yet {waiting}, findings {findings}")?;
        Ok(findings == 0)
    }
}

async fn tenants(table: &Table, one: Option<TenantId>) -> anyhow::Result<Vec<Stored<Tenant>>> {
    let Some(tenant) = one else {
        return Ok(table.query_all(|| Query::below(Index::Gsi1, keys::tenants())).await?);
    };
    let found = table.get(&keys::tenant(&TenantScope::on(Ground::Platform, tenant))).await?;
    Ok(vec![found.ok_or_else(|| anyhow::anyhow!("there is no tenant {tenant}"))?])
}
