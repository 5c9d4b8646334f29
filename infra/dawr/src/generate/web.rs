//! `infra/stacks/web.yaml`: the web app's bucket, and the distribution in front of it and of the API (docs/adr/0022).

use serde_norway::{Mapping, Value};

use super::yaml::{attribute, choice, equals, list, map, not, only_if, reference, sub, text};
use crate::web::{EDGE, HEADERS, SHELF};

/// What the distribution's origins are called in it.
const APP: &str = "app";
const API: &str = "api";

/// The paths of the API. What is added here must not be a place within the app.
const API_PATHS: [&str; 2] = ["/api/*", "/health"];

/// AWS's own policy `AllViewerExceptHostHeader`: the gateway tells its APIs apart by the host.
const ALL_BUT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// The statuses whose answers a distribution keeps for ten seconds unless it is told otherwise.
const ERRORS: [u16; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

const YEAR: u32 = 31_536_000;

/// The stack.
///
/// # Errors
/// If it cannot be written as YAML.
pub(super) fn stack() -> anyhow::Result<String> {
    let text_of = |description: &str| map! { "Type" => "String", "Description" => description };
    text(&map! {
        "AWSTemplateFormatVersion" => "2010-09-09",
        "Description" => "Dawr, web: the app's files, and the distribution in front of them and of the API.",
        "Parameters" => map! {
            "Prefix" => text_of("What the names of functions, logs and secrets start with."),
            "ApiId" => text_of("The HTTP API."),
            "EdgeProof" => map! {
                "Type" => "String",
                "NoEcho" => true,
                "Description" => "The secret header by which requests show that they came this way; empty for none.",
            },
            "Domain" => text_of("Your own domain; empty for the distribution's."),
            "CertificateArn" => text_of("The domain's certificate, in us-east-1; empty without a domain."),
            "EdgeLogBucket" => text_of("The domain name of the bucket for access logs; empty for none."),
        },
        "Conditions" => map! {
            "HasProof" => not(equals("EdgeProof", "")),
            "HasDomain" => not(equals("Domain", "")),
            "HasLogs" => not(equals("EdgeLogBucket", "")),
        },
        "Resources" => resources(),
        "Outputs" => map! {
            "Url" => map! {
                "Description" => "Where the web app and the API are reached.",
                "Value" => choice("HasDomain", sub("https://${Domain}"), sub("https://${Distribution.DomainName}")),
            },
            "DomainName" => map! {
                "Description" => "What a domain of your own points to.",
                "Value" => attribute("Distribution", "DomainName"),
            },
            "Bucket" => map! { "Description" => "Where the web app's files are.", "Value" => reference("Bucket") },
        },
    })
}

fn resources() -> Value {
    map! {
        "Bucket" => bucket(),
        "BucketPolicy" => map! { "Type" => "AWS::S3::BucketPolicy", "Properties" => map! {
            "Bucket" => reference("Bucket"),
            "PolicyDocument" => bucket_policy(),
        } },
        "Access" => map! { "Type" => "AWS::CloudFront::OriginAccessControl", "Properties" => map! {
            "OriginAccessControlConfig" => map! {
                "Name" => sub("${Prefix}-web"),
                "OriginAccessControlOriginType" => "s3",
                "SigningBehavior" => "always",
                "SigningProtocol" => "sigv4",
            },
        } },
        "Paths" => map! { "Type" => "AWS::CloudFront::Function", "Properties" => map! {
            "Name" => sub("${Prefix}-web-paths"),
            "AutoPublish" => true,
            "FunctionConfig" => map! {
                "Comment" => "Paths of the app are its page; texts are sent as small as they are",
                "Runtime" => "cloudfront-js-2.0",
            },
            "FunctionCode" => EDGE,
        } },
        "Headers" => map! { "Type" => "AWS::CloudFront::ResponseHeadersPolicy", "Properties" => map! {
            "ResponseHeadersPolicyConfig" => headers(),
        } },
        "FilesCache" => cache_policy("web-files", YEAR, false, &map! { "HeaderBehavior" => "none" }, "none"),
        // Nothing is kept: the API says `no-store`. A longest time of naught would pass neither the country on nor the token,
        // and compress nothing; so both are in the key, and no two people can ever share an answer.
        "ApiCache" => cache_policy("api", 1, true, &map! {
            "HeaderBehavior" => "whitelist",
            "Headers" => list!["Authorization", "CloudFront-Viewer-Country"],
        }, "all"),
        "Distribution" => map! { "Type" => "AWS::CloudFront::Distribution", "Properties" => map! {
            "DistributionConfig" => distribution(),
        } },
    }
}

fn bucket() -> Value {
    map! {
        "Type" => "AWS::S3::Bucket",
        // A bucket that holds files cannot be deleted.
        "DeletionPolicy" => "Retain",
        "UpdateReplacePolicy" => "Retain",
        "Properties" => map! {
            "BucketEncryption" => map! {
                "ServerSideEncryptionConfiguration" => list![map! {
                    "ServerSideEncryptionByDefault" => map! { "SSEAlgorithm" => "AES256" },
                }],
            },
            "OwnershipControls" => map! { "Rules" => list![map! { "ObjectOwnership" => "BucketOwnerEnforced" }] },
            "PublicAccessBlockConfiguration" => map! {
                "BlockPublicAcls" => true,
                "BlockPublicPolicy" => true,
                "IgnorePublicAcls" => true,
                "RestrictPublicBuckets" => true,
            },
        },
    }
}

/// The distribution alone reads, and what is not there it may know not to be there.
fn bucket_policy() -> Value {
    let arn = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}";
    let allow = |action: &str, resource: Value| {
        map! {
            "Effect" => "Allow",
            "Principal" => map! { "Service" => "cloudfront.amazonaws.com" },
            "Action" => action,
            "Resource" => resource,
            "Condition" => map! { "StringEquals" => map! { "AWS:SourceArn" => sub(arn) } },
        }
    };
    map! {
        "Version" => "2012-10-17",
        "Statement" => list![
            allow("s3:GetObject", sub(format!("${{Bucket.Arn}}{SHELF}/*"))),
            allow("s3:ListBucket", attribute("Bucket", "Arn")),
            map! {
                "Effect" => "Deny",
                "Principal" => "*",
                "Action" => "s3:*",
                "Resource" => list![attribute("Bucket", "Arn"), sub("${Bucket.Arn}/*")],
                "Condition" => map! { "Bool" => map! { "aws:SecureTransport" => false } },
            },
        ],
    }
}

fn cache_policy(name: &str, longest: u32, compresses: bool, headers: &Value, others: &str) -> Value {
    map! { "Type" => "AWS::CloudFront::CachePolicy", "Properties" => map! {
        "CachePolicyConfig" => map! {
            "Name" => sub(format!("${{Prefix}}-{name}")),
            "MinTTL" => 0,
            "DefaultTTL" => 0,
            "MaxTTL" => longest,
            "ParametersInCacheKeyAndForwardedToOrigin" => map! {
                "EnableAcceptEncodingBrotli" => compresses,
                "EnableAcceptEncodingGzip" => compresses,
                "HeadersConfig" => headers.clone(),
                "CookiesConfig" => map! { "CookieBehavior" => others },
                "QueryStringsConfig" => map! { "QueryStringBehavior" => others },
            },
        },
    } }
}

/// The headers that `cargo run` sends, in the two places where CloudFront wants them, and that there is no way back to plain HTTP.
fn headers() -> Value {
    let mut security = Mapping::new();
    let mut custom = Vec::new();
    for (name, value) in HEADERS {
        let (key, setting) = match name {
            "content-security-policy" => ("ContentSecurityPolicy", map! { "ContentSecurityPolicy" => value }),
            "x-content-type-options" => ("ContentTypeOptions", map! {}),
            "referrer-policy" => ("ReferrerPolicy", map! { "ReferrerPolicy" => value }),
            _ => {
                custom.push(map! { "Header" => name, "Value" => value, "Override" => true });
                continue;
            }
        };
        security.insert(key.into(), super::yaml::merge(setting, map! { "Override" => true }));
    }
    let https = map! { "AccessControlMaxAgeSec" => YEAR, "IncludeSubdomains" => false, "Override" => true };
    security.insert("StrictTransportSecurity".into(), https);
    map! {
        "Name" => sub("${Prefix}-web"),
        "SecurityHeadersConfig" => security,
        "CustomHeadersConfig" => map! { "Items" => custom },
    }
}

fn distribution() -> Value {
    let kept = |code: u16| map! { "ErrorCode" => code, "ErrorCachingMinTTL" => 0 };
    map! {
        "Enabled" => true,
        "Comment" => sub("${Prefix}: the web app and the API"),
        "HttpVersion" => "http2and3",
        "IPV6Enabled" => true,
        // Europe, the Middle East, Africa and Asia; without South America and Australia.
        "PriceClass" => "PriceClass_200",
        "Aliases" => only_if("HasDomain", list![reference("Domain")]),
        "ViewerCertificate" => choice("HasDomain", map! {
            "AcmCertificateArn" => reference("CertificateArn"),
            "MinimumProtocolVersion" => "TLSv1.2_2021",
            "SslSupportMethod" => "sni-only",
        }, map! { "CloudFrontDefaultCertificate" => true }),
        "Logging" => only_if("HasLogs", map! {
            "Bucket" => reference("EdgeLogBucket"),
            "IncludeCookies" => false,
            "Prefix" => sub("${Prefix}/"),
        }),
        "Origins" => list![
            map! {
                "Id" => APP,
                "DomainName" => attribute("Bucket", "RegionalDomainName"),
                "OriginPath" => SHELF,
                "OriginAccessControlId" => attribute("Access", "Id"),
                "S3OriginConfig" => map! { "OriginAccessIdentity" => "" },
            },
            map! {
                "Id" => API,
                "DomainName" => sub("${ApiId}.execute-api.${AWS::Region}.${AWS::URLSuffix}"),
                "CustomOriginConfig" => map! {
                    "OriginProtocolPolicy" => "https-only",
                    "OriginSSLProtocols" => list!["TLSv1.2"],
                    // As long as the gateway waits for a function.
                    "OriginReadTimeout" => 30,
                },
                "OriginCustomHeaders" => only_if("HasProof", list![map! {
                    "HeaderName" => dawr_runtime::EDGE_PROOF,
                    "HeaderValue" => reference("EdgeProof"),
                }]),
            },
        ],
        "DefaultCacheBehavior" => map! {
            "TargetOriginId" => APP,
            "ViewerProtocolPolicy" => "redirect-to-https",
            "CachePolicyId" => reference("FilesCache"),
            "ResponseHeadersPolicyId" => reference("Headers"),
            "FunctionAssociations" => list![map! {
                "EventType" => "viewer-request",
                "FunctionARN" => attribute("Paths", "FunctionARN"),
            }],
        },
        "CacheBehaviors" => API_PATHS.map(api).to_vec(),
        // No page of ours in place of an error, which could as well be the API's, and none kept.
        "CustomErrorResponses" => ERRORS.map(kept).to_vec(),
    }
}

fn api(path: &str) -> Value {
    map! {
        "PathPattern" => path,
        "TargetOriginId" => API,
        // A token that was sent in the clear once is not made good by sending it on.
        "ViewerProtocolPolicy" => "https-only",
        "AllowedMethods" => list!["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        "CachePolicyId" => reference("ApiCache"),
        "OriginRequestPolicyId" => ALL_BUT_HOST,
        "Compress" => true,
    }
}
