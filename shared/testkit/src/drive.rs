//! What a deployment does by itself, done when a test says so.

use std::time::Duration;

use dawr::aws::{ACCOUNT, Message, MoveStatus, NewMessage, REGION, ReceiveOptions};
use dawr_api::function::Queue;
use jiff::Timestamp;

use crate::TestCloud;

/// So many rounds of work follow from one request at the most; more means that something goes round in circles.
const ROUNDS: usize = 5_000;

/// How often the scheduled functions run in the cloud.
const TICK: Duration = Duration::from_secs(60);

impl TestCloud {
    /// Does all that is due: stream records, messages, webhooks; and goes on to the webhooks that fall due later, moving
    /// the clock to them. Delayed messages and the schedule wait for [`pass`](Self::pass).
    pub async fn settle(&self) {
        self.settle_before(None).await;
    }

    /// Lets time pass: all that falls due happens in its order, the scheduled functions run every minute.
    pub async fn pass(&self, span: Duration) {
        let end = self.clock().now() + span;
        let mut tick = self.clock().now() + TICK;
        loop {
            self.settle_before(Some(end.min(tick))).await;
            let next = self.next_message().into_iter().fold(end.min(tick), Timestamp::min);
            self.clock().advance_to(next);
            if next >= tick {
                self.tick().await;
                tick += TICK;
            }
            if next >= end {
                return self.settle_before(Some(end)).await;
            }
        }
    }

    /// Runs the scheduled functions once.
    pub async fn tick(&self) {
        self.inner().tick().await.expect("the scheduled functions");
    }

    /// Does what is due now, once. Gives how much that was.
    pub async fn step(&self) -> usize {
        let mut done = self.inner().relay().await.expect("the stream is read");
        for queue in Queue::ALL {
            let messages = self.receive(*queue, None).await;
            done += messages.len();
            if !messages.is_empty() {
                self.inner().deliver(*queue, &messages).await;
            }
        }
        done + self.inner().simulator().send_due().await.expect("webhooks are sent")
    }

    /// Takes messages of a queue as its function would get them, without waiting.
    pub async fn receive(&self, queue: Queue, visibility: Option<Duration>) -> Vec<Message> {
        let max = usize::try_from(queue.batch_size()).unwrap();
        let options = ReceiveOptions { max, visibility, wait: Some(Duration::ZERO) };
        let messages = self.inner().aws().queues().receive(queue.as_str(), options).await.expect("the queue is read");
        self.bodies.lock().unwrap().extend(messages.iter().map(|message| message.body.clone()));
        messages
    }

    /// The bodies of all messages that were taken from queues so far.
    pub fn message_bodies(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
    }

    async fn settle_before(&self, end: Option<Timestamp>) {
        for _ in 0..ROUNDS {
            if self.step().await > 0 {
                continue;
            }
            match self.inner().simulator().next_due().await.expect("webhooks are owed") {
                Some(at) if end.is_none_or(|end| at < end) => self.clock().advance_to(at),
                _ => return,
            }
        }
        panic!("after {ROUNDS} rounds there is still something to do");
    }

    /// When the next hidden or delayed message can be received.
    fn next_message(&self) -> Option<Timestamp> {
        let queues = self.inner().aws().queues();
        let due = Queue::ALL.iter().filter_map(|queue| queues.next_due(queue.as_str()).expect("the queue is read"));
        due.min().map(|due| self.clock().now() + due)
    }
}

/// Queues that tests fill and empty by hand.
impl TestCloud {
    /// Makes a dead letter: a job that no function of the queue can read is received until it is given up.
    pub async fn bury(&self, queue: Queue) {
        let job = NewMessage { body: "{}".to_owned(), ..NewMessage::default() };
        self.inner().aws().queues().send(queue.as_str(), &[job]).unwrap();
        for _ in 0..=queue.max_receives() {
            self.receive(queue, Some(Duration::ZERO)).await;
        }
    }

    /// Ends redrives and throws away the dead letters of a queue.
    pub fn exhume(&self, queue: Queue) {
        let queues = self.inner().aws().queues();
        let dead = format!("{}-dead", queue.as_str());
        for task in queues.moves(&dead_letter_arn(queue), 10).unwrap() {
            if task.status == MoveStatus::Running {
                queues.cancel_move(&task.handle).unwrap();
            }
            queues.step(&task.handle, 0).unwrap();
        }
        // The next redrive is a later one.
        self.advance(Duration::from_millis(1));
        queues.purge(&dead).unwrap();
    }
}

/// The name of a queue's dead-letter queue among all of AWS.
pub fn dead_letter_arn(queue: Queue) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}-dead", queue.as_str())
}

impl TestCloud {
    /// Hands on what was committed and expands batches, but sends nothing.
    pub async fn expand(&self) {
        loop {
            self.inner().relay().await.expect("the stream is read");
            let jobs = self.receive(Queue::Batches, None).await;
            if jobs.is_empty() {
                return;
            }
            self.inner().deliver(Queue::Batches, &jobs).await;
        }
    }
}
