//! The web app's stack against what one machine does.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderMap, Response};
use serde_norway::Value;

use super::super::web;
use crate::web::page;

fn stack() -> Value {
    serde_norway::from_str(&web::stack().unwrap()).unwrap()
}

fn properties(resource: &str) -> Value {
    stack()["Resources"][resource]["Properties"].clone()
}

fn distribution() -> Value {
    properties("Distribution")["DistributionConfig"].clone()
}

/// What CloudFront's policy makes of itself, by its documentation.
fn sent_by_cloudfront() -> BTreeMap<String, String> {
    let policy = &properties("Headers")["ResponseHeadersPolicyConfig"];
    let mut sent = BTreeMap::new();
    for (name, setting) in policy["SecurityHeadersConfig"].as_mapping().unwrap() {
        let told = |key: &str| setting[key].as_str().unwrap().to_owned();
        let (header, value) = match name.as_str().unwrap() {
            "ContentSecurityPolicy" => ("content-security-policy", told("ContentSecurityPolicy")),
            "ContentTypeOptions" => ("x-content-type-options", "nosniff".to_owned()),
            "ReferrerPolicy" => ("referrer-policy", told("ReferrerPolicy")),
            "StrictTransportSecurity" => {
                let seconds = setting["AccessControlMaxAgeSec"].as_u64().unwrap();
                ("strict-transport-security", format!("max-age={seconds}"))
            }
            other => panic!("{other} is no header that one machine sends"),
        };
        assert_eq!(setting["Override"], true, "{header}");
        sent.insert(header.to_owned(), value);
    }
    for item in policy["CustomHeadersConfig"]["Items"].as_sequence().unwrap() {
        assert_eq!(item["Override"], true);
        sent.insert(item["Header"].as_str().unwrap().to_owned(), item["Value"].as_str().unwrap().to_owned());
    }
    sent
}

#[test]
fn the_distribution_sends_the_headers_of_one_machine_and_one_more() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let answer: Response<Body> = page(folder.path(), "/", &HeaderMap::new());
    let of_the_file = ["etag", "cache-control", "vary", "content-type"];
    let local: BTreeMap<String, String> = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .filter(|(name, _)| !of_the_file.contains(&name.as_str()))
        .collect();
    let mut sent = sent_by_cloudfront();
    // One machine speaks plain HTTP to itself.
    assert_eq!(sent.remove("strict-transport-security").as_deref(), Some("max-age=31536000"));
    assert_eq!(sent, local);
    assert!(local.len() >= 6 && local["content-security-policy"].starts_with("default-src 'none'"));
}

#[test]
fn only_the_apps_own_paths_are_rewritten_and_no_error_becomes_a_page() {
    let distribution = distribution();
    let default = &distribution["DefaultCacheBehavior"];
    assert_eq!(default["TargetOriginId"], "app");
    assert_eq!(default["FunctionAssociations"][0]["EventType"], "viewer-request");
    let paths = distribution["CacheBehaviors"].as_sequence().unwrap();
    let patterns: Vec<_> = paths.iter().map(|behavior| behavior["PathPattern"].as_str().unwrap()).collect();
    assert_eq!(patterns, ["/api/*", "/health"]);
    for behavior in paths {
        assert_eq!(behavior["TargetOriginId"], "api");
        assert!(behavior["FunctionAssociations"].is_null() && behavior["ResponseHeadersPolicyId"].is_null());
        assert_eq!(behavior["ViewerProtocolPolicy"], "https-only");
    }
    for error in distribution["CustomErrorResponses"].as_sequence().unwrap() {
        assert_eq!(error["ErrorCachingMinTTL"], 0);
        assert!(error["ResponsePagePath"].is_null() && error["ResponseCode"].is_null());
    }
}

#[test]
fn every_path_of_the_api_goes_to_it() {
    let is_api = |path: &str| path.starts_with("/api/") || path == "/health";
    for function in super::CONTEXTS.iter().flat_map(|context| context.functions) {
        if let Some(http) = function.http() {
            assert!(is_api(http.path), "{} is asked for at {}", function.name, http.path);
        }
    }
}

#[test]
fn two_people_never_share_an_answer() {
    let key = &properties("ApiCache")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"];
    let headers = key["HeadersConfig"]["Headers"].as_sequence().unwrap();
    assert!(headers.iter().any(|header| header == "Authorization"));
    assert_eq!(key["CookiesConfig"]["CookieBehavior"], "all");
    assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "all");
    let policy = &properties("ApiCache")["CachePolicyConfig"];
    assert_eq!((policy["MinTTL"].as_u64(), policy["DefaultTTL"].as_u64()), (Some(0), Some(0)));
}

#[test]
fn the_bucket_is_the_distributions_alone() {
    let bucket = properties("Bucket");
    for block in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        assert_eq!(bucket["PublicAccessBlockConfiguration"][block], true, "{block}");
    }
    let policy = properties("BucketPolicy");
    for statement in policy["PolicyDocument"]["Statement"].as_sequence().unwrap() {
        if statement["Effect"] == "Allow" {
            assert_eq!(statement["Principal"]["Service"], "cloudfront.amazonaws.com");
            assert!(!statement["Condition"]["StringEquals"]["AWS:SourceArn"].is_null());
        }
    }
}

#[test]
fn cloudfront_takes_the_function() {
    // Ten kilobytes at the most, and a function of this name.
    assert!(crate::web::EDGE.len() < 10_000);
    assert!(crate::web::EDGE.contains("function handler(event)"));
}
