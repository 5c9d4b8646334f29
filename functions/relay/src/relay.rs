//! The stream's reader: hands on what committed transactions ask for. Nothing is put on a queue by an endpoint.
//!
//! A record may come twice, and so may a job: a job is void once its item wants another one.

use dawr_api::{
    Cx,
    function::{Access, EventError, Function, MEMORY, Queue, Trigger},
};
use serde_json::{Value, json};

use crate::{
    parked::{Parked, Reason, park},
    record::read,
    sending::{Sent, send_all},
};

/// Hands on what was committed.
pub const RELAY: Function = Function {
    name: "relay",
    summary: "Reads the table's stream and puts the jobs that items want on their queues.",
    trigger: Trigger::Stream(|cx, event| Box::pin(relay(cx, event))),
    access: Access::WRITE.sends_to(Queue::ALL),
    memory: MEMORY,
    timeout: 60,
};

async fn relay(cx: &Cx, mut event: Value) -> Result<Value, EventError> {
    let records = event.get_mut("Records").map(Value::take).ok_or("no event of a stream")?;
    let records: Vec<Value> = serde_json::from_value(records)?;
    let (mut calls, mut parked) = (Vec::new(), Vec::new());
    for record in records {
        match read(record) {
            Ok(None) => {}
            Ok(Some(call)) if !call.is_far_off(cx.now()) => calls.push(call),
            // What comes due later stands in the index for that, or nobody would hand it on.
            Ok(Some(call)) if call.is_due_later => {}
            Ok(Some(call)) => parked.push(Parked::call(cx, &call, Reason::FarOff)),
            Err(unreadable) => parked.push(Parked::unreadable(cx, unreadable)),
        }
    }
    let Sent { refused, unknown, .. } = send_all(cx, calls).await;
    parked.extend(refused.iter().map(|call| Parked::call(cx, call, Reason::Refused)));
    parked.extend(unknown.iter().map(|call| Parked::call(cx, call, Reason::UnknownQueue)));
    // Only what not even the table takes holds up the stream, which goes on from the first of them.
    let failed = park(cx, parked).await;
    let failures: Vec<Value> = failed.into_iter().map(|record| json!({ "itemIdentifier": record })).collect();
    Ok(json!({ "batchItemFailures": failures }))
}
