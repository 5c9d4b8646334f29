//! What is answered where no route leads.

use dawr_api::{
    Failure, Fault,
    code::Code,
    function::{Access, Function, Http, MEMORY, Reach, Requires, TIMEOUT, Trigger, Verb},
};

/// Says that there is no such path, as every other error is said. API Gateway would say it in its own words.
pub const NO_ROUTE: Function = Function {
    name: "no_route",
    summary: "Says that there is no such path, as every other error is said. API Gateway would say it in its own words.",
    trigger: Trigger::Unrouted(Http {
        method: Verb::Get,
        path: "",
        requires: Requires::Nothing,
        reach: Reach::Public,
        inputs: &[],
        status: 404,
        output: None,
        media: "application/json",
        errors: &[Code::NotFound],
        idempotent: false,
        handler: |_, _| Box::pin(async { Err(no_such_path()) }),
    }),
    access: Access::NONE,
    memory: MEMORY,
    timeout: TIMEOUT,
};

fn no_such_path() -> Failure {
    Fault::new(Code::NotFound).saying("There is no such path.", "لا يوجد مثل هذا المسار.").into()
}
