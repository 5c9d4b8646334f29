//! What can go wrong with queues, and how the caller is told.

use dawr_api::{Failure, Fault, code::Code};
use dawr_patients::error::PatientError;

use crate::model::InvalidTransition;

/// What can go wrong with queues and tickets.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// There is no such queue or ticket.
    #[error("there is no such queue or ticket")]
    NotFound,
    /// There is no such clinic, or it is none of the caller's.
    #[error("there is no such clinic")]
    NoClinic,
    /// Nobody waits.
    #[error("nobody waits in the queue")]
    Empty,
    /// The queue takes no patients.
    #[error("the queue is closed")]
    Inactive,
    /// Patients wait or are being served.
    #[error("patients wait in the queue")]
    HasPatients,
    /// The patient has an open ticket in the queue.
    #[error("the patient already waits in the queue")]
    AlreadyInQueue,
    /// A ticket's status does not allow a step.
    #[error(transparent)]
    InvalidTransition(#[from] InvalidTransition),
    /// Only a ticket that waits can be moved.
    #[error("the ticket does not wait")]
    NotWaiting,
    /// Other patients have the phone that is corrected.
    #[error("other patients have the same phone")]
    NumberShared {
        /// How many.
        others: usize,
    },
    /// More patients have the phone than are corrected at once.
    #[error("too many patients have the same phone")]
    SharedByMany {
        /// So many others can be corrected with the one.
        most: usize,
    },
    /// A list of patients names neither or both of its sources.
    #[error("patients and uploadId exclude each other")]
    OneSource,
    /// A list of patients is empty.
    #[error("the list is empty")]
    NoPatients,
    /// A list of patients is too long.
    #[error("the list is too long")]
    TooManyPatients,
    /// There is no such upload, or its time is over.
    #[error("there is no such upload")]
    NoUpload,
    /// The upload was imported already.
    #[error("the upload was imported already")]
    UploadUsed,
    /// No row of the upload can be imported.
    #[error("no row of the upload can be imported")]
    NoReadyRows,
    /// The same import is being run by somebody else.
    #[error("the import is running")]
    ImportRunning,
    /// The import takes longer than a request may; its repetition goes on.
    #[error("the import is not finished yet")]
    Unfinished,
    /// Others changed the same queue at every try.
    #[error("too many change the same queue at once")]
    Busy,
    /// Something about the patient.
    #[error(transparent)]
    Patient(#[from] PatientError),
    /// The request was refused for a reason that is not of this context's making.
    #[error("refused")]
    Refused(Failure),
}

dawr_api::refused!(QueueError);

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::NotFound => Code::NotFound.into(),
            QueueError::NoClinic => Fault::at(Code::NotFound, "clinicId").into(),
            QueueError::Empty => Code::QueueEmpty.into(),
            QueueError::Inactive => Code::QueueInactive.into(),
            QueueError::HasPatients => Code::QueueHasPatients.into(),
            QueueError::AlreadyInQueue => Code::AlreadyInQueue.into(),
            QueueError::InvalidTransition(InvalidTransition { from, to }) => {
                let ((from, arabic_from), (to, arabic_to)) = (from.text(), to.text());
                Fault::at(Code::InvalidTransition, "status")
                    .saying(
                        format!("A ticket that is {from} cannot become {to}."),
                        format!("لا يمكن أن تنتقل التذكرة من «{arabic_from}» إلى «{arabic_to}»."),
                    )
                    .into()
            }
            QueueError::NotWaiting => Fault::at(Code::InvalidTransition, "ticketId")
                .saying("Only a ticket that waits can be moved.", "لا يمكن نقل إلا تذكرة في الانتظار.")
                .into(),
            QueueError::SharedByMany { most } => Fault::at(Code::NumberShared, "applyTo")
                .saying(
                    format!(
                        "Too many patients have the same phone: at most {most} others can be corrected together with this one. Correct this one alone: applyTo `patient`."
                    ),
                    format!(
                        "هذا الهاتف مشترك مع مرضى كثيرين، ولا يمكن تصحيح أكثر من {most} آخرين مع هذا المريض. صحّحه وحده."
                    ),
                )
                .into(),
            QueueError::NumberShared { others } => Fault::at(Code::NumberShared, "applyTo")
                .saying(
                    format!("{others} other patients have the same phone. Say applyTo `patient` or `everyone`."),
                    format!("عدد المرضى الآخرين بالهاتف نفسه: {others}. حدّد هل الرقم الجديد لهذا المريض وحده أم لهم جميعًا."),
                )
                .into(),
            QueueError::OneSource => Fault::at(Code::Required, "patients")
                .saying("Send exactly one of patients and uploadId.", "أرسل واحدًا فقط من patients وuploadId.")
                .into(),
            QueueError::NoPatients => Fault::at(Code::Required, "patients").into(),
            QueueError::TooManyPatients => Fault::at(Code::TooMany, "patients").into(),
            QueueError::NoUpload => Fault::at(Code::NotFound, "uploadId").into(),
            QueueError::UploadUsed => Fault::at(Code::UploadUsed, "uploadId").into(),
            QueueError::NoReadyRows => Fault::at(Code::NoReadyRows, "uploadId").into(),
            QueueError::ImportRunning => Self::new(Code::StillRunning).after(2),
            QueueError::Unfinished => Self::from(Fault::new(Code::Unavailable).saying(
                "The import is not finished yet. Send the same request again, and it goes on.",
                "لم يكتمل الاستيراد بعد. أرسل الطلب نفسه مرة أخرى ليُستكمل.",
            ))
            .after(1),
            QueueError::Busy => Self::new(Code::Unavailable).after(1),
            QueueError::Patient(error) => error.into(),
            QueueError::Refused(failure) => failure,
        }
    }
}
