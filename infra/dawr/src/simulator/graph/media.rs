//! Media: `POST /{version}/{phone-number-id}/media`, `GET` and `DELETE /{version}/{media-id}`, and where they are fetched.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Call, Refusal, attachment, bearer, error::GraphError, fields::required};
use crate::simulator::Simulator;
use crate::simulator::store::media::{self, Media};
use crate::simulator::store::numbers::{self, Number};

/// What an upload's form holds.
#[derive(Default)]
struct Form {
    product: Option<String>,
    mime_type: Option<String>,
    /// The file's own type, and the file.
    file: Option<(Option<String>, Vec<u8>)>,
}

async fn form(call: &Call) -> Result<Form, GraphError> {
    let unreadable = || GraphError::with_details(100, "The request must be multipart/form-data with a file.");
    let boundary = multer::parse_boundary(call.content_type()).map_err(|_| unreadable())?;
    let body = call.body.clone();
    let stream = futures::stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let mut parts = multer::Multipart::new(stream, boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let (name, kind) = (part.name().map(str::to_owned), part.content_type().map(ToString::to_string));
        let content = part.bytes().await.map_err(|_| unreadable())?;
        let text = || String::from_utf8_lossy(&content).into_owned();
        match name.as_deref() {
            Some("messaging_product") => form.product = Some(text()),
            Some("type") => form.mime_type = Some(text()),
            Some("file") => form.file = Some((kind, content.to_vec())),
            _ => {}
        }
    }
    Ok(form)
}

pub(super) async fn upload(simulator: &Simulator, number: &Number, call: &Call) -> Result<Response, Refusal> {
    let Form { product, mime_type, file } = form(call).await?;
    if product.as_deref() != Some("whatsapp") {
        return Err(required("messaging_product").into());
    }
    let (kind, content) = file.ok_or_else(|| required("file"))?;
    let mime_type = kind.or(mime_type).unwrap_or_else(|| "application/octet-stream".to_owned());
    attachment::accept(&mime_type, content.len())?;
    let (id, now) = (number.phone_number_id.clone(), simulator.now());
    let kept = simulator.store().write(move |db| media::add(db, &id, &mime_type, &content, now)).await?;
    Ok(Json(json!({ "id": kept.id })).into_response())
}

/// A medium as a node; none if there is none of that id.
pub(super) async fn node(
    simulator: &Simulator,
    version: &str,
    id: &str,
    call: &Call,
) -> Result<Option<Response>, Refusal> {
    let key = id.to_owned();
    let found = simulator.store().read(move |db| found(db, &key)).await?;
    let Some((medium, number)) = found else { return Ok(None) };
    call.authorize(&number)?;
    if call.query.get("phone_number_id").is_some_and(|asked| *asked != medium.phone_number_id) {
        return Err(GraphError::no_such_object(&call.verb(), id).into());
    }
    match call.method {
        Method::GET => Ok(Some(Json(shown(&medium, version, call.host())).into_response())),
        Method::DELETE => {
            let id = medium.id;
            simulator.store().write(move |db| media::delete(db, &id)).await?;
            Ok(Some(Json(json!({ "success": true })).into_response()))
        }
        _ => Err(GraphError::no_such_object(&call.verb(), id).into()),
    }
}

fn found(
    db: &rusqlite::Connection,
    id: &str,
) -> Result<Option<(Media, Number)>, crate::simulator::error::SimulatorError> {
    let Some(medium) = media::find(db, id)? else { return Ok(None) };
    Ok(numbers::find(db, &medium.phone_number_id)?.map(|number| (medium, number)))
}

fn shown(medium: &Media, version: &str, host: &str) -> serde_json::Value {
    json!({
        "messaging_product": "whatsapp",
        "url": format!("http://{host}/simulator/media/{version}/{}", medium.id),
        "mime_type": medium.mime_type,
        "sha256": medium.sha256_hex(),
        "file_size": medium.content.len(),
        "id": medium.id,
    })
}

/// `GET /simulator/media/{version}/{id}`: the medium itself, for whoever has the number's token.
pub(in crate::simulator) async fn download(
    State(simulator): State<Simulator>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match simulator.store().read(move |db| found(db, &id)).await {
        Ok(Some((medium, number))) if bearer(&headers) == Some(number.access_token.as_str()) => {
            ([(header::CONTENT_TYPE, medium.mime_type)], medium.content).into_response()
        }
        Ok(Some(_)) => StatusCode::UNAUTHORIZED.into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "the simulator could not read a medium");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
