//! `POST /simulator/api/people`: who a patient is on WhatsApp.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::input::{Fields, Refusal};
use super::view::PersonView;
use crate::simulator::Simulator;
use crate::simulator::store::{numbers, people};

/// `POST /simulator/api/people {person, name?, username?, hidesPhone?, isOnWhatsApp?}`: what is not named stays as it is. Answers
/// with the user ids that the person has for each number.
pub(super) async fn put(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, Refusal> {
    let mut fields = Fields::read(&body)?;
    let address = fields.address("person", true);
    let (name, username) = (fields.text("name", false, 64), fields.text("username", false, 64));
    let (hides_phone, on_whatsapp) = (fields.flag("hidesPhone"), fields.flag("isOnWhatsApp"));
    fields.finish()?;
    let address = address.ok_or_else(Refusal::incomplete)?;
    let (person, user_ids) = simulator
        .store()
        .write(move |db| {
            let mut person = people::meet(db, &address)?;
            person.name = name.unwrap_or(person.name);
            person.username = username.or(person.username);
            person.hides_phone = hides_phone.unwrap_or(person.hides_phone);
            person.on_whatsapp = on_whatsapp.unwrap_or(person.on_whatsapp);
            people::put(db, &person)?;
            let mut ids = Vec::new();
            for number in numbers::all(db)? {
                let id = people::user_id(db, &person, &number)?;
                ids.push((number.phone_number_id, id));
            }
            Ok((person, ids))
        })
        .await?;
    Ok(Json(PersonView::of(&person, user_ids)).into_response())
}
