//! A request in the making.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use crate::{Answer, TestCloud};

/// The address that requests come from unless they say otherwise (RFC 5737).
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// A request in the making.
#[must_use = "a request is made by expect, expect_errors or send"]
#[derive(Clone)]
pub struct Call<'a> {
    cloud: &'a TestCloud,
    request: http::Request<Bytes>,
    address: IpAddr,
}

impl TestCloud {
    /// A request.
    pub fn call(&self, method: &str, target: &str) -> Call<'_> {
        let mut request = http::Request::new(Bytes::new());
        *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
        *request.uri_mut() = target.parse().unwrap_or_else(|error| panic!("{target}: {error}"));
        let call = Call { cloud: self, request, address: ADDRESS };
        call.header(header::ACCEPT_LANGUAGE, "en")
    }

    /// `GET`.
    pub fn get(&self, target: &str) -> Call<'_> {
        self.call("GET", target)
    }

    /// `POST`.
    pub fn post(&self, target: &str) -> Call<'_> {
        self.call("POST", target)
    }

    /// `PUT`.
    pub fn put(&self, target: &str) -> Call<'_> {
        self.call("PUT", target)
    }

    /// `PATCH`.
    pub fn patch(&self, target: &str) -> Call<'_> {
        self.call("PATCH", target)
    }

    /// `DELETE`.
    pub fn delete(&self, target: &str) -> Call<'_> {
        self.call("DELETE", target)
    }
}

impl<'a> Call<'a> {
    /// Made by somebody: a [`Person`](crate::Person), or an access token.
    pub fn as_(self, who: &(impl AsRef<str> + ?Sized)) -> Self {
        self.header(header::AUTHORIZATION, &format!("Bearer {}", who.as_ref()))
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a body of any kind.
    pub fn body(mut self, kind: &str, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self.header(header::CONTENT_TYPE, kind)
    }

    /// With a header, in place of another of that name.
    pub fn header(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        let name = name.try_into().unwrap_or_else(|_| panic!("no name of a header"));
        self.request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// Without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    /// With a refresh cookie as [`Answer::cookie`] gives it.
    pub fn cookie(self, cookie: &str) -> Self {
        self.header(header::COOKIE, cookie)
    }

    /// With an Idempotency-Key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// From another address.
    pub fn from(mut self, address: [u8; 4]) -> Self {
        self.address = address.into();
        self
    }

    /// Makes the request and gives the data of its answer, which must have this status.
    pub async fn expect(self, status: u16) -> Value {
        self.send_expecting(status).await.data()
    }

    /// Makes the request, which must fail with this status, and gives each error's code and field.
    pub async fn expect_errors(self, status: u16) -> Vec<(String, String)> {
        self.send_expecting(status).await.errors()
    }

    /// Makes the request, whose answer must have this status.
    pub async fn send_expecting(self, status: u16) -> Answer {
        let answer = self.send().await;
        assert_eq!(answer.status, status, "{} answered {}", answer.request, answer.text);
        answer
    }

    /// Makes the request. Its answer is one that the contract has, or the test fails.
    pub async fn send(self) -> Answer {
        let (method, uri) = (self.request.method().as_str().to_owned(), self.request.uri().clone());
        let functions = self.cloud.inner().functions();
        let function = functions.route(&method, uri.path());
        // Boxed, because what is nested in it goes deep.
        let response = Box::pin(functions.request(self.request, self.address)).await;
        let answer = Answer::read(format!("{method} {uri}"), response);
        if let Some(function) = function {
            answer.check(function);
        }
        answer
    }
}
