//! `GET /api/dead-letters`

use dawr_api::{
    Cx, Failure, endpoint,
    function::{Access, DeadLetterAccess, Queue},
    page::List,
    permission::Permission,
};

use crate::dead_letters::{DeadLetterView, DeadLetters};

endpoint! {
    /// Each dead-letter queue with its depth and the age of its oldest job.
    pub const LIST_DEAD_LETTERS: "list_dead_letters" = Get "/api/dead-letters";
    requires: Permission(DeadLetterManage);
    access: Access::READ.dead_letters(DeadLetterAccess::Look);
    handler: list_dead_letters() -> 200 List<DeadLetterView>;
    errors: [];
}

async fn list_dead_letters(cx: &Cx) -> Result<List<DeadLetterView>, Failure> {
    cx.authorize(Permission::DeadLetterManage)?;
    let mut items = Vec::new();
    for queue in Queue::ALL {
        items.push(DeadLetters::of(cx, *queue)?.view(cx.now()).await?);
    }
    items.push(DeadLetters::of_stream(cx)?.view(cx.now()).await?);
    Ok(List { items, next_page: None })
}
