//! What is true of every function there is: these tests go through the functions' own list, so that a new one is tested
//! from its first day.
//!
//! A walk that takes long for each function is divided by context: its parts run side by side, and the longest grows no
//! faster than its context.

use std::collections::BTreeSet;

use dawr::generate::CONTEXTS;

/// Calls a macro with the names of all contexts behind what it is given.
macro_rules! with_contexts {
    ($macro:ident!($($given:tt)*)) => {
        $macro! { $($given)* audit clinics identity members messaging patients platform queues relay }
    };
}

/// A test for each context, in a module of this name: `walk` is called with the context's name.
macro_rules! in_each_context {
    ($name:ident, $walk:path) => {
        with_contexts!(tests_of!($name, $walk;));
    };
}

macro_rules! tests_of {
    ($name:ident, $walk:path; $($context:ident)*) => {
        mod $name {
            $(
                #[tokio::test]
                async fn $context() {
                    $walk(stringify!($context)).await;
                }
            )*
        }
    };
}

macro_rules! names_of {
    ($($context:ident)*) => { [$(stringify!($context)),*] };
}

mod arabic;
mod audit;
mod authorization;
mod bad_input;
mod budgets;
mod coverage;
mod drift;
mod idempotency;
mod isolation;
mod privacy;
mod samples;
mod scopes;
mod stored;
mod versions;

#[test]
fn no_context_is_left_out_of_a_walk() {
    let walked = BTreeSet::from(with_contexts!(names_of!()));
    let all: BTreeSet<&str> = CONTEXTS.iter().map(|context| context.name).collect();
    assert_eq!(walked, all);
}
