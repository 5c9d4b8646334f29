use dawr_kernel::{
    entropy::Seeded,
    id::{Id, TenantId},
    text::PersonName,
};
use dawr_store::Ground;
use proptest::prelude::*;

use super::*;

const PHONES: [&str; 2] = ["+966501234567", "+966507654321"];
const NAMES: [&str; 3] = ["سارة", "ساره", "علي"];

fn newcomer(phone: usize, name: usize, file: Option<u8>, national: Option<u8>) -> Newcomer {
    Newcomer {
        full_name: PersonName::parse(NAMES[name]).unwrap(),
        phone: PhoneNumber::from_e164(PHONES[phone]).unwrap(),
        file_number: file.map(|n| LocalId::parse(&n.to_string()).unwrap()),
        national_id: national.map(|n| NationalId::parse(&format!("100000000{n}")).unwrap()),
        metadata: None,
        same_as: None,
        said_at: None,
    }
}

fn any_newcomer() -> impl Strategy<Value = Newcomer> {
    let number = || proptest::option::of(0_u8..4);
    (0..PHONES.len(), 0..NAMES.len(), number(), number())
        .prop_map(|(phone, name, file, national)| newcomer(phone, name, file, national))
}

struct Desk {
    directory: Directory,
    entropy: Seeded,
    scope: TenantScope,
}

impl Desk {
    fn new() -> Self {
        let entropy = Seeded::new(1);
        let tenant = TenantId::generate(Timestamp::UNIX_EPOCH, &entropy);
        Self { directory: Directory::default(), entropy, scope: TenantScope::on(Ground::Authorized, tenant) }
    }

    fn enrol(&mut self, newcomer: &Newcomer) -> Result<Enrolled, PatientError> {
        let mut work = Work::new();
        let expected = self.directory.actions(newcomer);
        let id = PatientId::generate(Timestamp::UNIX_EPOCH, &self.entropy);
        let enrolled = self.directory.enrol(&self.scope, newcomer, id, Timestamp::UNIX_EPOCH, &mut work)?;
        assert!(work.len() <= expected.unwrap());
        assert_eq!(enrolled.created, !work.is_empty(), "nothing was read here, so nothing can be filled in");
        Ok(enrolled)
    }
}

#[test]
fn the_same_person_is_one_patient() {
    let mut desk = Desk::new();
    let first = desk.enrol(&newcomer(0, 0, None, None)).unwrap();
    assert!(first.created);
    let again = desk.enrol(&newcomer(0, 1, None, None)).unwrap();
    assert_eq!((again.created, again.patient.id), (false, first.patient.id), "the name is folded");
    assert!(desk.enrol(&newcomer(1, 0, None, None)).unwrap().created, "another phone is another person");
    assert!(desk.enrol(&newcomer(0, 2, None, None)).unwrap().created, "a family shares a phone");
}

fn stored(patient: &Patient) -> Stored<Patient> {
    let mut item = serde_json::to_value(patient).unwrap();
    for (name, value) in [("PK", "T#ten#PATIENT#pat"), ("SK", "PATIENT"), ("kind", "patient")] {
        item[name] = value.into();
    }
    item["version"] = 4.into();
    Stored::decode(serde_dynamo::aws_sdk_dynamodb_1::to_item(item).unwrap()).unwrap()
}

#[test]
fn what_a_record_lacks_is_filled_in_once() {
    let mut desk = Desk::new();
    let known = desk.enrol(&newcomer(0, 0, None, None)).unwrap().patient;
    let mut fresh = Desk::new();
    fresh.directory.add(phone_and_name(&newcomer(0, 0, None, None)), known.id);
    let unread = Unread::decode(known.id, None).unwrap();
    fresh.directory.add_read(Record { patient: stored(&known), ties: None }, unread);
    let (mut work, now) = (Work::new(), Timestamp::from_second(5).unwrap());
    let mut enrol = |newcomer: &Newcomer, id| fresh.directory.enrol(&desk.scope, newcomer, id, now, &mut work);
    let filled = enrol(&newcomer(0, 0, Some(1), None), known.id).unwrap();
    assert!(!filled.created && filled.patient.file_number.is_some() && filled.patient.updated_at == now);
    // In the same transaction nobody else gets the number, even with another phone.
    let other = PatientId::generate(now, &Seeded::new(9));
    assert_eq!(enrol(&newcomer(1, 0, Some(1), None), other).unwrap().patient.id, known.id);
    // The record, its number, the entries of the phone and of its end, and the name's one word.
    assert_eq!(work.len(), 5);
}

#[test]
fn numbers_decide_before_names() {
    let mut desk = Desk::new();
    let sara = desk.enrol(&newcomer(0, 0, Some(1), Some(1))).unwrap().patient.id;
    assert_eq!(desk.enrol(&newcomer(1, 0, Some(1), None)).unwrap().patient.id, sara);
    assert_eq!(desk.enrol(&newcomer(0, 2, None, Some(1))).unwrap().patient.id, sara);
    // One digit may be wrong: where name and phone are both others, somebody is asked.
    for (file, national, number) in [(Some(1), None, "localId"), (None, Some(1), "nationalId")] {
        let asked = desk.enrol(&newcomer(1, 2, file, national));
        assert!(matches!(asked, Err(PatientError::Differs { field, patient }) if field == number && patient == sara));
        let confirmed = Newcomer { same_as: Some(sara), ..newcomer(1, 2, file, national) };
        assert_eq!(desk.enrol(&confirmed).unwrap().patient.id, sara);
    }
    let namesake = desk.enrol(&newcomer(0, 0, Some(2), None)).unwrap();
    assert!(namesake.created, "another file number is another person");
    assert_eq!(desk.enrol(&newcomer(0, 0, None, None)).unwrap().patient.id, sara, "the name alone means the first");
    assert!(matches!(desk.enrol(&newcomer(0, 0, Some(2), Some(1))), Err(PatientError::NationalIdTaken(_))));
    assert!(matches!(desk.enrol(&newcomer(0, 0, Some(1), Some(2))), Err(PatientError::FileNumberTaken(_))));
    assert!(matches!(desk.enrol(&newcomer(0, 0, Some(3), Some(1))), Err(PatientError::NationalIdTaken(_))));
}

proptest! {
    #[test]
    fn a_number_is_one_persons_and_a_repetition_changes_nothing(newcomers in proptest::collection::vec(any_newcomer(), 1..30)) {
        let mut desk = Desk::new();
        let mut patients: HashMap<PatientId, Patient> = HashMap::new();
        for newcomer in &newcomers {
            let Ok(enrolled) = desk.enrol(newcomer) else { continue };
            let known = patients.insert(enrolled.patient.id, enrolled.patient.clone());
            prop_assert_eq!(enrolled.created, known.is_none());
            prop_assert!(agree(&enrolled.patient.file_number, &newcomer.file_number));
            prop_assert!(agree(&enrolled.patient.national_id, &newcomer.national_id));
            let again = desk.enrol(newcomer).unwrap();
            prop_assert!(!again.created);
            // With no number of its own a newcomer is found by name: the first of that name.
            if newcomer.file_number.is_some() || newcomer.national_id.is_some() {
                prop_assert_eq!(again.patient.id, enrolled.patient.id);
            }
        }
        let mut numbers: Vec<_> = patients.values().filter_map(|patient| patient.file_number.clone()).collect();
        let count = numbers.len();
        numbers.sort();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), count);
    }
}
