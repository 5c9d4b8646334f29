//! The table as the tools reach it: that of a data folder which no process uses, or one on AWS.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use dawr_runtime::{AwsEndpoint, SystemEntropy, system_clock};
use dawr_store::Table;

use super::{TABLE, aws_endpoint, plain_http, resources};
use crate::aws::{Aws, Serving, Storage};

/// Which table.
#[derive(Debug, clap::Args)]
pub struct Reach {
    /// The data folder. No process may be using it.
    #[arg(long, default_value = ".dawr", conflicts_with = "table")]
    data: PathBuf,
    /// The name of a table on AWS, reached with the usual environment variables (AWS_REGION, AWS_ACCESS_KEY_ID, …).
    #[arg(long)]
    table: Option<String>,
}

/// A table within reach.
pub struct Reached {
    /// The table.
    pub table: Table,
    local: Option<(Aws, Serving)>,
}

impl Reach {
    /// Opens it.
    ///
    /// # Errors
    /// If the folder is absent, damaged or in use, or the environment says too little.
    pub async fn open(&self) -> anyhow::Result<Reached> {
        let table = |endpoint: &AwsEndpoint, name: &str| {
            let entropy = Arc::new(SystemEntropy::default());
            Table::new(endpoint.dynamodb_client(), name, Arc::new(system_clock), entropy)
        };
        if let Some(name) = &self.table {
            let endpoint = AwsEndpoint::of_environment().map_err(anyhow::Error::msg)?;
            return Ok(Reached { table: table(&endpoint, name), local: None });
        }
        anyhow::ensure!(self.data.is_dir(), "there is no data folder {}", self.data.display());
        let aws = Aws::open(&Storage::Folder(self.data.clone()), Arc::new(system_clock), &resources())?;
        let serving = aws.serve().await.context("the look-alikes of AWS")?;
        let table = table(&aws_endpoint(serving.endpoints(), &plain_http()), TABLE);
        Ok(Reached { table, local: Some((aws, serving)) })
    }
}

impl Reached {
    /// Leaves it.
    pub async fn close(self) {
        if let Some((aws, serving)) = self.local {
            serving.shutdown().await;
            drop(aws);
        }
    }
}
