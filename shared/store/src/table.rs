//! The table itself.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity, TransactWriteItem},
};
use dawr_kernel::entropy::{Entropy, random};
use futures::future::try_join_all;
use jiff::Timestamp;

use crate::{
    CommitError, Entity, Key, Refusal, Slot, StoreError, Stored, Work,
    entity::{Item, has_expired, key_of},
    meter::Meter,
    query::{Cursor, Page, Query, Range},
    work::{MAX_ACTIONS, key_item},
};

/// The most keys that one BatchGetItem takes.
const MAX_KEYS: usize = 100;

/// How often a transaction that met another one on the same item is tried.
const MAX_CONFLICTS: u32 = 8;

/// The table, with the clock by which items expire.
#[derive(Clone)]
pub struct Table {
    client: Client,
    name: Arc<str>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    entropy: Arc<dyn Entropy>,
    meter: Option<Arc<Meter>>,
}

impl Table {
    /// The table of that name.
    pub fn new(
        client: Client,
        name: &str,
        clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { client, name: name.into(), clock, entropy, meter: None }
    }

    /// The same table, reached by another client: tests disturb its requests.
    #[must_use]
    pub fn reached_by(self, change: impl FnOnce(&Client) -> Client) -> Self {
        Self { client: change(&self.client), ..self }
    }

    /// The same table, whose requests are counted.
    pub fn metered(self, meter: Arc<Meter>) -> Self {
        Self { meter: Some(meter), ..self }
    }

    fn capacity(&self) -> Option<ReturnConsumedCapacity> {
        self.meter.as_ref().map(|_| ReturnConsumedCapacity::Total)
    }

    /// The entity at a key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get<T: Entity>(&self, key: &Key) -> Result<Option<Stored<T>>, StoreError> {
        let output = self
            .client
            .get_item()
            .table_name(&*self.name)
            .set_key(Some(key_item(key)))
            .consistent_read(true)
            .set_return_consumed_capacity(self.capacity())
            .send()
            .await
            .map_err(StoreError::of)?;
        if let Some(meter) = &self.meter {
            meter.read(output.consumed_capacity().map(std::slice::from_ref).unwrap_or_default());
        }
        let now = (self.clock)();
        output.item.filter(|item| !has_expired(item, now)).map(Stored::decode).transpose()
    }

    /// The entities at these keys, in their order; `None` where there is nothing. 100 keys cost one trip.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get_many<T: Entity>(&self, keys: &[Key]) -> Result<Vec<Option<Stored<T>>>, StoreError> {
        let items = self.get_items(keys).await?;
        keys.iter().map(|key| items.get(key).cloned().map(Stored::decode).transpose()).collect()
    }

    /// The items at these keys, of whatever kinds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn get_items(&self, keys: &[Key]) -> Result<HashMap<Key, Item>, StoreError> {
        let mut wanted: Vec<Key> = keys.to_vec();
        wanted.sort();
        wanted.dedup();
        // A request takes so many keys; of several none waits for another.
        let chunks = try_join_all(wanted.chunks(MAX_KEYS).map(|chunk| self.get_chunk(chunk))).await?;
        let now = (self.clock)();
        let found = chunks.into_iter().flatten().filter(|item| !has_expired(item, now));
        Ok(found.map(|item| (key_of(&item), item)).collect())
    }

    /// The items at these keys, which are not more than one request takes.
    async fn get_chunk(&self, keys: &[Key]) -> Result<Vec<Item>, StoreError> {
        let mut pending: Vec<Item> = keys.iter().map(key_item).collect();
        let mut found = Vec::with_capacity(pending.len());
        let mut round = 0;
        while !pending.is_empty() {
            self.pause(round).await;
            round += 1;
            let request = KeysAndAttributes::builder()
                .set_keys(Some(pending))
                .consistent_read(true)
                .build()
                .map_err(StoreError::malformed)?;
            let output = self
                .client
                .batch_get_item()
                .request_items(&*self.name, request)
                .set_return_consumed_capacity(self.capacity())
                .send()
                .await
                .map_err(StoreError::of)?;
            if let Some(meter) = &self.meter {
                meter.read(output.consumed_capacity());
            }
            found.extend(output.responses.into_iter().flat_map(|mut tables| tables.remove(&*self.name)).flatten());
            pending = output
                .unprocessed_keys
                .and_then(|mut tables| tables.remove(&*self.name))
                .map(|rest| rest.keys)
                .unwrap_or_default();
        }
        Ok(found)
    }

    /// One page of a range. An item whose time is over is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query<T: Entity>(&self, query: Query) -> Result<Page<Stored<T>>, StoreError> {
        let page = self.query_items(query).await?;
        let items = page.items.into_iter().map(Stored::decode).collect::<Result<_, _>>()?;
        Ok(Page { items, next: page.next })
    }

    /// Every entity of a range, over as many pages as it takes. For ranges that are small by their nature.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query_all<T: Entity>(&self, query: impl FnMut() -> Query) -> Result<Vec<Stored<T>>, StoreError> {
        self.query_all_items(query).await?.into_iter().map(Stored::decode).collect()
    }

    /// All items of a range in which things of several kinds lie.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query_all_items(&self, mut query: impl FnMut() -> Query) -> Result<Vec<Item>, StoreError> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.query_items(query().after(after)).await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// A page of at most `size` items that pass the query's filters, looking at up to `looks` items in one trip.
    /// With filters a page may be short and still have a next one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn filtered_page<T: Entity>(
        &self,
        query: Query,
        size: usize,
        looks: u32,
    ) -> Result<Page<Stored<T>>, StoreError> {
        let index = query.index;
        let mut page = self.query_items(query.limit(looks)).await?;
        if page.items.len() > size {
            page.items.truncate(size);
            page.next = page.items.last().map(|last| Cursor::behind(last, index)).transpose()?;
        }
        let items = page.items.into_iter().map(Stored::decode).collect::<Result<_, _>>()?;
        Ok(Page { items, next: page.next })
    }

    /// A page of at most `size` entities that `admits` lets pass, looking at up to `looks` items in one trip: for what no
    /// filter of the table's can ask. A page may be short and still have a next one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn matching_page<T: Entity>(
        &self,
        query: Query,
        size: usize,
        looks: u32,
        admits: impl Fn(&T) -> bool,
    ) -> Result<Page<Stored<T>>, StoreError> {
        let index = query.index;
        let page = self.query_items(query.limit(looks)).await?;
        let mut items: Vec<Stored<T>> = Vec::new();
        let mut last = None;
        for item in page.items {
            if items.len() == size {
                return Ok(Page { items, next: last });
            }
            last = Some(Cursor::behind(&item, index)?);
            items.extend(Some(Stored::<T>::decode(item)?).filter(|found| admits(&found.value)));
        }
        Ok(Page { items, next: page.next })
    }

    /// Where the items of one page of a range are, in the order of the range: of an index that holds keys alone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query_keys(&self, query: Query) -> Result<Page<Key>, StoreError> {
        Ok(self.query_items(query).await?.map(|item| key_of(&item)))
    }

    /// The items of one page of a range, of whatever kinds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn query_items(&self, query: Query) -> Result<Page<Item>, StoreError> {
        let (pk, sk) = query.index.keys();
        let mut request = self
            .client
            .query()
            .table_name(&*self.name)
            .set_index_name(query.index.name().map(str::to_owned))
            .consistent_read(query.index.is_consistent())
            .scan_index_forward(!query.descending)
            .set_limit(query.limit)
            .set_exclusive_start_key(query.after.map(Cursor::into_key))
            .set_return_consumed_capacity(self.capacity())
            .expression_attribute_names("#pk", pk)
            .expression_attribute_names("#sk", sk);
        request = match query.range {
            Range::Below(prefix) => request
                .key_condition_expression("#pk = :pk AND begins_with(#sk, :sk)")
                .expression_attribute_values(":pk", AttributeValue::S(prefix.pk))
                .expression_attribute_values(":sk", AttributeValue::S(prefix.sk)),
            Range::Between(first, last) => request
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :sk AND :last")
                .expression_attribute_values(":pk", AttributeValue::S(first.pk))
                .expression_attribute_values(":sk", AttributeValue::S(first.sk))
                .expression_attribute_values(":last", AttributeValue::S(last.sk)),
        };
        if !query.attributes.is_empty() {
            let mut projection = vec!["expires_at".to_owned()];
            for (name, n) in query.attributes.iter().zip(0..) {
                request = request.expression_attribute_names(format!("#p{n}"), *name);
                projection.push(format!("#p{n}"));
            }
            request = request.projection_expression(projection.join(", "));
        }
        let mut conditions = Vec::new();
        for filter in query.filters {
            conditions.push(filter.condition);
            request = request.expression_attribute_names(filter.name.0, filter.name.1);
            for (placeholder, value) in filter.values {
                request = request.expression_attribute_values(placeholder, value);
            }
        }
        if !conditions.is_empty() {
            request = request.filter_expression(conditions.join(" AND "));
        }
        let output = request.send().await.map_err(StoreError::of)?;
        if let Some(meter) = &self.meter {
            meter.read(output.consumed_capacity().map(std::slice::from_ref).unwrap_or_default());
        }
        let now = (self.clock)();
        let next = output.last_evaluated_key.as_ref().map(Cursor::of).transpose()?;
        let items = output.items.unwrap_or_default().into_iter().filter(|item| !has_expired(item, now)).collect();
        Ok(Page { items, next })
    }

    /// Makes the changes, all or none. A transaction that meets another one on the same item is tried again.
    ///
    /// # Errors
    /// [`CommitError::Refused`] if a condition did not hold: nothing was written.
    pub async fn commit(&self, work: Work) -> Result<(), CommitError> {
        if let Some(error) = work.malformed {
            return Err(error.into());
        }
        if work.actions.is_empty() {
            return Ok(());
        }
        if work.actions.len() > MAX_ACTIONS {
            return Err(StoreError::Malformed(format!("a transaction of {} actions", work.actions.len())).into());
        }
        let actions: Vec<TransactWriteItem> =
            work.actions.into_iter().map(|action| addressed(action, &self.name)).collect();
        let mut token = self.token();
        for round in 0..MAX_CONFLICTS {
            self.pause(round).await;
            let sent = self
                .client
                .transact_write_items()
                .set_transact_items(Some(actions.clone()))
                .client_request_token(&token)
                .set_return_consumed_capacity(self.capacity())
                .send()
                .await;
            let error = match sent {
                Ok(output) => {
                    if let Some(meter) = &self.meter {
                        meter.write(output.consumed_capacity());
                    }
                    return Ok(());
                }
                Err(error) => error,
            };
            if let Some(meter) = &self.meter {
                meter.write(&[]);
            }
            match refusals(&error) {
                Some(refusals) if !refusals.is_empty() => return Err(CommitError::Refused(refusals)),
                Some(_) => {
                    tracing::debug!(round, "a transaction met another one");
                    // The same transaction that is still under way keeps its token, so that it is not done twice.
                    if !error
                        .as_service_error()
                        .is_some_and(TransactWriteItemsError::is_transaction_in_progress_exception)
                    {
                        token = self.token();
                    }
                }
                None => return Err(StoreError::of_commit(error).into()),
            }
        }
        Err(StoreError::Unavailable("the same items are written by too many at once".into()).into())
    }

    fn token(&self) -> String {
        data_encoding::HEXLOWER.encode(&random::<16>(&*self.entropy))
    }

    /// Waits before another try: 25 ms doubled each round up to 1.6 s, with full jitter; before the first (0) not at all.
    pub async fn pause(&self, round: u32) {
        if round > 0 {
            let most = 25_u64 << round.min(6);
            let wait = u64::from_le_bytes(random(&*self.entropy)) % most;
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
        }
    }
}

/// The conditions that did not hold; empty if the transaction only met another one; `None` for other errors.
fn refusals<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Vec<Refusal>> {
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error.as_service_error()? else {
        let conflict = error.as_service_error()?.is_transaction_in_progress_exception();
        return conflict.then(Vec::new);
    };
    let mut refusals = Vec::new();
    for (index, reason) in cancelled.cancellation_reasons().iter().enumerate() {
        match reason.code() {
            None | Some("None" | "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded") => {}
            Some("ConditionalCheckFailed") => {
                refusals
                    .push(Refusal { slot: Slot(index), found: reason.item().filter(|item| !item.is_empty()).cloned() });
            }
            Some(_) => return None,
        }
    }
    Some(refusals)
}

fn addressed(mut action: TransactWriteItem, table: &str) -> TransactWriteItem {
    if let Some(put) = &mut action.put {
        table.clone_into(&mut put.table_name);
    }
    if let Some(delete) = &mut action.delete {
        table.clone_into(&mut delete.table_name);
    }
    if let Some(update) = &mut action.update {
        table.clone_into(&mut update.table_name);
    }
    if let Some(check) = &mut action.condition_check {
        table.clone_into(&mut check.table_name);
    }
    action
}
