//! Meta's errors: title and HTTP status of each code, and the shape of the answer.
//!
//! Source: Meta, "WhatsApp Cloud API: error codes".

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// What Meta says of one error code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulator) struct MetaError {
    pub(in crate::simulator) code: u32,
    pub(in crate::simulator) status: u16,
    pub(in crate::simulator) title: &'static str,
    pub(in crate::simulator) details: &'static str,
}

impl MetaError {
    /// The entry for `code`; one that is not in the table is a plain 400.
    pub(in crate::simulator) fn of(code: u32) -> Self {
        let known = TABLE.iter().find(|(known, ..)| *known == code);
        let (status, title, details) = match (known, code) {
            (Some((_, status, title, details)), _) => (*status, *title, *details),
            (None, 200..=299) => (403, "API Permission", "Permission is either not granted or has been removed."),
            (None, _) => (400, "Unknown error", "An error that the simulator was asked for."),
        };
        Self { code, status, title, details }
    }
}

type Row = (u32, u16, &'static str, &'static str);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (0, 401, "AuthException", "We were unable to authenticate the app user."),
    (1, 400, "API Unknown", "Invalid request or possible server error."),
    (2, 503, "API Service", "Temporary due to downtime or due to being overloaded."),
    (3, 500, "API Method", "Capability or permissions issue."),
    (4, 400, "API Too Many Calls", "The app has reached its API call rate limit."),
    (10, 403, "Permission Denied", "Permission is either not granted or has been removed."),
    (33, 400, "Parameter value is not valid", "The business phone number has been deleted."),
    (100, 400, "Invalid parameter", "The request included one or more unsupported or misspelled parameters."),
    (190, 401, "Access token has expired", "Your access token has expired."),
    (368, 403, "Temporarily blocked for policies violations", "The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform policy."),
    (80007, 400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
    (130403, 403, "Recipient not allowed", "Messages to this recipient are not allowed."),
    (130429, 400, "Rate limit hit", "Cloud API message throughput has been reached."),
    (130472, 400, "User's number is part of an experiment", "Message was not sent as part of an experiment."),
    (130497, 403, "Business account is restricted from messaging users in this country.", "The WhatsApp Business Account is restricted from messaging users in certain countries."),
    (131000, 500, "Something went wrong", "Message failed to send due to an unknown error."),
    (131005, 403, "Access denied", "Permission is either not granted or has been removed."),
    (131008, 400, "Required parameter is missing", "The request is missing a required parameter."),
    (131009, 400, "Parameter value is not valid", "One or more parameter values are invalid."),
    (131016, 500, "Service unavailable", "A service is temporarily unavailable."),
    (131021, 400, "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    (131026, 400, "Message undeliverable", "Message Undeliverable."),
    (131030, 400, "Recipient phone number not in allowed list", "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again."),
    (131031, 403, "Account has been locked", "The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform policy, or we were unable to verify data included in the request."),
    (131037, 400, "WhatsApp provided number needs display name approval before message can be sent", "The business phone number used to send the request does not have an approved display name."),
    (131042, 400, "Business eligibility payment issue", "There was an error related to your payment method."),
    (131045, 500, "Incorrect certificate", "Message failed to send due to a phone number registration error."),
    (131047, 400, "Re-engagement message", "Message failed to send because more than 24 hours have passed since the customer last replied to this number."),
    (131048, 400, "Spam rate limit hit", "Message failed to send because there are restrictions on how many messages can be sent from this phone number."),
    (131049, 400, "This message was not delivered to maintain healthy ecosystem engagement.", "In order to maintain a healthy ecosystem engagement, the message failed to be delivered."),
    (131050, 400, "Unable to deliver the message.", "This recipient has chosen to stop receiving marketing messages on WhatsApp from your business."),
    (131051, 400, "Unsupported message type", "Message type is currently not supported."),
    (131052, 400, "Media download error", "Unable to download the media sent by the user."),
    (131053, 400, "Media upload error", "Unable to upload the media used in the message."),
    (131056, 400, "(Business Account, Consumer Account) pair rate limit hit", "Too many messages sent from the sender phone number to the same recipient phone number in a short period of time."),
    (131057, 500, "Account in maintenance mode", "Business Account is in maintenance mode."),
    (131062, 400, "Recipient not supported", "This recipient cannot be reached with this kind of message."),
    (132000, 400, "Number of parameters does not match the expected number of params", "The number of variable parameter values included in the request did not match the number of variable parameters defined in the template."),
    (132001, 404, "Template name does not exist in the translation", "The template does not exist in the specified language or the template has not been approved."),
    (132005, 400, "Translated text too long", "Translated text is too long."),
    (132007, 400, "Template Format Character Policy Violated", "Template content violates a WhatsApp policy."),
    (132008, 400, "Template parameter format mismatch", "A template parameter has the wrong format."),
    (132012, 400, "Parameter format does not match format in the created template", "Variable parameter values formatted incorrectly."),
    (132015, 400, "Template is paused", "Template is paused due to low quality so it cannot be sent in a template message."),
    (132016, 400, "Template is disabled", "Template has been paused too many times due to low quality and is now permanently disabled."),
    (132018, 400, "There is an issue with the parameters in your template", "Param text cannot have new-line/tab characters or more than 4 consecutive spaces."),
    (132068, 400, "Flow is in blocked state", "Flow is in blocked state."),
    (132069, 400, "Flow is in throttled state", "Flow is in throttled state and 10 messages using this flow were already sent in the last hour."),
    (133000, 500, "Incomplete Deregistration", "A previous deregistration attempt failed."),
    (133004, 503, "Server Temporarily Unavailable", "Server is temporarily unavailable."),
    (133010, 400, "Phone number Not Registered", "Phone number not registered on the WhatsApp Business Platform."),
    (133015, 400, "Phone number was recently deleted", "The phone number you are attempting to register was recently deleted, and deletion has not yet completed."),
    (134101, 400, "Template is being synchronised", "The template is being prepared for sending; try again in 10 minutes."),
    (135000, 400, "Generic user error", "Message failed to send because of an unknown error with your request parameters."),
];

/// An error answer of the Graph API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulator) struct GraphError {
    status: u16,
    message: String,
    kind: &'static str,
    code: u32,
    details: Option<String>,
    subcode: Option<u32>,
}

impl GraphError {
    /// Where Meta explains its codes.
    pub(in crate::simulator) const HELP: &str =
        "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

    /// The error of that code, with the details of the table.
    pub(in crate::simulator) fn of(code: u32) -> Self {
        let known = MetaError::of(code);
        Self::with_details(code, known.details)
    }

    /// The error of that code, with details of its own.
    pub(in crate::simulator) fn with_details(code: u32, details: impl Into<String>) -> Self {
        let known = MetaError::of(code);
        Self {
            status: known.status,
            message: format!("(#{code}) {}", known.title),
            kind: "OAuthException",
            code,
            details: Some(details.into()),
            subcode: None,
        }
    }

    /// The bearer token is missing or not the number's.
    pub(in crate::simulator) fn bad_token() -> Self {
        Self {
            status: 401,
            message: "Invalid OAuth access token - Cannot parse access token".to_owned(),
            kind: "OAuthException",
            code: 190,
            details: None,
            subcode: None,
        }
    }

    /// The path's object is unknown, or cannot do this.
    pub(in crate::simulator) fn no_such_object(method: &str, id: &str) -> Self {
        Self {
            status: 400,
            message: format!(
                "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                 permissions, or does not support this operation. Please read the Graph API documentation at \
                 https://developers.facebook.com/docs/graph-api"
            ),
            kind: "GraphMethodException",
            code: 100,
            details: None,
            subcode: Some(33),
        }
    }

    /// The object has no such field.
    pub(in crate::simulator) fn no_such_field(field: &str, kind: &str) -> Self {
        Self {
            status: 400,
            message: format!("(#100) Tried accessing nonexisting field ({field}) on node type ({kind})"),
            kind: "OAuthException",
            code: 100,
            details: None,
            subcode: None,
        }
    }

    /// The path does not begin with a version, names nothing, or goes on where nothing can follow.
    pub(in crate::simulator) fn unknown_path(path: &str) -> Self {
        Self {
            status: 400,
            message: format!("Unknown path components: /{path}"),
            kind: "OAuthException",
            code: 2500,
            details: None,
            subcode: None,
        }
    }

    /// Meta's answer to its own unexpected failure.
    pub(in crate::simulator) fn unknown(status: u16, code: u32) -> Self {
        Self {
            status,
            message: "An unknown error occurred".to_owned(),
            kind: "OAuthException",
            code,
            details: None,
            subcode: None,
        }
    }

    /// Meta's error code.
    #[cfg(test)]
    pub(in crate::simulator) fn code(&self) -> u32 {
        self.code
    }

    pub(in crate::simulator) fn respond(&self, fbtrace_id: &str) -> Response {
        let data = |details| json!({ "messaging_product": "whatsapp", "details": details });
        let error = ErrorBody {
            message: &self.message,
            kind: self.kind,
            code: self.code,
            error_data: self.details.as_ref().map(data),
            error_subcode: self.subcode,
            fbtrace_id,
        };
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(json!({ "error": error }))).into_response()
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_subcode: Option<u32>,
    fbtrace_id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_code_once_and_real_statuses() {
        for (index, (code, status, title, details)) in TABLE.iter().enumerate() {
            assert!(TABLE.iter().skip(index + 1).all(|(other, ..)| other != code), "{code} twice");
            assert!((400..600).contains(status) && !title.is_empty() && !details.is_empty(), "{code}");
        }
    }

    /// The codes that the sender must tell apart: each needs its entry.
    #[test]
    fn every_code_with_a_treatment_of_its_own_is_known() {
        for code in [
            131056, 130429, 4, 80007, 1, 2, 131000, 131016, 133004, 131057, 133015, 134101, 131049, 130472, 131048,
            131050, 130403, 131026, 131021, 131062, 131047, 100, 131008, 131009, 131051, 131052, 131053, 132000,
            132001, 132005, 132007, 132008, 132012, 132018, 132068, 135000, 132015, 132016, 0, 3, 10, 190, 131005, 33,
            133010, 131045, 133000, 131031, 131037, 368, 130497, 131042, 131030,
        ] {
            assert!(TABLE.iter().any(|(known, ..)| *known == code), "{code}");
        }
        assert_eq!(MetaError::of(210).status, 403);
        assert_eq!(MetaError::of(999_999).status, 400);
    }
}
