//! A new tenant on one machine: it gets a number on the patients' phones, so that its first message needs no set-up. What it
//! takes is what any clinic does with a number of its own: `PUT /api/settings/whatsapp`, as its owner.

use std::{net::IpAddr, sync::Arc};

use dawr_kernel::entropy::{Entropy, random};
use dawr_messaging::account::CALLBACK_PATH;
use http::{Request, header};
use serde_json::{Map, Value, json};

use super::{Functions, gateway::event};
use crate::simulator::{Registration, Simulator};

/// The function whose success founds a tenant.
pub(super) const SIGN_UP: &str = "sign_up";

/// The function that connects it.
const CONNECT: &str = "set_whatsapp";

/// The template that the phones know without being told.
const NOTICE: &str = "dawr_notice";

/// The phones that newcomers are connected to.
pub(super) struct Newcomers {
    pub(super) phones: Simulator,
    pub(super) entropy: Arc<dyn Entropy>,
}

impl Newcomers {
    /// A number that nobody has yet, with credentials of its own.
    fn number(&self, name: &str) -> Registration {
        let bytes: [u8; 48] = random(&*self.entropy);
        let digits: String = bytes.iter().take(12).map(|byte| char::from(b'0' + byte % 10)).collect();
        let secret =
            |part: usize| data_encoding::HEXLOWER.encode(bytes.get(part * 12..(part + 1) * 12).unwrap_or_default());
        Registration {
            phone_number_id: format!("100{digits}"),
            display_number: format!("+1555{}", digits.get(..7).unwrap_or_default()),
            name: name.to_owned(),
            access_token: secret(1),
            app_secret: secret(2),
            // The port may be another one at the next start.
            callback_url: CALLBACK_PATH.to_owned(),
        }
    }
}

impl Functions {
    /// Connects the tenant that a sign-up has just founded, given what was asked and answered. It stands without, too: the owner
    /// can connect it.
    pub(super) async fn welcome(&self, asked: &[u8], signed_up: &Value, from: IpAddr) {
        if let Err(problem) = self.connect(asked, signed_up, from).await {
            tracing::warn!(problem, "a new tenant is not connected to the phones");
        }
    }

    async fn connect(&self, asked: &[u8], signed_up: &Value, from: IpAddr) -> Result<(), &'static str> {
        let asked: Value = serde_json::from_slice(asked).map_err(|_| "the request is not to be read")?;
        let answer: Value = signed_up
            .get("body")
            .and_then(Value::as_str)
            .and_then(|body| serde_json::from_str(body).ok())
            .ok_or("the answer is not to be read")?;
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str);
        let token = text("/data/accessToken").ok_or("there is no token")?;
        let number = self.newcomers().number(text("/data/tenant/name").unwrap_or_default());
        let language = asked.get("locale").and_then(Value::as_str).unwrap_or("ar");
        let body = json!({
            "phoneNumberId": number.phone_number_id,
            "businessAccountId": number.account_id(),
            "accessToken": number.access_token,
            "appSecret": number.app_secret,
            // Nobody verifies an address here.
            "verifyToken": data_encoding::HEXLOWER.encode(&random::<12>(&*self.newcomers().entropy)),
            "noticeTemplate": { "name": NOTICE, "language": language },
        });
        self.newcomers().phones.register_number(number).await.map_err(|_| "the phones do not take its number")?;
        let function = self.named(CONNECT).ok_or("there is no such function")?;
        let http = function.http().ok_or("it is no endpoint")?;
        let request = Request::builder()
            .method(http.method.to_http())
            .uri(http.path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string().into())
            .map_err(|_| "the token is not to be sent")?;
        let event = event(function, &request, Map::new(), from);
        let connected = self.invoke(function, event).await.map_err(|_| "the function failed")?;
        match connected.get("statusCode").and_then(Value::as_u64) {
            Some(200) => Ok(()),
            _ => Err("the settings were refused"),
        }
    }
}
