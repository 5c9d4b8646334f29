//! `GET /api/queues/{queueId}/imports/{uploadId}`

use dawr_api::{Authorized, Cx, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_kernel::id::{QueueId, UploadId};
use dawr_patients::upload::Upload;
use dawr_store::{Stored, keys};
use deserr::Deserr;
use schemars::JsonSchema;

use crate::{
    error::QueueError,
    import::ticket_id,
    progress::{Import, ImportView},
    store::Queues,
};

endpoint! {
    /// How far the import of a staged file into a queue is, and what became of its rows so far. Of one that has not begun
    /// nothing is done.
    pub const GET_IMPORT: "get_import" = Get "/api/queues/{queueId}/imports/{uploadId}";
    requires: Permission(TicketWrite);
    reach: Clinic;
    access: Access::READ;
    handler: get_import(path: ImportPath) -> 200 ImportView;
    errors: [NotFound];
}

/// Which import.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase)]
#[schemars(rename_all = "camelCase")]
pub struct ImportPath {
    /// Where to.
    pub queue_id: QueueId,
    /// Of which file.
    pub upload_id: UploadId,
}

async fn get_import(cx: &Cx, path: ImportPath) -> Result<ImportView, QueueError> {
    let caller = cx.authorize(Permission::TicketWrite)?;
    let import = import(cx, &caller, &path).await?;
    Ok(import.view(cx.language, |row| ticket_id(&import, row)))
}

/// How far an import is. One into another queue is none into this.
///
/// # Errors
/// `NotFound`.
pub async fn import(cx: &Cx, caller: &Authorized, path: &ImportPath) -> Result<Import, QueueError> {
    Queues::new(cx, caller).get(path.queue_id).await?;
    let keys = [keys::import(caller, path.upload_id), keys::upload(caller, path.upload_id)];
    let mut items = cx.table().get_items(&keys).await?;
    let [begun, upload] = keys.map(|key| items.remove(&key));
    if let Some(begun) = begun {
        let import = Stored::<Import>::decode(begun)?.value;
        return if import.queue == path.queue_id { Ok(import) } else { Err(QueueError::NotFound) };
    }
    let upload = Stored::<Upload>::decode(upload.ok_or(QueueError::NotFound)?)?;
    let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
    let (rows, left_out) = (count(upload.counts.read - upload.counts.left_out), count(upload.counts.left_out));
    Ok(Import::start(path.upload_id, path.queue_id, cx.now()).of(rows, left_out))
}
