//! A context with a function of every kind.

use dawr_api::{
    Cx, Failure, Reply,
    code::Code,
    function::{
        Access, Answer, Context, DeadLetterAccess, EventError, Function, Http, Input, Queue, Reach, Requires, SchemaOf,
        Secret, Source, Trigger, Verb,
    },
    permission::Permission,
    reply::Content,
    request::Incoming,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[allow(dead_code, reason = "only its schema is of interest")]
struct BedPath {
    /// Which bed.
    bed_id: String,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[allow(dead_code, reason = "only its schema is of interest")]
struct BedsQuery {
    page: Option<String>,
    page_size: Option<u8>,
    free: bool,
}

/// The same type on its way in and out, but not the same form: what may be left out differs.
#[derive(JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bed {
    name: String,
    ward: Option<Ward>,
}

#[derive(JsonSchema, Serialize, Deserialize)]
struct Ward {
    #[serde(default)]
    number: u8,
}

fn answer<'a>(_: &'a Cx, _: &'a Incoming) -> Answer<'a, Result<Reply, Failure>> {
    Box::pin(async { Ok(Reply { status: 204, content: Content::Empty, headers: Vec::new() }) })
}

fn event(_: &Cx, event: Value) -> Answer<'_, Result<Value, EventError>> {
    Box::pin(async { Ok(event) })
}

const fn function(name: &'static str, trigger: Trigger, access: Access) -> Function {
    Function { name, summary: " Does one thing. And says more.", trigger, access, memory: 256, timeout: 15 }
}

const fn http(method: Verb, path: &'static str, requires: Requires) -> Http {
    Http {
        method,
        path,
        requires,
        reach: Reach::of(requires, &[]),
        inputs: &[],
        status: 200,
        output: None,
        media: "text/plain",
        errors: &[],
        idempotent: false,
        handler: answer,
    }
}

const BED: SchemaOf = |generator| generator.subschema_for::<Bed>();

pub(super) const CLINIC: Context = Context {
    name: "clinic",
    stored: &[],
    summary: "Beds.",
    functions: &[
        function(
            "change_bed",
            Trigger::Http(Http {
                inputs: &[
                    Input { source: Source::Path, schema: |generator| generator.subschema_for::<BedPath>() },
                    Input { source: Source::Body, schema: BED },
                ],
                status: 201,
                output: Some(BED),
                errors: &[Code::QueueEmpty, Code::StaleVersion],
                idempotent: true,
                ..http(Verb::Post, "/api/beds/{bedId}", Requires::Permission(Permission::QueueDelete))
            }),
            Access::WRITE,
        ),
        function(
            "list_beds",
            Trigger::Http(Http {
                inputs: &[Input { source: Source::Query, schema: |generator| generator.subschema_for::<BedsQuery>() }],
                output: Some(|generator| generator.subschema_for::<Vec<Bed>>()),
                ..http(Verb::Get, "/api/beds", Requires::Member)
            }),
            Access::READ,
        ),
        function(
            "receive_hook",
            Trigger::Http(http(Verb::Post, "/api/hooks", Requires::Signature)),
            Access::NONE.secrets(&[Secret::ReadProviders]),
        ),
        function(
            "sign_in",
            Trigger::Http(http(Verb::Post, "/api/in", Requires::Nothing)),
            Access::READ.secrets(&[Secret::SigningKey, Secret::WriteProviders]),
        ),
        function(
            "look",
            Trigger::Http(http(Verb::Get, "/api/dead", Requires::Member)),
            Access::NONE.dead_letters(DeadLetterAccess::Look),
        ),
        function(
            "redrive",
            Trigger::Http(http(Verb::Post, "/api/redrive", Requires::Member)),
            Access::NONE.dead_letters(DeadLetterAccess::Redrive),
        ),
        function("stray", Trigger::Unrouted(http(Verb::Get, "", Requires::Nothing)), Access::NONE),
        function("relay", Trigger::Stream(event), Access::NONE.sends_to(&[Queue::Sends])),
        function("send", Trigger::Queue(Queue::Sends, event), Access::WRITE.providers()),
        function("tick", Trigger::Schedule { expression: "rate(1 minute)", handler: event }, Access::READ),
    ],
};
