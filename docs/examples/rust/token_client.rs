//! A test suite in Rust against `fakeprovider serve`, with the standard library alone.
//!   rustc --test docs/examples/rust/token_client.rs -o token_client && ./token_client
//! Real suites use their HTTP and JSON crates; what is asked of the control API stays the same.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Provider {
    process: Child,
    line: String,
}

impl Provider {
    fn serve() -> Provider {
        let command = std::env::var("FAKEPROVIDER").unwrap_or("fakeprovider".into());
        let mut words = command.split(' ');
        let mut process = Command::new(words.next().unwrap())
            .args(words)
            .args(["serve", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("fakeprovider is installed");
        let mut line = String::new();
        // The one line is there when the provider is.
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Provider { process, line }
    }

    fn endpoint(&self, name: &str) -> String {
        member(&self.line, name)
    }

    fn control(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        http(method, &format!("{}{path}", member(&self.line, "control")), "application/json", body)
    }

    fn refresh(&self, refresh_token: &str) -> (u16, String) {
        let form = format!("grant_type=refresh_token&client_id=cli&refresh_token={refresh_token}");
        http("POST", &self.endpoint("token"), "application/x-www-form-urlencoded", &form)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The text member `name` of a JSON object; enough for what is read here.
fn member(json: &str, name: &str) -> String {
    let start = json.find(&format!("\"{name}\":")).expect(name) + name.len() + 3;
    let value = json[start..].trim_start().strip_prefix('"').expect("text");
    value.split('"').next().unwrap().into()
}

fn http(method: &str, url: &str, kind: &str, body: &str) -> (u16, String) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.into())
}

#[test]
fn a_refresh_meets_a_503_and_then_works() {
    let provider = Provider::serve();
    let (_, seeded) = provider.control("POST", "/tokens", r#"{"client_id": "cli"}"#);
    let token = member(&seeded, "refresh_token");
    let (status, told) = provider.control("POST", "/faults", r#"{"text": "token[refresh_token] : ServerError(503) x1"}"#);
    assert_eq!(status, 201, "{told}");

    assert_eq!(provider.refresh(&token).0, 503);
    let (status, tokens) = provider.refresh(&token);

    assert_eq!(status, 200, "{tokens}");
    assert_ne!(member(&tokens, "refresh_token"), token);
    let (_, told) = provider.control("DELETE", "/faults/1", "");
    assert_eq!(member(&told, "message"), "", "the fault was never met: the test would have proved nothing");
}

#[test]
fn a_misspelt_fault_is_explained() {
    let (status, told) = Provider::serve().control("POST", "/faults", r#"{"text": "token : SeverError(503)"}"#);
    assert_eq!(status, 422);
    assert!(told.contains("Did you mean 'ServerError'?"), "{told}");
}
