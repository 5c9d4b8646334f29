//! `GET /api/patients/{patientId}/consent`

use dawr_api::{Authorized, Cx, Failure, code::Code, endpoint, function::Access, permission::Permission};
use dawr_kernel::id::{InboundId, MemberId, PatientId};
use dawr_patients::{get_patient::PatientPath, masking::text_for, model::Patient};
use dawr_store::{Stored, keys};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    consent::{Consent, ConsentState, Proof},
    contact::Contact,
    sending::Channel,
};

endpoint! {
    /// Whether a patient wants messages: since when, how it is known, and who set it. Its history is in the audit trail.
    pub const GET_CONSENT: "get_consent" = Get "/api/patients/{patientId}/consent";
    requires: Permission(PatientRead);
    reach: Shared;
    access: Access::APPEND;
    handler: get_consent(path: PatientPath) -> 200 ConsentView;
    errors: [NotFound];
}

/// How it is known what a patient wants.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum ProofKind {
    /// The patient wrote it.
    Message,
    /// A member says so.
    Member,
    /// The provider says so: the patient told it.
    Provider,
    /// Somebody wrote it from the patient's number before any patient had it. It counts until more is known of the patient.
    Number,
}

/// Whether a patient wants messages.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentView {
    patient_id: PatientId,
    channel: Channel,
    /// Null as long as nothing is known: then messages are sent.
    state: Option<ConsentState>,
    #[schemars(with = "Option<String>")]
    since: Option<Timestamp>,
    /// How it is known.
    proof: Option<ProofKind>,
    /// What the patient wrote, for those who may read messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// Where they wrote it, in their conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    inbound_id: Option<InboundId>,
    /// The member who set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<MemberId>,
    /// Why they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What to send as If-Match; 0 as long as nothing was said.
    version: u64,
}

impl ConsentView {
    /// The view for this caller.
    pub fn new(consent: &Consent, version: u64, caller: &Authorized) -> Self {
        let (state, mark) = consent.state().unzip();
        let mut view = Self {
            patient_id: consent.patient,
            channel: consent.channel,
            state,
            since: mark.map(|mark| mark.at),
            proof: None,
            words: None,
            inbound_id: None,
            member: None,
            reason: None,
            version,
        };
        match mark.map(|mark| &mark.proof) {
            Some(Proof::Message { inbound, words }) => {
                let words = words.as_ref().filter(|_| caller.may(Permission::MessageRead));
                view.words = words.map(|words| text_for(words.expose(), caller));
                (view.proof, view.inbound_id) = (Some(ProofKind::Message), Some(*inbound));
            }
            Some(Proof::Member { member, reason }) => {
                view.reason = Some(text_for(reason.expose(), caller));
                (view.proof, view.member) = (Some(ProofKind::Member), Some(*member));
            }
            Some(Proof::Provider) => view.proof = Some(ProofKind::Provider),
            None => {}
        }
        view
    }

    /// What is known of the patient's number, of whom nothing is known.
    fn of_number(patient: PatientId, contact: Option<&Contact>, caller: &Authorized) -> Self {
        let view = Self::new(&Consent::none(patient, Channel::Whatsapp), 0, caller);
        match contact.filter(|contact| contact.is_opted_out()) {
            Some(contact) => Self {
                state: Some(ConsentState::OptedOut),
                since: contact.opted_out_at,
                proof: Some(ProofKind::Number),
                ..view
            },
            None => view,
        }
    }
}

async fn get_consent(cx: &Cx, path: PatientPath) -> Result<ConsentView, Failure> {
    let caller = cx.authorize(Permission::PatientRead)?;
    let (patient, consent) = load(cx, &caller, path.patient_id).await?;
    cx.seen::<Patient>(&caller, [patient.id].iter()).await?;
    if let Some(consent) = &consent {
        return Ok(ConsentView::new(consent, consent.version, &caller));
    }
    let contact: Option<Stored<Contact>> = cx.table().get(&keys::contact(&caller, patient.phone.expose())).await?;
    Ok(ConsentView::of_number(patient.id, contact.as_deref(), &caller))
}

/// A patient, and what they said they want.
///
/// # Errors
/// `NotFound` if there is no such patient.
pub async fn load(
    cx: &Cx,
    caller: &Authorized,
    patient: PatientId,
) -> Result<(Stored<Patient>, Option<Stored<Consent>>), Failure> {
    let keys = [keys::patient(caller, patient), Consent::key(caller, patient, Channel::Whatsapp)];
    let mut items = cx.table().get_items(&keys).await?;
    let [patient, consent] = keys.map(|key| items.remove(&key));
    let patient = patient.map(Stored::<Patient>::decode).transpose()?.ok_or(Code::NotFound)?;
    Ok((patient, consent.map(Stored::decode).transpose()?))
}
