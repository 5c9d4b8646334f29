//! `POST /api/patients/bulk-upload`

use std::convert::Infallible;

use dawr_api::{
    Authorized, Cx, Failure,
    code::Code,
    endpoint,
    failure::{Fault, FieldErrors, shown},
    function::Access,
    permission::Permission,
    request::{Flag, RawRequest},
    tenant::Tenant,
};
use dawr_kernel::id::ClinicId;
use dawr_store::{Stored, Work, keys};
use deserr::Deserr;
use futures::stream;
use http::header;
use multer::Multipart;
use schemars::JsonSchema;

use crate::{
    columns::Columns,
    error::PatientError,
    preview::UploadView,
    sheet::{self, Changes, Hints},
    upload::{self, Sender},
};

endpoint! {
    /// Stages a file of patients (CSV or XLSX), as the field `file` of a form or as the body itself. Nothing is added to
    /// a queue before `POST /api/queues/{queueId}/patients/bulk` names the upload. Of a workbook the sheet that is open is read,
    /// as a person sees it: without what is hidden, and each cell as its format shows it.
    pub const BULK_UPLOAD: "bulk_upload" = Post "/api/patients/bulk-upload";
    requires: Permission(PatientWrite);
    reach: Shared;
    access: Access::WRITE;
    handler: bulk_upload(query: HowToRead, raw: RawRequest) -> 201 UploadView;
    errors: [NotFound, UnsupportedMediaType, MalformedRequest, Required, UnknownField, TooMany, EmptyFile, NotASpreadsheet,
        PasswordProtected, OldExcelFormat, DamagedFile, FileTooLarge, TooManyRows, MissingColumns];
    idempotent;
}

/// A transaction takes 4 MB: so many parts of 300 KB, and the answer's record.
const PARTS_AT_ONCE: usize = 10;

/// How a file shall be read.
#[derive(Debug, Deserr, JsonSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct HowToRead {
    /// The sheet of a workbook; the one that is open unless said.
    #[deserr(default)]
    sheet: Option<String>,
    /// Whether hidden rows and columns are read, too; not unless said.
    #[deserr(default)]
    hidden: Option<Flag>,
    /// Whether a file whose columns are not recognised is staged all the same, so that a person can say which are which; it is
    /// refused (`MissingColumns`) unless said.
    #[deserr(default)]
    ask_columns: Option<Flag>,
    /// In which clinic what people say of columns counts and is remembered; in the whole tenant unless said.
    #[deserr(default)]
    clinic_id: Option<ClinicId>,
}

async fn bulk_upload(cx: &Cx, query: HowToRead, request: RawRequest) -> Result<UploadView, PatientError> {
    let caller = cx.authorize(Permission::PatientWrite)?;
    let file = File::of(request).await?;
    let (tenant, columns) = known(cx, &caller, query.clinic_id).await?;
    let is = |flag: Option<Flag>| flag.is_some_and(|flag| flag.0);
    let hints = Hints {
        file_name: file.name.as_deref(),
        content_type: file.kind.as_deref(),
        sheet: query.sheet.as_deref(),
        hidden: is(query.hidden),
        asks: is(query.ask_columns),
    };
    let list = sheet::read(&file.bytes, &hints, &columns.known, tenant.region)?;
    let staged = list.judge(&Changes::new(), tenant.region);
    let sender = Sender { member: caller.member, clinic: query.clinic_id, region: tenant.region, at: cx.now() };
    let (upload, mut parts) = upload::stage(cx.new_id(), &sender, &list, staged.counts)?;
    let view = UploadView::new(&upload, 1, &list, &staged, &caller, cx.language)?;
    while parts.len() > PARTS_AT_ONCE {
        // Without their upload these parts are nothing, and go away by themselves.
        let mut work = Work::new();
        parts.drain(..PARTS_AT_ONCE).for_each(|part| {
            work.create(&caller, &part);
        });
        cx.save(&caller, work).await?;
    }
    let mut work = Work::new();
    work.create(&caller, &upload);
    for part in &parts {
        work.create(&caller, part);
    }
    cx.commit(&caller, work, &view).await?;
    Ok(view)
}

/// The tenant, and what is remembered of columns, in one trip.
async fn known(
    cx: &Cx,
    caller: &Authorized,
    clinic: Option<ClinicId>,
) -> Result<(Stored<Tenant>, Columns), PatientError> {
    let no_clinic = || Failure::from(Fault::at(Code::NotFound, "clinicId"));
    if let Some(clinic) = clinic {
        caller.at(clinic).map_err(|_| no_clinic())?;
    }
    let (of_tenant, remembered) = (keys::tenant(caller), keys::columns(caller, clinic));
    let of_clinic = clinic.map(|clinic| keys::clinic(caller, clinic));
    let wanted: Vec<_> = [of_tenant.clone(), remembered.clone()].into_iter().chain(of_clinic.clone()).collect();
    let mut items = cx.table().get_items(&wanted).await?;
    if of_clinic.is_some_and(|key| !items.contains_key(&key)) {
        return Err(no_clinic().into());
    }
    let tenant = items.remove(&of_tenant).ok_or_else(|| Failure::from(Code::NotFound))?;
    let columns = items.remove(&remembered).map(Stored::<Columns>::decode).transpose()?;
    Ok((Stored::decode(tenant)?, columns.map(|columns| columns.value).unwrap_or_default()))
}

/// A file as it was sent.
struct File {
    bytes: Vec<u8>,
    name: Option<String>,
    kind: Option<String>,
}

impl File {
    async fn of(request: RawRequest) -> Result<Self, PatientError> {
        let kind = request.0.header(header::CONTENT_TYPE).map(str::to_owned);
        let essence =
            kind.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "multipart/form-data" => Self::of_form(kind.unwrap_or_default(), request.0.body).await,
            essence if is_file(essence) => Ok(Self { bytes: request.0.body, name: None, kind }),
            _ => Err(PatientError::NotAFile),
        }
    }

    async fn of_form(kind: String, body: Vec<u8>) -> Result<Self, PatientError> {
        let boundary = multer::parse_boundary(kind)?;
        let mut form = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
        let mut file = None;
        while let Some(field) = form.next_field().await? {
            match field.name() {
                Some("file") if file.is_some() => return Err(PatientError::TooManyFiles),
                Some("file") => {
                    let name = field.file_name().map(str::to_owned);
                    let kind = field.content_type().map(ToString::to_string);
                    file = Some(Self { bytes: field.bytes().await?.to_vec(), name, kind });
                }
                name => return Err(PatientError::UnknownFormField(shown(name.unwrap_or_default()))),
            }
        }
        file.ok_or(PatientError::MissingFile)
    }
}

/// The types that browsers and programs send spreadsheets as. What a file really is, is told from its bytes.
fn is_file(essence: &str) -> bool {
    matches!(
        essence,
        "" | "text/csv"
            | "text/plain"
            | "text/tab-separated-values"
            | "application/csv"
            | "application/octet-stream"
            | "application/vnd.ms-excel"
            | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use dawr_api::{Failure, request::Incoming};
    use http::{HeaderMap, HeaderValue, Method};

    use super::*;

    async fn file(kind: Option<&str>, body: &str) -> Result<(String, Option<String>), &'static str> {
        let mut headers = HeaderMap::new();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
        }
        let request = Incoming {
            method: Method::POST,
            path: "/api/patients/bulk-upload".into(),
            parameters: BTreeMap::new(),
            raw_query: String::new(),
            headers,
            body: body.as_bytes().to_vec(),
            address: String::new(),
        };
        match File::of(RawRequest(request)).await {
            Ok(file) => Ok((String::from_utf8(file.bytes).unwrap(), file.name)),
            Err(error) => Err(Failure::from(error).code().as_str()),
        }
    }

    const FORM: &str = "multipart/form-data; boundary=x";

    fn part(name: &str, content: &str) -> String {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"مرضى.csv\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n"
        )
    }

    #[tokio::test]
    async fn a_file_is_the_body_or_a_field() {
        assert_eq!(file(Some("text/csv; charset=utf-8"), "a,b").await, Ok(("a,b".into(), None)));
        assert_eq!(file(None, "a,b").await, Ok(("a,b".into(), None)));
        let form = format!("{}--x--\r\n", part("file", "a,b"));
        assert_eq!(file(Some(FORM), &form).await, Ok(("a,b".into(), Some("مرضى.csv".into()))));
    }

    #[tokio::test]
    async fn other_bodies_are_refused() {
        assert_eq!(file(Some("application/json"), "{}").await, Err("UnsupportedMediaType"));
        assert_eq!(file(Some("multipart/form-data"), "").await, Err("MalformedRequest"));
        assert_eq!(file(Some(FORM), "--x--\r\n").await, Err("Required"));
        assert_eq!(file(Some(FORM), &part("file", "a,b")).await, Err("MalformedRequest"), "the form has no end");
        let two = format!("{}{}--x--\r\n", part("file", "a"), part("file", "b"));
        assert_eq!(file(Some(FORM), &two).await, Err("TooMany"));
        assert_eq!(file(Some(FORM), &format!("{}--x--\r\n", part("other", "a"))).await, Err("UnknownField"));
    }
}
