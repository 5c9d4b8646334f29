//! The patients' phones alone: for a stack that is deployed elsewhere and wants to be tried out.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use super::StartError;
use crate::{
    aws::Clock,
    simulator::{Simulator, Storage},
};

/// The simulator while it runs.
pub struct Phones {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Phones {
    /// Starts the simulator. Callbacks go to the absolute addresses that its numbers are registered with.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(storage: &Storage, port: u16, clock: Clock, seed: u64) -> Result<Self, StartError> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| StartError::of_bind(&error, port))?;
        let address = listener.local_addr().context("the port")?;
        let simulator = Simulator::open(storage, clock, seed)?;
        let (stop, stopped) = watch::channel(false);
        let ending = |mut stopped: watch::Receiver<bool>| async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let mut tasks = JoinSet::new();
        let server = axum::serve(listener, simulator.router()).with_graceful_shutdown(ending(stopped.clone()));
        tasks.spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the server failed");
            }
        });
        let ended = ending(stopped);
        tasks.spawn(async move { simulator.run(ended).await });
        Ok(Self { address, stop, tasks })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(super::GRACE, all).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}
