//! A deployed function as plain data. From these come dispatch, the stacks, openapi.yaml, the local routes, the
//! authorization matrix and the isolation tests.

use std::{future::Future, pin::Pin};

use dawr_store::Kind;
use http::Method;
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use crate::{Cx, Failure, Reply, code::Code, permission::Permission, request::Incoming};

/// A function's result in the making.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs an HTTP function.
pub type HttpHandler = for<'a> fn(&'a Cx, &'a Incoming) -> Answer<'a, Result<Reply, Failure>>;

/// Runs a function on an event that is not HTTP. The answer goes back to the event source.
pub type EventHandler = for<'a> fn(&'a Cx, Value) -> Answer<'a, Result<Value, EventError>>;

/// An event that could not be handled as a whole; its source delivers it again.
pub type EventError = Box<dyn std::error::Error + Send + Sync>;

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A deployed function.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its name: also its file and its Lambda handler.
    pub name: &'static str,
    /// What it does, in a sentence or more.
    pub summary: &'static str,
    /// What starts it.
    pub trigger: Trigger,
    /// What it may reach.
    pub access: Access,
    /// Memory in MB.
    pub memory: u32,
    /// The longest run, in seconds.
    pub timeout: u32,
}

/// What starts a function.
#[derive(Clone, Copy)]
pub enum Trigger {
    /// A request to the API.
    Http(Http),
    /// A request to the API that is for no other function: what is said of paths there has no meaning here.
    Unrouted(Http),
    /// Batches of the table's stream.
    Stream(EventHandler),
    /// Messages of a queue; the handler answers which ones failed.
    Queue(Queue, EventHandler),
    /// A clock.
    Schedule {
        /// As EventBridge Scheduler writes it, for example `rate(1 minute)`.
        expression: &'static str,
        /// Runs it.
        handler: EventHandler,
    },
}

/// An endpoint.
#[derive(Clone, Copy)]
pub struct Http {
    /// The method.
    pub method: Verb,
    /// The path, with parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub requires: Requires,
    /// How much of a tenant it concerns.
    pub reach: Reach,
    /// What it takes.
    pub inputs: &'static [Input],
    /// The status of its success.
    pub status: u16,
    /// The schema of its answer's data; none for an answer without body.
    pub output: Option<SchemaOf>,
    /// The media type of its answer.
    pub media: &'static str,
    /// The errors that are its own, beyond those that follow from its inputs and its guard.
    pub errors: &'static [Code],
    /// Whether it takes an Idempotency-Key.
    pub idempotent: bool,
    /// Runs it.
    pub handler: HttpHandler,
}

/// The methods in use. (A `http::Method` cannot stand in a constant.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// One kind of input of an endpoint.
#[derive(Clone, Copy)]
pub struct Input {
    /// Where it comes from.
    pub source: Source,
    /// Its schema.
    pub schema: SchemaOf,
}

/// Where an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Parameters of the path.
    Path,
    /// Parameters of the query.
    Query,
    /// A JSON body.
    Body,
    /// A JSON body that may be left out.
    OptionalBody,
    /// A body taken as it is: a file or a signed callback.
    Raw,
}

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requires {
    /// Everybody.
    Nothing,
    /// Whoever holds a refresh cookie.
    RefreshCookie,
    /// A provider that signs its callbacks.
    Signature,
    /// Whoever is signed in, also with something to do before anything else: a member, or an operator during a stay.
    SignedIn,
    /// A member, about their own account, also with something to do before anything else. An operator has none here.
    Account,
    /// A member, about themselves. An operator is none here.
    Oneself,
    /// Every member, and an operator during a stay.
    Member,
    /// Members whose role has it.
    Permission(Permission),
}

impl Requires {
    /// Whether it matters who calls. Where it does not, a token that came with the request is not looked at: a stale one is no
    /// reason to refuse a sign-in.
    pub const fn asks_who(self) -> bool {
        !matches!(self, Self::Nothing | Self::RefreshCookie | Self::Signature)
    }
}

/// How much of a tenant an endpoint concerns, and so who of those that have its permission may call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nobody's data, or what the caller holds a proof of: nobody is asked who they are.
    Public,
    /// What is the caller's own.
    Own,
    /// What belongs to clinics: what is in one that the caller does not cover is as if it did not exist. The handler sees to
    /// that.
    Clinic,
    /// What a tenant's clinics have in common: its patients, its roles' names.
    Shared,
    /// The tenant, or the platform, as a whole: for those who cover all of its clinics.
    Tenant,
}

impl Reach {
    /// What is said of an endpoint, if anything is. Unless it says how much of a tenant it concerns, an endpoint that asks for
    /// a permission concerns all of it: what forgets to say so is closed to members of a branch, not open.
    pub const fn of(requires: Requires, said: &[Self]) -> Self {
        match (said, requires) {
            ([said, ..], _) => *said,
            ([], Requires::Nothing | Requires::RefreshCookie | Requires::Signature) => Self::Public,
            ([], Requires::SignedIn | Requires::Account | Requires::Oneself | Requires::Member) => Self::Own,
            ([], Requires::Permission(_)) => Self::Tenant,
        }
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Own => "own",
            Self::Clinic => "clinic",
            Self::Shared => "shared",
            Self::Tenant => "tenant",
        }
    }
}

/// A queue of the service. Each has a dead-letter queue of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Queue {
    /// Batches to expand.
    Batches,
    /// Messages to send.
    Sends,
    /// Callback events to merge.
    Callbacks,
    /// Entries of the audit trail to seal.
    Audits,
    /// Requests for a new password to answer.
    Resets,
}

impl Queue {
    /// All queues.
    pub const ALL: &'static [Self] = &[Self::Batches, Self::Sends, Self::Callbacks, Self::Audits, Self::Resets];

    /// The names of all queues.
    pub const NAMES: &'static [&'static str] = &[
        Self::Batches.as_str(),
        Self::Sends.as_str(),
        Self::Callbacks.as_str(),
        Self::Audits.as_str(),
        Self::Resets.as_str(),
    ];

    /// Its name in paths, variables and stacks.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Batches => "batches",
            Self::Sends => "sends",
            Self::Callbacks => "callbacks",
            Self::Audits => "audits",
            Self::Resets => "resets",
        }
    }

    /// The queue of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|queue| queue.as_str() == name)
    }

    /// Seconds for which a received message is hidden: six times the reader's timeout, as AWS advises.
    pub const fn visibility(self) -> u32 {
        match self {
            Self::Batches => 360,
            Self::Sends => 180,
            Self::Callbacks | Self::Audits | Self::Resets => 90,
        }
    }

    /// After so many receives a message is dead.
    pub const fn max_receives(self) -> u32 {
        5
    }

    /// How many messages one call of its reader gets at the most.
    pub const fn batch_size(self) -> u32 {
        match self {
            Self::Batches => 1,
            // As many as run at once: one wave of them fits in the sender's time even when the provider is slow.
            Self::Sends => 4,
            Self::Callbacks | Self::Audits | Self::Resets => 10,
        }
    }
}

/// How a function reaches the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableAccess {
    /// Not at all.
    None,
    /// GetItem, BatchGetItem, Query.
    Read,
    /// Also PutItem of entries of the audit trail.
    Append,
    /// Also PutItem of what seals the audit trail, which nobody else may write.
    Seal,
    /// Also PutItem, UpdateItem, DeleteItem, ConditionCheckItem within transactions.
    Write,
}

/// How a function reaches a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// Reads the key that signs access tokens.
    SigningKey,
    /// Reads the key that encrypts the secrets of second factors.
    FactorKey,
    /// Reads a clinic's provider credentials.
    ReadProviders,
    /// Creates a clinic's provider credentials, and deletes those that are not named any more.
    WriteProviders,
}

/// How a function reaches the dead-letter queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeadLetterAccess {
    /// Not at all.
    None,
    /// Looks how many there are, and since when.
    Look,
    /// Moves those of the queues back.
    Redrive,
}

/// What a function may reach; its policy follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The table.
    pub table: TableAccess,
    /// Queues that it puts messages on.
    pub sends_to: &'static [Queue],
    /// The dead letters.
    pub dead_letters: DeadLetterAccess,
    /// Secrets.
    pub secrets: &'static [Secret],
    /// Whether it calls providers.
    pub providers: bool,
    /// Whether it writes to the tenant's own people: texts that the pipeline sends, with addresses of the web app in them.
    pub notices: bool,
}

impl Access {
    /// Reaches nothing.
    pub const NONE: Self = Self {
        table: TableAccess::None,
        sends_to: &[],
        dead_letters: DeadLetterAccess::None,
        secrets: &[],
        providers: false,
        notices: false,
    };
    /// Reads the table.
    pub const READ: Self = Self { table: TableAccess::Read, ..Self::NONE };
    /// Reads the table, and notes in the audit trail that it did, or what it did elsewhere.
    pub const APPEND: Self = Self { table: TableAccess::Append, ..Self::NONE };
    /// Reads the table, and seals the audit trail.
    pub const SEAL: Self = Self { table: TableAccess::Seal, ..Self::NONE };
    /// Reads and writes the table.
    pub const WRITE: Self = Self { table: TableAccess::Write, ..Self::NONE };

    /// Also puts messages on queues.
    pub const fn sends_to(self, queues: &'static [Queue]) -> Self {
        Self { sends_to: queues, ..self }
    }

    /// Also reaches the dead letters.
    pub const fn dead_letters(self, dead_letters: DeadLetterAccess) -> Self {
        Self { dead_letters, ..self }
    }

    /// Also reaches secrets.
    pub const fn secrets(self, secrets: &'static [Secret]) -> Self {
        Self { secrets, ..self }
    }

    /// Also calls providers.
    pub const fn providers(self) -> Self {
        Self { providers: true, ..self }
    }

    /// Also writes to the tenant's own people.
    pub const fn notices(self) -> Self {
        Self { notices: true, ..self }
    }
}

impl Verb {
    /// As HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The same method of the `http` crate.
    pub const fn to_http(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }
}

impl Http {
    /// Whether it looks at If-Match: where it says that a version may be stale.
    pub fn takes_version(&self) -> bool {
        self.errors.contains(&Code::StaleVersion)
    }

    /// Whether a browser can make such a request for whoever sits at it, without a token: it takes or sets the cookie.
    pub fn trusts_browsers(&self) -> bool {
        match self.requires {
            Requires::Nothing => self.method != Verb::Get,
            Requires::RefreshCookie => true,
            _ => false,
        }
    }
}

/// The memory of a function unless it says otherwise, in MB.
pub const MEMORY: u32 = 256;

/// The timeout of an endpoint unless it says otherwise, in seconds: API Gateway waits for 30.
pub const TIMEOUT: u32 = 29;

impl Function {
    /// The endpoint, if it is one.
    pub const fn http(&self) -> Option<&Http> {
        match &self.trigger {
            Trigger::Http(http) => Some(http),
            _ => None,
        }
    }

    /// The same with another memory size, in MB.
    pub const fn memory(self, memory: u32) -> Self {
        Self { memory, ..self }
    }

    /// The same with another timeout, in seconds.
    pub const fn timeout(self, timeout: u32) -> Self {
        Self { timeout, ..self }
    }
}

/// A bounded context: the functions that one binary holds.
#[derive(Clone, Copy)]
pub struct Context {
    /// Its name: also its binary and its stack.
    pub name: &'static str,
    /// What it is about, in a sentence.
    pub summary: &'static str,
    /// What it stores, and what it reads of what others store.
    pub stored: &'static [Kind],
    /// Its functions.
    pub functions: &'static [Function],
}

/// Defines an endpoint.
///
/// ```ignore
/// endpoint! {
///     /// Calls the next waiting patient to a room.
///     pub const CALL_NEXT: "call_next" = Post "/api/queues/{queueId}/call-next";
///     requires: Permission(QueueServe);
///     reach: Clinic;
///     access: Access::WRITE;
///     handler: call_next(path: QueuePath, body: CallNext) -> 200 TicketView;
///     errors: [QueueEmpty];
/// }
/// ```
/// Inputs are `path`, `query`, `body`, `optional_body` and `raw`, in the order of the handler's parameters. An
/// endpoint that takes an Idempotency-Key says `idempotent;` at the end. What `reach` is where it is not said tells
/// [`Reach::of`].
#[macro_export]
macro_rules! endpoint {
    (
        $(#[doc = $summary:literal])+
        pub const $constant:ident: $name:literal = $method:ident $path:literal;
        requires: $requires:ident $(($permission:ident))?;
        $(reach: $reach:ident;)?
        access: $access:expr;
        handler: $handler:ident($($source:ident: $input:ty),*) -> $status:literal $output:ty;
        errors: [$($code:ident),*];
        $($idempotent:ident;)?
    ) => {
        $(#[doc = $summary])+
        pub const $constant: $crate::function::Function = $crate::function::Function {
            name: $name,
            summary: concat!($($summary),+),
            trigger: $crate::function::Trigger::Http($crate::function::Http {
                method: $crate::function::Verb::$method,
                path: $path,
                requires: $crate::function::Requires::$requires $(($crate::permission::Permission::$permission))?,
                reach: $crate::function::Reach::of(
                    $crate::function::Requires::$requires $(($crate::permission::Permission::$permission))?,
                    &[$($crate::function::Reach::$reach)?],
                ),
                inputs: &[$($crate::function::Input {
                    source: $crate::__source!($source),
                    schema: <$input as $crate::request::Schema>::schema,
                }),*],
                status: $status,
                output: <$output as $crate::reply::Output>::SCHEMA,
                media: <$output as $crate::reply::Output>::MEDIA,
                errors: &[$($crate::code::Code::$code),*],
                idempotent: $crate::__flag!($($idempotent)?),
                handler: |cx, incoming| Box::pin(async move {
                    let ($($source,)*) = {
                        let mut faults = Vec::new();
                        let read = ($(incoming.$source::<$input>(&mut faults),)*);
                        let _ = &mut faults;
                        match read {
                            ($(Some($source),)*) if faults.is_empty() => ($($source,)*),
                            #[allow(unreachable_patterns, reason = "an endpoint without inputs")]
                            _ => return Err($crate::Failure::of(faults)),
                        }
                    };
                    let output = $handler(cx, $($source),*).await?;
                    $crate::reply::Output::reply(output, $status)
                }),
            }),
            access: $access,
            memory: $crate::function::MEMORY,
            timeout: $crate::function::TIMEOUT,
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __source {
    (path) => {
        $crate::function::Source::Path
    };
    (query) => {
        $crate::function::Source::Query
    };
    (body) => {
        $crate::function::Source::Body
    };
    (optional_body) => {
        $crate::function::Source::OptionalBody
    };
    (raw) => {
        $crate::function::Source::Raw
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __flag {
    () => {
        false
    };
    (idempotent) => {
        true
    };
}
