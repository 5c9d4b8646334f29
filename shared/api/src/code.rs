//! Every error code of the API: its HTTP status and its public text in both languages.
//!
//! A code is a promise: clients branch on it. Texts may improve, codes stay.

use dawr_kernel::language::Language;
use http::StatusCode;

macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $status:ident, $en:literal, $ar:literal;)*) => {
        /// A stable error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$meta])* #[doc = $en] $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it stands in an answer.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The HTTP status of an answer whose first error this is.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// The public text.
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::En) => $en, (Self::$name, Language::Ar) => $ar,)*
                }
            }
        }
    };
}

codes! {
    // The request as such.
    MalformedJson = BAD_REQUEST, "The body is not valid JSON.", "نص الطلب ليس JSON صالحًا.";
    MalformedRequest = BAD_REQUEST, "The request cannot be read.", "تعذّرت قراءة الطلب.";
    InvalidPage = BAD_REQUEST, "The page token is not valid for this list. Start again from the first page.", "رمز الصفحة غير صالح لهذه القائمة. ابدأ من الصفحة الأولى.";
    InvalidIdempotencyKey = BAD_REQUEST, "The Idempotency-Key must have 1 to 200 visible ASCII characters.", "يجب أن يتكون Idempotency-Key من 1 إلى 200 حرف ASCII ظاهر.";
    InvalidVersion = BAD_REQUEST, "If-Match must be a version as it was read, for example \"3\".", "يجب أن يكون If-Match إصدارًا كما قُرئ، مثل \"3\".";
    Unauthenticated = UNAUTHORIZED, "Sign in first.", "سجّل الدخول أولًا.";
    InvalidCredentials = UNAUTHORIZED, "The clinic, the username or the password is wrong.", "العيادة أو اسم المستخدم أو كلمة المرور غير صحيحة.";
    SecondFactorNeeded = UNAUTHORIZED, "Enter the code that your authenticator app shows.", "أدخل الرمز الذي يعرضه تطبيق المصادقة.";
    InvalidCode = UNAUTHORIZED, "This code is wrong, or was used already.", "هذا الرمز غير صحيح أو سبق استخدامه.";
    SessionEnded = UNAUTHORIZED, "The session has ended. Sign in again.", "انتهت الجلسة. سجّل الدخول مرة أخرى.";
    RefreshedMeanwhile = CONFLICT, "This session was refreshed a moment ago, and goes on. Try again with the cookie that you have by now.", "جُدّدت هذه الجلسة قبل لحظات وما زالت قائمة. أعد المحاولة بملف تعريف الارتباط الحالي.";
    InvalidSignature = UNAUTHORIZED, "The signature does not match.", "التوقيع غير مطابق.";
    Forbidden = FORBIDDEN, "Your role does not permit this.", "صلاحيتك لا تسمح بهذا الإجراء.";
    PasswordChangeRequired = FORBIDDEN, "Choose a new password first.", "اختر كلمة مرور جديدة أولًا.";
    SecondFactorRequired = FORBIDDEN, "Your role asks for a second factor. Set it up first.", "صلاحيتك تتطلب عاملًا ثانيًا للتحقق. فعّله أولًا.";
    CrossSite = FORBIDDEN, "Another site's page asked for this. Open Dawr itself.", "طلبت هذا صفحة من موقع آخر. افتح دور نفسه.";
    TenantSuspended = FORBIDDEN, "This clinic's account is suspended. Ask its owner to contact us.", "حساب هذه المنشأة موقوف. اطلب من المالك التواصل معنا.";
    AddressNotAllowed = FORBIDDEN, "This clinic may not be used from your network.", "لا يُسمح باستخدام حساب المنشأة من شبكتك.";
    NotFound = NOT_FOUND, "There is no such thing.", "العنصر غير موجود.";
    PayloadTooLarge = PAYLOAD_TOO_LARGE, "The body is too large.", "حجم الطلب أكبر من المسموح.";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "This content type is not accepted here.", "نوع المحتوى غير مقبول هنا.";
    TooManyRequests = TOO_MANY_REQUESTS, "Too many tries. Wait, then try again.", "محاولات كثيرة. انتظر ثم أعد المحاولة.";
    Internal = INTERNAL_SERVER_ERROR, "Something went wrong on our side.", "حدث خطأ من جانبنا.";
    Unavailable = SERVICE_UNAVAILABLE, "The service is busy. Try again in a moment.", "الخدمة مشغولة. أعد المحاولة بعد لحظات.";

    // A field of it.
    Required = UNPROCESSABLE_ENTITY, "This field is required.", "هذا الحقل مطلوب.";
    UnknownField = UNPROCESSABLE_ENTITY, "This field is not known here.", "هذا الحقل غير معروف هنا.";
    WrongType = UNPROCESSABLE_ENTITY, "This value is of the wrong type.", "نوع هذه القيمة غير صحيح.";
    TooShort = UNPROCESSABLE_ENTITY, "This text is too short.", "هذا النص قصير جدًا.";
    TooLong = UNPROCESSABLE_ENTITY, "This text is too long.", "هذا النص طويل جدًا.";
    InvalidCharacters = UNPROCESSABLE_ENTITY, "This text contains characters that are not accepted.", "يحتوي هذا النص على رموز غير مقبولة.";
    InvalidFormat = UNPROCESSABLE_ENTITY, "This value is not in the expected form.", "هذه القيمة ليست بالصيغة المتوقعة.";
    OutOfRange = UNPROCESSABLE_ENTITY, "This number is out of range.", "هذا الرقم خارج النطاق.";
    UnknownValue = UNPROCESSABLE_ENTITY, "This value is not one of the accepted ones.", "هذه القيمة ليست من القيم المقبولة.";
    InvalidPhoneNumber = UNPROCESSABLE_ENTITY, "This is not a valid phone number.", "رقم الهاتف غير صالح.";
    TooMany = UNPROCESSABLE_ENTITY, "There are too many entries.", "عدد العناصر أكبر من المسموح.";
    IdempotencyMismatch = UNPROCESSABLE_ENTITY, "This Idempotency-Key was used for another request.", "استُخدم مفتاح التكرار هذا لطلب آخر.";

    // Conflicts with what is stored.
    StaleVersion = PRECONDITION_FAILED, "It was changed in the meantime. Load it again.", "تم تغييره في هذه الأثناء. حمّله من جديد.";
    NoRoom = CONFLICT, "There is no room left here: a queue keeps so much and no more. Open another one.", "لم يبق متسع هنا، فللطابور سعة محدودة. افتح طابورًا آخر.";
    StillRunning = CONFLICT, "The first request with this Idempotency-Key is still running.", "ما زال الطلب الأول بهذا المفتاح قيد التنفيذ.";

    // Identity.
    SlugTaken = CONFLICT, "This address is taken by another clinic.", "معرّف العيادة هذا مستخدم لعيادة أخرى.";
    UsernameTaken = CONFLICT, "This username is taken.", "اسم المستخدم هذا مستخدم بالفعل.";
    SecondFactorActive = CONFLICT, "You have a second factor already. Remove it first.", "لديك عامل ثانٍ بالفعل. أزله أولًا.";
    NoSecondFactor = CONFLICT, "You have no second factor.", "ليس لديك عامل ثانٍ.";
    WeakPassword = UNPROCESSABLE_ENTITY, "The password is too weak: use 8 characters or more, mixed, no common password and not your name.", "كلمة المرور ضعيفة: استخدم 8 أحرف متنوعة أو أكثر، ولا تستخدم كلمة شائعة ولا اسمك.";

    // Members and roles.
    ExceedsOwnRights = FORBIDDEN, "This exceeds what you may do yourself.", "هذا يتجاوز صلاحياتك.";
    NotOneself = FORBIDDEN, "Nobody changes their own rights. Ask another administrator.", "لا يغيّر أحد صلاحياته بنفسه. اطلب ذلك من مدير آخر.";
    LastOwner = CONFLICT, "This is the last owner. Appoint another one first.", "هذا آخر مالك. عيّن مالكًا آخر أولًا.";
    RoleInUse = CONFLICT, "Members have this role. Give them another one first.", "هذه الصلاحية ممنوحة لأعضاء. امنحهم صلاحية أخرى أولًا.";
    LimitReached = CONFLICT, "Your plan does not allow more.", "خطة اشتراكك لا تسمح بالمزيد.";
    IdentityShared = CONFLICT, "This person is a member of another organisation, too. Only they may change this.", "هذا الشخص عضو في منشأة أخرى أيضًا، ولا يغيّر هذا سواه.";
    InvitationInvalid = UNPROCESSABLE_ENTITY, "This invitation is not valid any more. Ask for a new one.", "هذه الدعوة لم تعد صالحة. اطلب دعوة جديدة.";
    InvitationDecided = CONFLICT, "This invitation was accepted or revoked already.", "قُبلت هذه الدعوة أو أُلغيت من قبل.";
    UnknownBrowser = FORBIDDEN, "Another organisation of yours does not know this browser. Switch to it first, then try again.", "منشأة أخرى لك لا تعرف هذا المتصفح. انتقل إليها أولًا ثم أعد المحاولة.";
    AlreadyMember = CONFLICT, "You are a member of this organisation already.", "أنت عضو في هذه المنشأة بالفعل.";
    WrongPassword = UNPROCESSABLE_ENTITY, "This is not your password.", "كلمة المرور هذه غير صحيحة.";

    // The tenant and its clinics.
    LocksYouOut = UNPROCESSABLE_ENTITY, "This list leaves out your own address and would lock you out.", "هذه القائمة لا تشمل عنوانك الحالي وستمنعك من الدخول.";
    ClinicInUse = CONFLICT, "This clinic has queues. Delete them first.", "لهذا الفرع طوابير. احذفها أولًا.";
    LastClinic = CONFLICT, "This is the last clinic. It cannot be closed.", "هذا هو الفرع الأخير ولا يمكن إغلاقه.";

    // Operators of the platform.
    ElevationEnded = CONFLICT, "This stay has ended. Begin another one.", "انتهت هذه الزيارة. ابدأ زيارة جديدة.";

    // Queues and patients.
    QueueEmpty = CONFLICT, "Nobody is waiting in this queue.", "لا أحد ينتظر في هذا الطابور.";
    QueueInactive = CONFLICT, "This queue is closed.", "هذا الطابور مغلق.";
    QueueHasPatients = CONFLICT, "Patients wait in this queue. Delete it with force=true to cancel their tickets.", "يوجد مرضى منتظرون في هذا الطابور. أكّد الحذف لتُلغى تذاكرهم معه.";
    AlreadyInQueue = CONFLICT, "This patient already waits in this queue.", "هذا المريض منتظر في هذا الطابور بالفعل.";
    InvalidTransition = CONFLICT, "The ticket's status does not allow this.", "حالة التذكرة لا تسمح بهذا.";
    FileNumberTaken = CONFLICT, "Another patient has this file number.", "رقم الملف هذا لمريض آخر.";
    NationalIdTaken = CONFLICT, "Another patient has this national id.", "رقم الهوية هذا لمريض آخر.";
    PatientExists = CONFLICT, "Another patient has this name and phone already.", "يوجد مريض آخر بالاسم والهاتف نفسيهما.";
    PatientDiffers = CONFLICT, "This number belongs to a patient with another name and another phone. Check it, or confirm that it is the same person.", "رقم الملف أو الهوية هذا لمريض باسم مختلف وهاتف مختلف. تحقق منه أو أكد أنه الشخص نفسه.";
    NumberShared = CONFLICT, "Other patients have the same phone. Say whether the new one is theirs, too.", "هذا الهاتف مشترك مع مرضى آخرين. حدّد هل الرقم الجديد لهم أيضًا.";
    UploadUsed = CONFLICT, "This upload was imported already.", "تم استيراد هذا الملف من قبل.";

    // Spreadsheets.
    EmptyFile = UNPROCESSABLE_ENTITY, "The file is empty.", "الملف فارغ.";
    NotASpreadsheet = UNPROCESSABLE_ENTITY, "The file is neither CSV nor XLSX.", "الملف ليس CSV ولا XLSX.";
    PasswordProtected = UNPROCESSABLE_ENTITY, "The file is protected by a password. Save it without one.", "الملف محمي بكلمة مرور. احفظه بدونها.";
    OldExcelFormat = UNPROCESSABLE_ENTITY, "This is an old Excel file. Save it as .xlsx or CSV.", "هذا ملف Excel قديم. احفظه بصيغة xlsx أو CSV.";
    DamagedFile = UNPROCESSABLE_ENTITY, "The file is damaged.", "الملف تالف.";
    FileTooLarge = UNPROCESSABLE_ENTITY, "The file's content is too large once it is unpacked.", "محتوى الملف بعد فك الضغط أكبر من المسموح.";
    TooManyRows = UNPROCESSABLE_ENTITY, "The file has too many rows. Divide it.", "عدد الصفوف أكبر من المسموح. قسّم الملف.";
    MissingColumns = UNPROCESSABLE_ENTITY, "The columns for name and phone were not found.", "لم يُعثر على عمودي الاسم والهاتف.";
    NoReadyRows = UNPROCESSABLE_ENTITY, "No row of the file can be imported.", "لا يوجد صف يمكن استيراده في الملف.";

    // Messages.
    UnknownVariable = UNPROCESSABLE_ENTITY, "The text names a variable that does not exist.", "يشير النص إلى متغير غير موجود.";
    UnclosedVariable = UNPROCESSABLE_ENTITY, "A variable is opened with {{ and not closed.", "هناك متغير مفتوح بـ {{ ولم يُغلق.";
    NoRecipients = UNPROCESSABLE_ENTITY, "Name recipients in exactly one of patientIds, ticketIds and queueId.", "حدّد المستلمين بطريقة واحدة فقط: مرضى أو تذاكر أو طابور.";
    TooManyRecipients = UNPROCESSABLE_ENTITY, "A request takes up to 5,000 recipients.", "الحد الأقصى 5000 مستلم في الطلب.";
    AlreadySent = CONFLICT, "The same was sent to the same people a moment ago. Send it again with `again`: true.", "أُرسلت الرسالة نفسها إلى المستلمين أنفسهم قبل لحظات. أكّد إن أردت إرسالها مرة أخرى.";
    NotRetryable = CONFLICT, "This task was decided on already.", "تم البت في هذه المهمة من قبل.";
    TemplatePaused = CONFLICT, "WhatsApp has paused this template. Change it, or let an administrator resume it.", "أوقف واتساب هذا القالب. غيّره أو اطلب من المدير استئنافه.";
    ChannelNotConnected = CONFLICT, "This clinic is not connected to that channel.", "العيادة غير متصلة بهذه القناة.";
    QuotaExceeded = CONFLICT, "This exceeds your quota of messages.", "هذا يتجاوز رصيدك من الرسائل.";
    QueueQuotaExceeded = CONFLICT, "This exceeds your quota of queues.", "هذا يتجاوز رصيدك من الطوابير.";
    QuotaInUse = CONFLICT, "So much is not left to take back.", "المتبقي أقل مما تريد سحبه.";
    NumberTaken = CONFLICT, "This provider number belongs to another clinic.", "رقم المزوّد هذا تابع لعيادة أخرى.";
    AccessTokenRefused = UNPROCESSABLE_ENTITY, "WhatsApp does not accept this access token.", "لا يقبل واتساب رمز الوصول هذا.";
    NumberNotReachable = UNPROCESSABLE_ENTITY, "This access token does not reach this number at WhatsApp.", "رمز الوصول هذا لا يصل إلى هذا الرقم في واتساب.";
    RedriveRunning = CONFLICT, "A redrive of this queue is already running.", "إعادة التشغيل لهذا الطابور جارية بالفعل.";
    NothingToRedrive = CONFLICT, "There is nothing in this queue, or no redrive is running.", "لا يوجد ما يُعاد تشغيله.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text_in_both_languages_and_an_error_status() {
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error());
            let arabic = code.text(Language::Ar);
            assert!(arabic.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c)), "{}", code.as_str());
            assert!(code.text(Language::En).is_ascii(), "{}", code.as_str());
        }
    }
}
