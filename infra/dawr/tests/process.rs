//! The program as a person starts it: what it prints, how it ends, and what a `kill -9` leaves behind.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// What a message may take to come to an end after a crash: lease, hold, and some more.
const PATIENCE: Duration = Duration::from_secs(120);

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dawr"));
    // What serves, serves the API alone: the web app is built and tested by steps of its own.
    let serves = arguments.first().is_some_and(|first| first.starts_with("--"));
    command
        .args(arguments)
        .args(serves.then_some("--api"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The program while it runs. Dropped, it is killed.
struct Dawr {
    child: Child,
    url: String,
}

impl Dawr {
    fn start(data: &Path) -> Self {
        Self::run(&mut command(&["--port", "0", "--data", data.to_str().unwrap()]))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("ready ").unwrap_or_else(|| panic!("it said {line:?}")).to_owned();
        Self { child, url }
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        let client = reqwest::Client::new();
        let mut request = client.request(method.parse().unwrap(), format!("{}{path}", self.url)).bearer_auth(token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    async fn data(&self, method: &str, path: &str, token: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, token, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer["data"].clone()
    }
}

impl Drop for Dawr {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Exit code 2 and one line on standard error.
fn assert_refused(output: &Output, says: &str) {
    let line = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert_eq!(line.trim_end().lines().count(), 1, "{line}");
    assert!(line.contains(says), "{line}");
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn it_says_when_it_is_ready_and_ends_cleanly_when_it_is_asked_to() {
    // SIGINT is what Ctrl-C sends.
    for signal in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut dawr = Dawr::start(&folder.path().join("data"));
        let (status, health) = dawr.call("GET", "/health", "", Value::Null).await;
        assert_eq!((status, &health["data"]["status"]), (200, &json!("ok")));
        let asked = Instant::now();
        let told = Command::new("kill").args([signal, &dawr.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert!(dawr.child.wait().unwrap().success(), "{signal}");
        assert!(asked.elapsed() < Duration::from_secs(5), "{signal}: {:?}", asked.elapsed());
    }
}

/// Whoever wants to look into the look-alikes is told where they are; nobody else is.
#[test]
fn the_look_alikes_are_told_on_wish() {
    let mut child = command(&["--port", "0", "--memory", "--endpoints"]).spawn().unwrap();
    let lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().take(4).map(|line| line.unwrap()).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    for (line, start) in lines.iter().zip(["ready", "dynamodb", "sqs", "secretsmanager"]) {
        assert!(line.starts_with(&format!("{start} http://127.0.0.1:")), "{lines:?}");
    }
}

#[test]
fn in_memory_it_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dawr = Dawr::run(command(&["--port", "0", "--memory"]).current_dir(folder.path()));
    dawr.kill();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let both = command(&["--memory", "--data", "x"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let dawr = Dawr::start(folder.path());
    let owner = json!({
        "clinicName": "عيادة الشفاء", "slug": "al-shifa", "fullName": "سارة الأحمد", "username": "owner",
        "password": "Correct-horse 9",
    });
    let session = dawr.data("POST", "/api/auth/signup", "", owner).await;
    let token = session["accessToken"].as_str().unwrap();
    let queue = dawr.data("POST", "/api/queues", token, json!({ "doctorName": "د. ليلى" })).await;
    dawr.kill();
    let dawr = Dawr::start(folder.path());
    let read = dawr.data("GET", &format!("/api/queues/{}", queue["id"].as_str().unwrap()), token, Value::Null).await;
    assert_eq!(read["doctorName"], "د. ليلى");
}

#[test]
fn what_is_in_use_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = Dawr::start(&data);
    let second = command(&["--port", "0", "--data", data.to_str().unwrap()]).output().unwrap();
    assert_refused(&second, "in use");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let third = command(&["--port", &port, "--memory"]).output().unwrap();
    assert_refused(&third, &port);
    running.kill();
}

#[test]
fn a_damaged_folder_is_told_in_one_line() {
    for name in ["table.sqlite", "queues.sqlite", "simulator.sqlite"] {
        for damage in ["", "this is no database"] {
            let folder = tempfile::tempdir().unwrap();
            Dawr::start(folder.path()).kill();
            std::fs::write(folder.path().join(name), damage).unwrap();
            // What is still in the log of a killed process would make it whole again.
            let _ = std::fs::remove_file(folder.path().join(format!("{name}-wal")));
            let output = command(&["--port", "0", "--data", folder.path().to_str().unwrap()]).output().unwrap();
            assert_refused(&output, "damaged");
        }
    }
}

/// The trail is verified by the program that whoever runs the service has; somebody changes an entry behind its back.
#[tokio::test]
async fn the_trail_is_verified_and_an_edit_of_it_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let verify = |more: &[&str]| command(&[&["audit", "verify", "--data", data], more].concat()).output().unwrap();
    let dawr = Dawr::start(folder.path());
    let owner = json!({
        "clinicName": "عيادة الشفاء", "slug": "al-shifa", "fullName": "سارة الأحمد", "username": "owner",
        "password": "Correct-horse 9",
    });
    let session = dawr.data("POST", "/api/auth/signup", "", owner).await;
    let token = session["accessToken"].as_str().unwrap();
    let opened = Instant::now();
    dawr.data("POST", "/api/queues", token, json!({ "doctorName": "د. ليلى" })).await;
    assert_refused(&verify(&[]), "in use");
    // Until all is sealed, in copies such as a back-up makes: the running program keeps its own.
    let whole = loop {
        assert!(opened.elapsed() < PATIENCE, "the entries are never sealed");
        let copies = tempfile::tempdir().unwrap();
        let table = rusqlite::Connection::open(folder.path().join("table.sqlite")).unwrap();
        table.execute("VACUUM INTO ?1", [copies.path().join("table.sqlite").to_str().unwrap()]).unwrap();
        let copy = copies.path().to_str().unwrap();
        let output = command(&["audit", "verify", "--data", copy, "--ends"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}");
        if said.contains("not sealed yet 0") {
            break said;
        }
    };
    assert!(whole.contains("findings 0") && whole.contains("the last one"), "{whole}");
    let tenant = session["tenant"]["id"].as_str().unwrap().to_owned();
    dawr.kill();
    assert!(verify(&["--tenant", &tenant]).status.success());
    assert_refused(&verify(&["--tenant", "ten_00000000000000000000000000"]), "there is no tenant");
    let table = rusqlite::Connection::open(folder.path().join("table.sqlite")).unwrap();
    let edit =
        "UPDATE dawr SET item_json = replace(item_json, 'create_queue', 'delete_queue') WHERE pk LIKE '%#AUDIT#%'";
    assert!(table.execute(edit, []).unwrap() > 0);
    drop(table);
    let found = verify(&[]);
    let said = String::from_utf8_lossy(&found.stdout);
    assert_eq!(found.status.code(), Some(1), "{said}");
    assert!(said.contains(&tenant) && !said.contains("findings 0"), "{said}");
}

/// The whole process dies in the middle of a batch, twice; at the end every phone has its message once.
#[tokio::test]
async fn a_kill_in_the_middle_of_a_batch_misses_nobody_and_doubles_nothing() {
    let count = 120;
    let folder = tempfile::tempdir().unwrap();
    let dawr = Dawr::start(folder.path());
    let owner = json!({
        "clinicName": "عيادة الشفاء", "slug": "al-shifa", "fullName": "سارة الأحمد", "username": "owner",
        "password": "Correct-horse 9",
    });
    let session = dawr.data("POST", "/api/auth/signup", "", owner).await;
    let token = session["accessToken"].as_str().unwrap();
    let queue = dawr.data("POST", "/api/queues", token, json!({ "doctorName": "د. ليلى" })).await;
    let queue = queue["id"].as_str().unwrap();
    let patients: Vec<Value> = (0..count)
        .map(|n| json!({ "fullName": format!("مريض {n}"), "phoneNumber": format!("+9665{:08}", 10_000_000 + n) }))
        .collect();
    dawr.data("POST", &format!("/api/queues/{queue}/patients/bulk"), token, json!({ "patients": patients })).await;
    let template = json!({ "title": "تذكير", "content": "مرحبًا {{patientName}}" });
    let template = dawr.data("POST", "/api/templates", token, template).await;
    let send = json!({ "templateId": template["id"], "queueId": queue });
    let sent = dawr.data("POST", "/api/messages/send", token, send).await;
    let batch = format!("/api/batches/{}", sent["batchId"].as_str().unwrap());

    let arrived = async |dawr: &Dawr| {
        let (_, messages) = dawr.call("GET", "/simulator/api/messages", "", Value::Null).await;
        messages.as_array().unwrap().clone()
    };
    let reach = async |dawr: Dawr, least: usize| {
        let started = Instant::now();
        while arrived(&dawr).await.len() < least {
            assert!(started.elapsed() < PATIENCE, "the batch does not move");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        dawr.kill();
    };
    reach(dawr, 15).await;
    reach(Dawr::start(folder.path()), 60).await;
    let dawr = Dawr::start(folder.path());
    let started = Instant::now();
    let progress = loop {
        let progress = dawr.data("GET", &batch, token, Value::Null).await;
        if progress["done"] == true {
            break progress;
        }
        assert!(started.elapsed() < PATIENCE, "{progress}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };

    assert_eq!(progress["queued"], count, "{progress}");
    let mut phones = BTreeMap::<String, u32>::new();
    for message in arrived(&dawr).await {
        *phones.entry(message["to"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(phones.values().all(|times| *times == 1), "twice: {phones:?}");
    let failed = progress["counts"]["failed"].as_u64().unwrap();
    let tasks = dawr.data("GET", "/api/tasks/failed?pageSize=200", token, Value::Null).await;
    let tasks = tasks["items"].as_array().unwrap();
    assert_eq!(tasks.len() as u64, failed, "{progress}");
    assert!(tasks.iter().all(|task| task["reason"] == "OutcomeUnknown"), "{tasks:?}");
    // Who is unknown may have it or not; everybody else has it.
    assert!(phones.len() as u64 + failed >= count, "{} have it, {failed} are unknown", phones.len());
}

/// An operator is added to a folder that nothing uses, and signs in with what was printed.
#[tokio::test]
async fn an_operator_is_added_and_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let add = |arguments: &[&str]| {
        let name = ["--full-name", "هند القحطاني", "--data", data.to_str().unwrap()];
        command(&["operator", "add"]).args(arguments).args(name).output().unwrap()
    };
    assert_refused(&add(&["--username", "hind"]), "there is no data folder");
    let running = Dawr::start(&data);
    assert_refused(&add(&["--username", "hind"]), "in use");
    running.kill();
    let first = add(&["--username", "hind"]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let told = String::from_utf8(first.stdout).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("founded the platform's organisation ten_"), "{told}");
    assert_eq!(lines[1], "added hind to platform as platform_admin");
    let password = lines[2].strip_prefix("password ").unwrap();
    let second = add(&["--username", "hind", "--role", "platform_operator"]);
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&second.stderr).trim_end(), "dawr: the username is taken");
    let wrong = add(&["--username", "sara", "--role", "primary_admin"]);
    assert_eq!(wrong.status.code(), Some(2));
    let dawr = Dawr::start(&data);
    let body = json!({ "clinic": "platform", "username": "hind", "password": password });
    let session = dawr.data("POST", "/api/auth/login", "", body).await;
    assert_eq!(session["must"], "changePassword");
}
