//! `GET /health`

use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use dawr_api::{
    Cx, Failure, Fault,
    code::Code,
    endpoint,
    function::{Access, DeadLetterAccess, Queue},
    secrets::unavailable,
};
use dawr_store::keys;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::timeout;

endpoint! {
    /// Tells whether what Dawr stands on answers: its table and its queues. Else the errors name what does not. It costs a
    /// read of nothing and a look at one queue.
    pub const HEALTH: "health" = Get "/health";
    requires: Nothing;
    access: Access::READ.dead_letters(DeadLetterAccess::Look);
    handler: health() -> 200 HealthView;
    errors: [];
}

/// For so long an answer is waited for: who asks for this wants to know soon.
const PATIENCE: Duration = Duration::from_secs(2);

/// That all is well.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HealthView {
    /// `ok`; what is not well is an error.
    status: &'static str,
}

async fn health(cx: &Cx) -> Result<HealthView, Failure> {
    let (table, queues) = tokio::join!(timeout(PATIENCE, table(cx)), timeout(PATIENCE, queues(cx)));
    let answers = [("table", table), ("queues", queues)];
    let faults = answers.iter().filter(|(_, answer)| !matches!(answer, Ok(Ok(()))));
    let faults: Vec<_> = faults.map(|(what, _)| Fault::at(Code::Unavailable, *what)).collect();
    if faults.is_empty() { Ok(HealthView { status: "ok" }) } else { Err(Failure::of(faults).after(5)) }
}

async fn table(cx: &Cx) -> Result<(), Failure> {
    Ok(cx.table().get_items(&[keys::nothing()]).await.map(drop)?)
}

async fn queues(cx: &Cx) -> Result<(), Failure> {
    let url = cx.settings().dead_letters.get(&Queue::Sends);
    let url = url.ok_or_else(|| Failure::internal("the dead-letter queue is not set"))?;
    let look = cx.sqs()?.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::QueueArn);
    look.send().await.map(drop).map_err(unavailable)
}
