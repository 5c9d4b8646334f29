//! Whatever breaks at whichever request: nobody is missed, nobody gets a message twice, the quota is exact, and what did
//! not arrive is explained by a failed task. In some schedules the batch is stopped on the way: then what had not begun goes to nobody.
//!
//! A schedule follows from its seed, but for the order in which requests of one moment arrive. `DAWR_FAULT_SEEDS=first..last` tries others.

use std::{collections::BTreeMap, env, ops::Range, time::Duration};

use dawr_api::{function::Queue, role::Role};
use dawr_testkit::{Answer, Call, Faults, Person, Rates, TestCloud, TestOptions};
use futures::future;
use serde_json::{Value, json};

use crate::desk::Desk;

/// Recipients of a schedule: some are more than the endpoint itself writes, so that the expander is part of it.
const fn recipients(seed: u64) -> u32 {
    if seed.is_multiple_of(5) { 94 } else { 14 }
}

/// How much goes wrong: now and then, or all the time.
const CALM: Rates = Rates { lost: 10, unanswered: 10, killed: 6 };
const WILD: Rates = Rates { lost: 60, unanswered: 60, killed: 40 };

fn seeds(range: Range<u64>) -> Range<u64> {
    let Ok(asked) = env::var("DAWR_FAULT_SEEDS") else { return range };
    let (first, last) = asked.split_once("..").expect("first..last");
    first.parse().expect("a number")..last.parse().expect("a number")
}

/// So many tests share the schedules of a kind.
const PARTS: usize = 8;

/// The tests of a kind of schedule, side by side.
macro_rules! schedules {
    ($name:ident = $seeds:expr, $rates:expr) => {
        schedules!($name = $seeds, $rates; first 0, second 1, third 2, fourth 3, fifth 4, sixth 5, seventh 6, eighth 7);
    };
    ($name:ident = $seeds:expr, $rates:expr; $($part:ident $n:literal),*) => {
        mod $name {
            use super::*;

            $(
                #[tokio::test]
                async fn $part() {
                    part($n, $seeds, $rates).await;
                }
            )*
        }
    };
}

schedules!(calm_schedules = 0..8, CALM);
schedules!(wild_schedules = 1_000..1_008, WILD);

async fn part(n: usize, range: Range<u64>, rates: Rates) {
    for seed in seeds(range).skip(n).step_by(PARTS) {
        Schedule::new(seed, rates).await.run().await;
    }
}

/// One run of the pipeline.
struct Schedule {
    cloud: TestCloud,
    faults: Faults,
    rates: Rates,
    seed: u64,
    recipients: u32,
    /// What the sender may send: more than one batch, less than two.
    quota: u32,
    /// Whether the batch is stopped on the way.
    stops: bool,
}

impl Schedule {
    async fn new(seed: u64, rates: Rates) -> Self {
        let faults = Faults::new(seed);
        let between = Some(faults.between());
        let cloud = TestCloud::with(TestOptions { seed, between, ..TestOptions::default() }).await;
        // What is given up on the way is handed on again when it comes due.
        cloud.expect_dead_letters();
        let recipients = recipients(seed);
        // Every third of them, with the expander and without.
        let stops = seed % 3 == 2;
        Self { cloud, faults, rates, seed, recipients, quota: recipients * 3 / 2, stops }
    }

    async fn run(&self) {
        let owner = Desk::open(&self.cloud, "al-shifa").await;
        let member = self.cloud.member(&owner.clinic, Role::Moderator).await;
        owner.put(&format!("/api/quotas/{}", member.id), json!({ "addMessages": self.quota })).expect(200).await;
        let queue = owner.queue("د. ليلى").await;
        let tickets = owner.crowd(&queue, self.recipients).await;
        let template = owner.template("مرحبًا {{patientName}}، أمامك {{peopleAhead}}.").await;
        self.cloud.settle().await;

        let sender = owner.with(member);
        self.break_phones().await;
        self.faults.set(self.rates);
        let first = self.insist(sender.sending(&template, &tickets).key("first")).await;
        assert_eq!(first.status, 202, "seed {}: {}", self.seed, first.text);
        let second = self.insist(sender.sending(&template, &tickets).key("second")).await;
        assert_eq!((second.status, second.code().as_str()), (409, "QuotaExceeded"), "seed {}", self.seed);
        let steps = self.faults.below(40) + 20;
        let stop_at = self.stops.then(|| self.faults.below(steps / 2));
        for step in 0..steps {
            self.disturb().await;
            if stop_at == Some(step) {
                let batch = first.data()["batchId"].as_str().unwrap().to_owned();
                let stop = sender.renewed().post(&format!("/api/batches/{batch}/stop"), json!({}));
                let stopped = self.insist(stop).await;
                assert_eq!(stopped.status, 200, "seed {}: {}", self.seed, stopped.text);
            }
        }

        self.faults.set(Rates::default());
        self.cloud.clear_faults().await;
        self.cloud.pass(Duration::from_secs(20 * 60)).await;
        let repeated = sender.renewed().sending(&template, &tickets).key("first").expect(202).await;
        assert_eq!(repeated, first.data(), "seed {}: the first answer is given again", self.seed);
        self.judge(&owner.renewed(), &sender.person, &first).await;
    }

    /// Some phones, and some of the ways to them, are in a bad state.
    async fn break_phones(&self) {
        // WhatsApp takes a message, does not deliver it and never says so: then nobody can know. Not both at once.
        let silent = if self.seed.is_multiple_of(2) { "no_webhooks" } else { "failed:131026" };
        let kinds = [
            "error:131026",
            "error:130429",
            "error:131056",
            "http:500",
            "http:429",
            "drop_before_accept",
            "timeout_after_accept",
            "duplicate_webhooks",
            "reorder_webhooks",
            silent,
        ];
        for _ in 0..self.faults.below(12) {
            let kind = kinds[usize::try_from(self.faults.below(kinds.len() as u64)).unwrap()];
            // A time-out is waited for.
            let times = if kind == "timeout_after_accept" { 1 } else { 1 + self.faults.below(4) };
            let phone = crate::desk::phone(u32::try_from(self.faults.below(self.recipients.into())).unwrap());
            let to = (self.faults.below(2) == 0).then_some(phone.as_str());
            self.cloud.fault(kind, to, u32::try_from(times).unwrap()).await;
        }
    }

    /// A client that gets no answer, or one that says to come again, asks again with the same key.
    async fn insist(&self, call: Call<'_>) -> Answer {
        for _ in 0..200 {
            match self.faults.invocation(call.clone().send()).await {
                Some(answer) if answer.status < 500 && answer.code() != "StillRunning" => return answer,
                Some(_) => {}
                None => self.cloud.advance(Duration::from_secs(1)),
            }
            self.cloud.advance(Duration::from_secs(1));
        }
        panic!("seed {}: the request is never answered", self.seed);
    }

    /// One thing that a deployment does, disturbed.
    async fn disturb(&self) {
        let cloud = &self.cloud;
        match self.faults.below(10) {
            0..3 => {
                self.faults.invocation(cloud.inner().relay()).await.map(|done| done.expect("the stream is read"));
            }
            3..7 => self.deliver().await,
            7 => {
                self.faults.invocation(cloud.inner().tick()).await;
            }
            8 => self.webhooks().await,
            _ => cloud.advance(Duration::from_millis(self.faults.below(20_000))),
        }
    }

    /// Messages of a queue in another order, in pieces, some of them more than once.
    async fn deliver(&self) {
        let queue = Queue::ALL[usize::try_from(self.faults.below(Queue::ALL.len() as u64)).unwrap()];
        // What is not hidden comes again at once.
        let visibility = (self.faults.below(4) == 0).then_some(Duration::ZERO);
        let mut messages = self.cloud.receive(queue, visibility).await;
        for index in (1..messages.len()).rev() {
            let other = usize::try_from(self.faults.below(index as u64 + 1)).unwrap();
            messages.swap(index, other);
        }
        while !messages.is_empty() {
            let size = 1 + usize::try_from(self.faults.below(messages.len() as u64)).unwrap();
            let piece: Vec<_> = messages.drain(..size).collect();
            let deliver = || self.cloud.inner().deliver(queue, &piece);
            match self.faults.below(4) {
                // SQS delivers at least once, and does not wait for the first time to end.
                0 => {
                    self.faults.invocation(future::join(deliver(), deliver())).await;
                }
                _ => {
                    let done = self.faults.invocation(deliver()).await;
                    if done.is_none() && self.faults.below(2) == 0 {
                        self.faults.invocation(deliver()).await;
                    }
                }
            }
        }
    }

    /// Webhooks come over a socket: who is killed there is missed by nobody, so nobody is.
    async fn webhooks(&self) {
        self.faults.set(Rates { killed: 0, ..self.rates });
        self.cloud.inner().simulator().send_due().await.expect("webhooks are sent");
        self.faults.set(self.rates);
    }

    async fn judge(&self, owner: &Desk<'_>, sender: &Person, sent: &Answer) {
        let seed = self.seed;
        assert_eq!(self.cloud.items_of("batch").len(), 1, "seed {seed}: one request makes one batch");
        let batch = sent.data()["batchId"].as_str().unwrap().to_owned();
        let progress = owner.get(&format!("/api/batches/{batch}")).expect(200).await;
        assert_eq!(progress["done"], true, "seed {seed}: {progress}");
        assert_eq!(progress["state"], if self.stops { "stopped" } else { "expanded" }, "seed {seed}: {progress}");
        let unmade = progress["stopped"].as_u64().unwrap() - progress["counts"]["stopped"].as_u64().unwrap();
        let made = u64::from(self.recipients) - unmade;
        assert_eq!(progress["queued"], made, "seed {seed}: {progress}");
        assert!(self.stops || progress["stopped"] == 0, "seed {seed}: {progress}");

        let messages = owner.all(&format!("/api/messages?batchId={batch}&pageSize=200")).await;
        assert_eq!(messages.len() as u64, made, "seed {seed}");
        let tasks = owner.all("/api/tasks/failed?pageSize=200").await;
        let tasks: BTreeMap<&str, &Value> =
            tasks.iter().map(|task| (task["messageId"].as_str().unwrap(), task)).collect();
        let mut arrived = BTreeMap::<String, u32>::new();
        for received in self.cloud.received().await {
            *arrived.entry(received.to).or_default() += 1;
        }
        let (mut failed, mut successes) = (0, 0);
        for message in &messages {
            let (to, status) = (message["phoneNumber"].as_str().unwrap(), message["status"].as_str().unwrap());
            let times = arrived.remove(to).unwrap_or_default();
            let what = format!("seed {seed}: {to} got it {times} times; {message}");
            assert!(times <= 1, "twice. {what}");
            match status {
                "sent" | "delivered" | "read" => {
                    successes += 1;
                    assert_eq!(times, 1, "lost. {what}");
                }
                "failed" => {
                    failed += 1;
                    let task = tasks.get(message["id"].as_str().unwrap());
                    let task = task.unwrap_or_else(|| panic!("unexplained. {what}"));
                    assert_eq!(task["reason"], message["reason"], "{what}");
                    assert!(times == 0 || message["reason"] == "OutcomeUnknown", "failed, yet there. {what}");
                }
                "stopped" => assert!(self.stops && times == 0, "stopped, yet there. {what}"),
                _ => panic!("undecided. {what}"),
            }
        }
        assert!(arrived.is_empty(), "seed {seed}: nobody asked for these: {arrived:?}");
        assert_eq!(tasks.len(), failed, "seed {seed}: a task for each failure and no more");

        let quota = owner.quota(sender).await;
        assert_eq!(quota["consumedMessages"], successes, "seed {seed}: {quota}");
        assert_eq!(quota["messagesLeft"], self.quota - successes, "seed {seed}: {quota}");
        assert_eq!(quota["reservedMessages"], 0, "seed {seed}: {quota}");
    }
}
