//! A bucket of S3, as far as an upload needs it: four calls, signed by the crate that signs for the SDKs. The SDK for S3 itself would be
//! most of the time that this program takes to build (docs/adr/0022).

use std::{collections::BTreeSet, env, time::SystemTime};

use anyhow::{anyhow, ensure};
use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use dawr_runtime::AwsEndpoint;
use http::{HeaderName, Method, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Response};

use crate::aws::Clock;

/// What stays as it is in an address that is signed.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same in a key, whose parts are divided by `/`.
const KEY: &AsciiSet = &UNRESERVED.remove(b'/');

/// A bucket, and who reaches it.
pub(super) struct Bucket {
    client: Client,
    /// Without a `/` at its end.
    url: String,
    region: String,
    credentials: Credentials,
    clock: Clock,
}

impl Bucket {
    /// A bucket as the usual environment variables reach it.
    ///
    /// # Errors
    /// If they say too little.
    pub(super) fn of_environment(name: &str, clock: Clock) -> anyhow::Result<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        ensure!(!name.is_empty() && name.bytes().all(plain), "{name:?} is no name of a bucket");
        let endpoint = AwsEndpoint::of_environment().map_err(anyhow::Error::msg)?;
        let another = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].into_iter().filter_map(|name| env::var(name).ok());
        let url = match another.into_iter().find(|url| !url.is_empty()) {
            Some(url) => format!("{}/{name}", url.trim_end_matches('/')),
            // The bucket in the host is another certificate where its name has dots.
            None => format!("https://s3.{}.amazonaws.com/{name}", endpoint.region),
        };
        let (id, secret, session) = endpoint.credentials;
        Ok(Self {
            client: Client::builder().redirect(reqwest::redirect::Policy::none()).build()?,
            url,
            region: endpoint.region,
            credentials: Credentials::new(id, secret, session, None, "environment"),
            clock,
        })
    }

    /// The keys that start so.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub(super) async fn list(&self, prefix: &str) -> anyhow::Result<BTreeSet<String>> {
        let mut keys = BTreeSet::new();
        let mut next: Option<String> = None;
        loop {
            let encoded = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
            let further = next.map(|token| format!("continuation-token={}&", encoded(&token))).unwrap_or_default();
            let query = format!("?{further}list-type=2&prefix={}", encoded(prefix));
            let page = self.send(Method::GET, &query, &[], Vec::new()).await?.text().await?;
            keys.extend(elements(&page, "Key").map(unescaped));
            next = elements(&page, "NextContinuationToken").next().map(unescaped);
            if next.is_none() {
                return Ok(keys);
            }
        }
    }

    /// What is there under this key; none if nothing is.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub(super) async fn get(&self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let answer = self.answer(Method::GET, &path(key), &[], Vec::new()).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        Ok(Some(succeeded(answer).await?.bytes().await?.to_vec()))
    }

    /// Puts this there, with headers that come along whenever it is asked for.
    ///
    /// # Errors
    /// If it cannot be reached or written.
    pub(super) async fn put(&self, key: &str, headers: &[(HeaderName, &str)], content: Vec<u8>) -> anyhow::Result<()> {
        self.send(Method::PUT, &path(key), headers, content).await.map(drop)
    }

    /// Takes away what is there.
    ///
    /// # Errors
    /// If it cannot be reached or written.
    pub(super) async fn delete(&self, key: &str) -> anyhow::Result<()> {
        self.send(Method::DELETE, &path(key), &[], Vec::new()).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        content: Vec<u8>,
    ) -> anyhow::Result<Response> {
        succeeded(self.answer(method, path, headers, content).await?).await
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        content: Vec<u8>,
    ) -> anyhow::Result<Response> {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let mut request = request.body(content)?;
        self.sign(&mut request, (self.clock)().into())?;
        Ok(self.client.execute(request.try_into()?).await?)
    }

    fn sign(&self, request: &mut http::Request<Vec<u8>>, now: SystemTime) -> anyhow::Result<()> {
        let mut settings = SigningSettings::default();
        // S3's own ways: keys are signed as they are sent, and the body's hash is a header.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(now)
            .settings(settings)
            .build()?
            .into();
        let told: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| anyhow::Ok((name.to_string(), value.to_str()?.to_owned())))
            .collect::<anyhow::Result<_>>()?;
        let headers = told.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (method, uri) = (request.method().as_str(), request.uri().to_string());
        let signable = SignableRequest::new(method, uri, headers, SignableBody::Bytes(request.body()))?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

async fn succeeded(answer: Response) -> anyhow::Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let text = answer.text().await.unwrap_or_default();
    let told = |name: &str| elements(&text, name).next().map(unescaped).unwrap_or_default();
    Err(anyhow!("{status} {} {}", told("Code"), told("Message")).context("S3 refused"))
}

fn path(key: &str) -> String {
    format!("/{}", utf8_percent_encode(key, KEY))
}

/// What stands in each element of this name, which has no others within it.
fn elements<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&open)?;
        let (content, after) = after.split_once(&close)?;
        rest = after;
        Some(content)
    })
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&apos;", "'").replace("&amp;", "&")
}

/// Headers of a file, as it is put there.
pub(super) fn headers<'a>(kind: &'a str, cache: &'a str, encoding: Option<&'a str>) -> Vec<(HeaderName, &'a str)> {
    let encoding = encoding.map(|encoding| (header::CONTENT_ENCODING, encoding));
    [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)].into_iter().chain(encoding).collect()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        time::{Duration, UNIX_EPOCH},
    };

    use super::*;

    /// The examples of AWS's "Signature Calculations for the Authorization Header" of S3: 24 May 2013, midnight.
    fn signed(method: Method, path: &str, headers: &[(&str, &str)], content: &[u8]) -> String {
        let bucket = Bucket {
            client: Client::new(),
            url: "https://examplebucket.s3.amazonaws.com".to_owned(),
            region: "us-east-1".to_owned(),
            credentials: Credentials::new(
                "AKIAIOSFODNN7EXAMPLE",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                None,
                None,
                "example",
            ),
            clock: Arc::new(dawr_runtime::system_clock),
        };
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", bucket.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(content.to_vec()).unwrap();
        bucket.sign(&mut request, UNIX_EPOCH + Duration::from_secs(1_369_353_600)).unwrap();
        let authorization = request.headers()[header::AUTHORIZATION].to_str().unwrap();
        authorization.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    #[test]
    fn a_request_is_signed_as_s3_signs_its_examples() {
        assert_eq!(
            signed(Method::GET, "/test.txt", &[("range", "bytes=0-9")], b""),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        assert_eq!(
            signed(
                Method::PUT,
                &path("test$file.text"),
                &[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                b"Welcome to Amazon S3."
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
        assert_eq!(
            signed(Method::GET, "/?max-keys=2&prefix=J", &[], b""),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }

    #[test]
    fn a_listing_is_read() {
        let page = "<ListBucketResult><Contents><Key>app/a&amp;b</Key></Contents><Contents><Key>app/c</Key></Contents>\
                    <NextContinuationToken>1/2==</NextContinuationToken></ListBucketResult>";
        assert_eq!(elements(page, "Key").map(unescaped).collect::<Vec<_>>(), ["app/a&b", "app/c"]);
        assert_eq!(elements(page, "NextContinuationToken").next(), Some("1/2=="));
        assert_eq!(elements("<Key>", "Key").count(), 0);
    }

    #[test]
    fn what_is_no_name_of_a_bucket_is_sent_nowhere() {
        for name in ["", "a/../b", "A", "a?b", "a b", "a@evil.example"] {
            let refused = Bucket::of_environment(name, Arc::new(dawr_runtime::system_clock)).err().unwrap();
            assert!(refused.to_string().contains("no name of a bucket"), "{name}: {refused}");
        }
    }
}
