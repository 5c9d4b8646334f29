//! `PUT /api/patients/{patientId}/consent`

use dawr_api::{Cx, Failure, code::Code, endpoint, failure::FieldErrors, function::Access, permission::Permission};
use dawr_patients::get_patient::PatientPath;
use dawr_store::Work;
use deserr::Deserr;
use jiff::SignedDuration;
use schemars::JsonSchema;

use crate::{
    consent::{Consent, ConsentReason, ConsentState, Mark, Proof, change},
    get_consent::{ConsentView, load},
    sending::Channel,
    wish::Wish,
};

/// By so much a decision is later than what it decides about.
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

endpoint! {
    /// Sets whether a patient wants messages, as they told a member, with a reason. What they write themselves later counts again.
    pub const SET_CONSENT: "set_consent" = Put "/api/patients/{patientId}/consent";
    requires: Permission(PatientWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: set_consent(path: PatientPath, body: SetConsent) -> 200 ConsentView;
    errors: [NotFound, StaleVersion];
}

/// What a patient wants.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetConsent {
    state: ConsentState,
    /// Why, for the record: for example that they asked for it at the desk.
    reason: ConsentReason,
}

async fn set_consent(cx: &Cx, path: PatientPath, body: SetConsent) -> Result<ConsentView, Failure> {
    let caller = cx.authorize(Permission::PatientWrite)?;
    let (patient, read) = load(cx, &caller, path.patient_id).await?;
    cx.expect_known(read.as_ref())?;
    let wish = match body.state {
        ConsentState::OptedIn => Wish::Start,
        ConsentState::OptedOut => Wish::Stop,
    };
    // Whoever decides has seen what stands: it is later than that.
    let known = read.as_ref().and_then(|read| read.state()?.1.at.checked_add(MOMENT).ok());
    let at = known.map_or(cx.now(), |known| known.max(cx.now()));
    let mark = Mark { at, proof: Proof::Member { member: caller.member, reason: body.reason } };
    let (mut work, none) = (Work::new(), Consent::none(patient.id, Channel::Whatsapp));
    let after = read.as_ref().map_or(&none, |read| &read.value).with(wish, mark.clone());
    let after = after.filter(|_| change(&caller, read.as_ref(), patient.id, wish, mark, &mut work));
    let after = after.ok_or(Code::StaleVersion)?;
    cx.save(&caller, work).await?;
    Ok(ConsentView::new(&after, read.map_or(1, |read| read.version + 1), &caller))
}
