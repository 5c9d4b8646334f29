//! What a column's header means, in Arabic and English.

use std::{collections::HashMap, sync::LazyLock};

use dawr_kernel::text::fold;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    FullName,
    /// A part of the name, in the order in which the parts are put together.
    NamePart(NamePart),
    /// A name, or what people have said belongs to it.
    MoreName,
    /// A phone number; the kind says which one is used where a row has several.
    Phone(PhoneKind),
    LocalId,
    NationalId,
    /// Just "number": the phone number where no other column is, and the cells say so.
    Number,
    /// The row's own number, which says nothing of the patient.
    Serial,
}

/// A part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NamePart {
    First,
    Middle,
    Last,
}

/// Phone columns, the one that reaches the patient on WhatsApp first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PhoneKind {
    WhatsApp,
    Mobile,
    Any,
    /// Of whoever answers for the patient.
    Guardian,
    /// What people said it is; it never comes before one that is known.
    Said,
}

/// The headers that are known, in the writing that people use; they are compared folded.
const HEADERS: &[(Meaning, &str)] = &[
    (
        Meaning::FullName,
        "الاسم | اسم | اسم المريض | اسم المريضة | المريض | اسم المريض الكامل | اسم المريض كاملا | \
         الاسم الكامل | الاسم كاملا | الاسم بالكامل | الاسم الرباعي | الاسم الثلاثي | اسم المراجع | \
         المراجع | اسم العميل | العميل | اسم الحالة | الاسم بالعربي | الاسم العربي | \
         الاسم باللغة العربية | اسم المستفيد | المستفيد | name | names | full name | fullname | \
         patient | patient name | patients name | patientname | name of patient | patient full name | \
         client | client name | customer | customer name | arabic name | name arabic | name ar | \
         name in arabic | nom complet | nom et prenom | nom et prénom | nom du patient | nom patient | \
         nombre completo | nombre del paciente | ad soyad | hasta adi | نام | نام بیمار | نام مریض | مریض کا نام",
    ),
    (
        Meaning::NamePart(NamePart::First),
        "الاسم الاول | first name | firstname | given name | forename | prenom | prénom",
    ),
    (
        Meaning::NamePart(NamePart::Middle),
        "اسم الاب | اسم الجد | الاسم الثاني | الاسم الثالث | الاسم الاوسط | اسم الوالد | \
         father name | fathers name | middle name | second name | third name | grandfather name",
    ),
    (
        Meaning::NamePart(NamePart::Last),
        "اسم العائلة | العائلة | اللقب | الاسم الاخير | الكنية | اسم الاسرة | last name | lastname | \
         surname | family name | family | nom | nom de famille",
    ),
    (
        Meaning::Phone(PhoneKind::WhatsApp),
        "واتساب | الواتساب | واتس اب | الواتس اب | واتس | الواتس | رقم الواتساب | رقم واتساب | \
         رقم الواتس | رقم الواتس اب | جوال الواتساب | whatsapp | whats app | whatsapp number | \
         whatsapp no | whatsapp phone | whatsapp mobile",
    ),
    (
        Meaning::Phone(PhoneKind::Mobile),
        "الجوال | جوال | رقم الجوال | رقم جوال | جوال المريض | رقم جوال المريض | رقم الجوال للمريض | \
         الموبايل | موبايل | رقم الموبايل | موبيل | رقم الموبيل | الموبيل | المحمول | رقم المحمول | \
         الهاتف المحمول | رقم الهاتف المحمول | الهاتف الجوال | رقم الهاتف الجوال | الهاتف النقال | \
         النقال | رقم النقال | الخلوي | رقم الخلوي | mobile | mobile number | mobile no | \
         mobile phone | mobile phone number | patient mobile | cell | cell phone | cellphone | \
         cell number | cellular | gsm | mob | mob no",
    ),
    (
        Meaning::Phone(PhoneKind::Any),
        "الهاتف | هاتف | رقم الهاتف | رقم هاتف | هاتف المريض | رقم هاتف المريض | التلفون | تلفون | \
         رقم التلفون | التليفون | تليفون | رقم التليفون | رقم الاتصال | رقم التواصل | للتواصل | \
         phone | phone number | phone no | phonenumber | phone num | patient phone | \
         patient phone number | telephone | telephone number | telephone no | tel | tel no | \
         contact | contact number | contact no | contact phone | telephone portable | téléphone portable | \
         téléphone | tél | numero de telephone | numéro de téléphone | num tel | n tel | portable | \
         teléfono | telefono | telefon | phone numbers | رقم الهاتف للتواصل | هاتف التواصل | جوال التواصل | \
         فون نمبر | موبائل نمبر | شماره تلفن | تلفن همراه",
    ),
    (
        Meaning::Phone(PhoneKind::Guardian),
        "رقم ولي الامر | جوال ولي الامر | هاتف ولي الامر | رقم جوال ولي الامر | رقم هاتف ولي الامر | \
         موبايل ولي الامر | تلفون ولي الامر | جوال الاب | هاتف الاب | رقم الاب | رقم جوال الاب | جوال الام | \
         هاتف الام | رقم الام | رقم جوال الام | جوال الوالد | هاتف الوالد | جوال الوالدة | هاتف الوالدة | \
         guardian phone | guardian mobile | guardian number | parent phone | parent mobile | parents phone | \
         father phone | father mobile | mother phone | mother mobile | telephone du parent | téléphone du parent",
    ),
    (
        Meaning::LocalId,
        "رقم الملف | رقم ملف | الملف | رقم ملف المريض | رقم الملف الطبي | الملف الطبي | رقم المريض | \
         رقم المراجع | كود المريض | الرقم الطبي | رقم السجل | رقم السجل الطبي | السجل الطبي | file | \
         file no | file number | file num | fileno | file id | patient file | patient file number | \
         patient file no | patient id | patientid | patient no | patient number | patient code | \
         mrn | mrn no | medical record number | medical record no | medical record | chart | \
         chart no | chart number | record number | record no | local id | localid | medical file | \
         medical file number | medical file no | numero de dossier | numéro de dossier | n dossier | dossier",
    ),
    (
        Meaning::NationalId,
        "رقم الهوية | الهوية | هوية | الهوية الوطنية | رقم الهوية الوطنية | هوية المريض | \
         رقم هوية المريض | السجل المدني | رقم السجل المدني | السجل | الاقامة | رقم الاقامة | \
         الهوية الاقامة | رقم الهوية الاقامة | رقم الهوية او الاقامة | الهوية او الاقامة | \
         الرقم القومي | الرقم الوطني | الرقم المدني | البطاقة المدنية | رقم البطاقة | \
         رقم البطاقة المدنية | بطاقة الاحوال | جواز السفر | رقم الجواز | رقم جواز السفر | \
         national id | nationalid | national id no | national id number | national number | \
         national no | national identity | id number | id no | identity | identity no | \
         identity number | iqama | iqama no | iqama number | id iqama | iqama id | civil id | \
         civil id no | civil id number | civil registry | resident id | emirates id | qid | cpr | \
         nid | ssn | passport | passport no | passport number | cin | n cin | carte d identite | numero d identite",
    ),
    (Meaning::Number, "رقم | الرقم | number | num"),
    (
        Meaning::Serial,
        "م | ت | ر | مسلسل | تسلسل | التسلسل | المسلسل | الرقم التسلسلي | رقم تسلسلي | رقم مسلسل | \
         no | nr | sn | s n | sno | s no | sl | sl no | sr | sr no | serial | serial no | \
         serial number | seq | row | row no | index | سبب الرفض | reason for rejection",
    ),
];

static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    HEADERS.iter().flat_map(|(meaning, headers)| headers.split('|').map(|header| (fold(header), *meaning))).collect()
});

/// Words that say how to fill a column, not what it holds.
const REMARKS: [&str; 8] = ["مطلوب", "اجباري", "الزامي", "اختياري", "required", "mandatory", "optional", "compulsory"];

/// What a header means, or `None` for one that is not known. `#` and `№` are serial numbers.
///
/// A header in two languages or with a remark (`الاسم / Name`, `Phone (required)`) means what its parts mean, where those
/// that are known agree.
pub(super) fn meaning(header: &str) -> Option<Meaning> {
    if matches!(header.trim(), "#" | "№") {
        return Some(Meaning::Serial);
    }
    let whole = without_remarks(header);
    if let Some(meaning) = MEANINGS.get(&whole) {
        return Some(*meaning);
    }
    let mut agreed: Option<Meaning> = None;
    for part in header.split(['/', '|', '\\', '(', ')', '[', ']', '-', '–', '—', ':', '\n', '،', ',']) {
        let Some(meaning) = MEANINGS.get(&without_remarks(part)).copied() else {
            continue;
        };
        agreed = match (agreed, meaning) {
            (None, meaning) => Some(meaning),
            // "Phone (WhatsApp)" is the more telling of the two.
            (Some(Meaning::Phone(known)), Meaning::Phone(other)) => Some(Meaning::Phone(known.min(other))),
            (Some(known), meaning) if known == meaning => Some(known),
            _ => return None,
        };
    }
    agreed
}

fn without_remarks(header: &str) -> String {
    let folded = fold(header);
    folded.split(' ').filter(|word| !REMARKS.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_many_writings() {
        use Meaning::{FullName, LocalId, NationalId, Phone, Serial};
        for (header, wanted) in [
            ("الإسم", FullName),
            ("اسم المريض", FullName),
            ("إسم المريض :", FullName),
            ("الاســـم الكامل", FullName),
            ("الاسم / Name", FullName),
            ("Full Name*", FullName),
            ("PATIENT NAME", FullName),
            ("full_name", FullName),
            ("الجوال", Phone(PhoneKind::Mobile)),
            ("رقم الجوّال (مطلوب)", Phone(PhoneKind::Mobile)),
            ("Mobile No.", Phone(PhoneKind::Mobile)),
            ("الهاتف", Phone(PhoneKind::Any)),
            ("Phone (WhatsApp)", Phone(PhoneKind::WhatsApp)),
            ("رقم الجوال (05xxxxxxxx)", Phone(PhoneKind::Mobile)),
            ("رقم الواتس آب", Phone(PhoneKind::WhatsApp)),
            ("رقم الملف", LocalId),
            ("File No.", LocalId),
            ("MRN", LocalId),
            ("رقم الهوية", NationalId),
            ("الهوية الوطنية", NationalId),
            ("السجل المدني", NationalId),
            ("رقم الهوية / الإقامة", NationalId),
            ("National ID", NationalId),
            ("رقم ولي الأمر", Phone(PhoneKind::Guardian)),
            ("جوال الأم", Phone(PhoneKind::Guardian)),
            ("Téléphone", Phone(PhoneKind::Any)),
            ("N° Tél", Phone(PhoneKind::Any)),
            ("Prénom", Meaning::NamePart(NamePart::First)),
            ("Numéro de dossier", LocalId),
            ("م", Serial),
            ("#", Serial),
            ("سبب الرفض", Serial),
            ("S.No", Serial),
        ] {
            assert_eq!(meaning(header), Some(wanted), "{header}");
        }
    }

    #[test]
    fn other_headers_are_not_taken_for_known_ones() {
        for header in [
            "",
            "  ",
            "ملاحظات",
            "Notes",
            "اسم الطبيب",
            "doctor name",
            "هاتف الطوارئ",
            "اسم المرافق",
            "العمر",
            "الجنس",
            "age",
            "Name / Phone",
            "insurance file",
            "تاريخ الميلاد",
            "ID",
        ] {
            assert_eq!(meaning(header), None, "{header}");
        }
    }

    #[test]
    fn no_header_has_two_meanings() {
        let all =
            HEADERS.iter().flat_map(|(meaning, headers)| headers.split('|').map(move |header| (*meaning, header)));
        for (wanted, header) in all {
            assert_eq!(meaning(header), Some(wanted), "{header}");
        }
    }
}
