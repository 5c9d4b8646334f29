//! What each recipient would get, or why nothing: the same for a preview, a send and the expansion of a batch.

use std::collections::{HashMap, HashSet};

use dawr_api::{
    Cx, Failure,
    role::Coverage,
    tenant::{Tenant, ZoneName},
};
use dawr_kernel::{
    id::{PatientId, QueueId, TicketId},
    phone::PhoneNumber,
    text::{Invalid, PersonName},
};
use dawr_patients::{model::Patient, ties::Ties};
use dawr_queues::{
    model::{Queue, Ticket, wait_minutes},
    store::Line,
};
use dawr_store::{Key, Stored, TenantScope, entity::Item, keys};
use jiff::Timestamp;

use crate::{
    account::{NoticeTemplate, WhatsAppAccount},
    batch::{Recipient, SkipCode, Snapshot},
    consent::{Consent, is_opted_out},
    contact::Contact,
    coverage::beyond,
    message::{Form, MessageText},
    sending::Channel,
    template::{Parsed, Variable},
    template_view::ProviderLanguage,
    validity::{Validity, speaks_of_turn},
    whatsapp::value::{TemplateValue, fitting},
};

/// What a variable without a value shows: there is no estimate yet.
const NO_VALUE: &str = "—";

/// A message that one recipient would get.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The patient.
    pub patient_id: PatientId,
    /// The patient's ticket.
    pub ticket_id: Option<TicketId>,
    /// The patient's name.
    pub name: PersonName,
    /// The phone.
    pub to: PhoneNumber,
    /// The text.
    pub text: MessageText,
    /// How it goes.
    pub form: Form,
    /// Until when it may go.
    pub validity: Validity,
}

/// Makes drafts for one snapshot.
pub struct Composer<'a> {
    cx: &'a Cx,
    scope: &'a TenantScope,
    tenant: &'a Tenant,
    account: &'a WhatsAppAccount,
    snapshot: &'a Snapshot,
    clinics: &'a Coverage,
    parsed: Parsed,
    wanted: HashSet<Variable>,
    /// Whether the text is about the patient's turn.
    speaks_of_turn: bool,
    /// When the text was asked for.
    asked_at: Timestamp,
    lines: HashMap<QueueId, Line>,
    /// Where in its line each ticket waits, from 1.
    positions: HashMap<TicketId, u32>,
    /// Where the days of queues begin whose lines were not loaded.
    zones: HashMap<QueueId, ZoneName>,
}

/// Everybody who waits in a line, in order.
pub fn recipients(line: &Line) -> Vec<Recipient> {
    line.waiting.iter().map(|ticket| Recipient::Ticket(ticket.id)).collect()
}

/// A recipient who was found.
struct Person {
    patient_id: PatientId,
    name: PersonName,
    phone: PhoneNumber,
    ticket: Option<Stored<Ticket>>,
}

impl<'a> Composer<'a> {
    /// A composer of what the snapshot says, for a sender who covers these clinics.
    ///
    /// # Errors
    /// If the stored text does not parse.
    pub fn new(
        cx: &'a Cx,
        scope: &'a TenantScope,
        tenant: &'a Tenant,
        account: &'a WhatsAppAccount,
        snapshot: &'a Snapshot,
        clinics: &'a Coverage,
    ) -> Result<Self, Failure> {
        let parsed = Parsed::stored(snapshot.content.as_str())?;
        let mut wanted: HashSet<Variable> = parsed.variables().collect();
        wanted.extend(snapshot.provider_template.iter().flat_map(|template| template.parameters.iter().copied()));
        Ok(Self {
            cx,
            scope,
            tenant,
            account,
            snapshot,
            clinics,
            parsed,
            speaks_of_turn: speaks_of_turn(wanted.iter()),
            asked_at: cx.now(),
            wanted,
            lines: HashMap::new(),
            positions: HashMap::new(),
            zones: HashMap::new(),
        })
    }

    /// Of a text for everybody who waits in this line, which was loaded already.
    #[must_use]
    pub fn with_line(mut self, line: Line) -> Self {
        self.add(line);
        self.for_those_who_wait()
    }

    /// What everybody who waits is told is about their turn, whatever it names.
    #[must_use]
    pub const fn for_those_who_wait(mut self) -> Self {
        self.speaks_of_turn = true;
        self
    }

    /// Of a text that was asked for at this time.
    #[must_use]
    pub const fn asked_at(mut self, at: Timestamp) -> Self {
        self.asked_at = at;
        self
    }

    fn add(&mut self, line: Line) {
        self.positions.extend(line.waiting.iter().map(|ticket| ticket.id).zip(1..));
        self.lines.insert(line.queue.id, line);
    }

    /// A ticket that waits in a line that was loaded.
    fn in_line(&self, id: TicketId) -> Option<&Stored<Ticket>> {
        let place = self.positions.get(&id)?.checked_sub(1)?;
        self.lines.get(&id.queue())?.waiting.get(usize::try_from(place).ok()?)
    }

    /// Whether the text asks for anything that only a ticket has.
    fn asks_for_ticket(&self) -> bool {
        self.wanted.iter().any(|variable| !matches!(variable, Variable::PatientName | Variable::ClinicName))
    }

    /// The open tickets that patients got last, for recipients that name a patient only.
    async fn latest_tickets(
        &mut self,
        recipients: &[Recipient],
    ) -> Result<HashMap<PatientId, Stored<Ticket>>, Failure> {
        if !self.asks_for_ticket() {
            return Ok(HashMap::new());
        }
        let patients = recipients.iter().filter_map(|recipient| match recipient {
            Recipient::Patient(id) => Some(keys::patient_ties(self.scope, *id)),
            Recipient::Ticket(_) => None,
        });
        let ties = self.cx.table().get_many::<Ties>(&patients.collect::<Vec<_>>()).await?;
        let latest: Vec<TicketId> = ties.iter().flatten().filter_map(|ties| ties.latest).collect();
        let queues = self.without_zone(latest.iter().map(|ticket| ticket.queue()));
        let tickets: Vec<Key> = latest.iter().map(|ticket| keys::ticket(self.scope, *ticket)).collect();
        let wanted: Vec<Key> = tickets.iter().chain(queues.keys()).cloned().collect();
        let mut items = self.cx.table().get_items(&wanted).await?;
        self.learn_zones(&queues, &items)?;
        let found = tickets.iter().filter_map(|ticket| items.remove(ticket)).map(Stored::<Ticket>::decode);
        let open = found.filter(|ticket| ticket.as_ref().map_or(true, |ticket| ticket.status.is_open()));
        Ok(open.map(|ticket| ticket.map(|ticket| (ticket.patient_id, ticket))).collect::<Result<_, _>>()?)
    }

    /// What each recipient would get, in their order.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn compose(&mut self, recipients: &[Recipient]) -> Result<Vec<Result<Draft, SkipCode>>, Failure> {
        let mut people = self.find(recipients).await?;
        self.refresh(&mut people).await?;
        self.drafts(recipients, people).await
    }

    /// What one patient would get now, about this ticket.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn compose_for(
        &mut self,
        patient: &Patient,
        ticket: Option<Stored<Ticket>>,
    ) -> Result<Result<Draft, SkipCode>, Failure> {
        let recipient = ticket.as_ref().map_or(Recipient::Patient(patient.id), |ticket| Recipient::Ticket(ticket.id));
        let person =
            Person { patient_id: patient.id, name: patient.full_name.clone(), phone: patient.phone.clone(), ticket };
        let draft = self.drafts(&[recipient], vec![Some(person)]).await?.pop();
        draft.ok_or_else(|| Failure::internal("one recipient has one draft"))
    }

    /// A ticket that is over may show what its patient was called then; an open one shows what the record says.
    async fn refresh(&self, people: &mut [Option<Person>]) -> Result<(), Failure> {
        let over = |person: &Person| person.ticket.as_ref().is_some_and(|ticket| !ticket.status.is_open());
        let stale = people.iter().flatten().filter(|person| over(person));
        let keys: Vec<_> = stale.map(|person| keys::patient(self.scope, person.patient_id)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let patients = self.cx.table().get_many::<Patient>(&keys).await?;
        let patients: HashMap<_, _> = patients.into_iter().flatten().map(|patient| (patient.id, patient)).collect();
        for person in people.iter_mut().flatten().filter(|person| over(person)) {
            if let Some(patient) = patients.get(&person.patient_id) {
                (person.name, person.phone) = (patient.full_name.clone(), patient.phone.clone());
            }
        }
        Ok(())
    }

    async fn drafts(
        &mut self,
        recipients: &[Recipient],
        people: Vec<Option<Person>>,
    ) -> Result<Vec<Result<Draft, SkipCode>>, Failure> {
        self.load_lines(&people).await?;
        let consent = |person: &Person| Consent::key(self.scope, person.patient_id, Channel::Whatsapp);
        let wishes = people
            .iter()
            .flatten()
            .flat_map(|person| [keys::contact(self.scope, person.phone.expose()), consent(person)]);
        let tickets = people.iter().flatten().filter_map(|person| person.ticket.as_ref());
        let queues = self.without_zone(tickets.map(|ticket| ticket.id.queue()));
        let wanted: Vec<Key> = wishes.chain(queues.keys().cloned()).collect();
        let wishes = self.cx.table().get_items(&wanted).await?;
        self.learn_zones(&queues, &wishes)?;
        let mut seen = HashSet::new();
        let mut drafts = Vec::with_capacity(recipients.len());
        for (recipient, person) in recipients.iter().zip(people) {
            drafts.push(match person {
                _ if !seen.insert(*recipient) => Err(SkipCode::Duplicate),
                None => Err(SkipCode::NotFound),
                Some(person) => {
                    let contact = wishes.get(&keys::contact(self.scope, person.phone.expose())).cloned();
                    let contact = contact.map(Stored::<Contact>::decode).transpose()?;
                    let consent = wishes.get(&consent(&person)).cloned();
                    let consent = consent.map(Stored::<Consent>::decode).transpose()?;
                    if is_opted_out(consent.as_deref(), contact.as_deref()) {
                        Err(SkipCode::OptedOut)
                    } else {
                        self.draft(person, contact.as_deref())
                    }
                }
            });
        }
        Ok(drafts)
    }

    /// Where those of the queues are whose days matter and are not known yet: what is said of a turn ends with its day.
    fn without_zone(&self, queues: impl Iterator<Item = QueueId>) -> HashMap<Key, QueueId> {
        let unknown = queues.filter(|queue| self.speaks_of_turn && self.zone(*queue).is_none());
        unknown.map(|queue| (keys::queue(self.scope, queue), queue)).collect()
    }

    /// Takes in where the days of queues begin that are among items.
    fn learn_zones(&mut self, queues: &HashMap<Key, QueueId>, items: &HashMap<Key, Item>) -> Result<(), Failure> {
        for (key, queue) in queues {
            if let Some(item) = items.get(key) {
                self.zones.insert(*queue, Stored::<Queue>::decode(item.clone())?.value.timezone);
            }
        }
        Ok(())
    }

    /// Where a queue's days begin, as far as it was read.
    fn zone(&self, queue: QueueId) -> Option<&ZoneName> {
        self.lines.get(&queue).map(|line| &line.queue.timezone).or_else(|| self.zones.get(&queue))
    }

    async fn find(&mut self, recipients: &[Recipient]) -> Result<Vec<Option<Person>>, Failure> {
        let mut keys = HashMap::new();
        for recipient in recipients {
            match recipient {
                Recipient::Patient(id) => keys.insert(*recipient, keys::patient(self.scope, *id)),
                Recipient::Ticket(id) if self.in_line(*id).is_none() => {
                    keys.insert(*recipient, keys::ticket(self.scope, *id))
                }
                Recipient::Ticket(_) => None,
            };
        }
        let named = recipients.iter().filter_map(|recipient| match recipient {
            Recipient::Patient(_) => None,
            Recipient::Ticket(id) => Some(id.queue()),
        });
        let queues = self.without_zone(named.clone());
        let wanted: Vec<Key> = keys.values().chain(queues.keys()).cloned().collect();
        let items = self.cx.table().get_items(&wanted).await?;
        self.learn_zones(&queues, &items)?;
        let mut latest = self.latest_tickets(recipients).await?;
        let queues = named.chain(latest.values().map(|ticket| ticket.id.queue()));
        let beyond = beyond(self.cx, self.scope, self.clinics, queues).await?;
        latest.retain(|_, ticket| !beyond.contains(&ticket.id.queue()));
        let item = |recipient: &Recipient| keys.get(recipient).and_then(|key| items.get(key)).cloned();
        recipients
            .iter()
            .map(|recipient| match recipient {
                Recipient::Patient(_) => {
                    let patient = item(recipient).map(Stored::<Patient>::decode).transpose()?;
                    Ok(patient.map(|patient| Person {
                        patient_id: patient.id,
                        name: patient.full_name.clone(),
                        phone: patient.phone.clone(),
                        ticket: latest.remove(&patient.id),
                    }))
                }
                Recipient::Ticket(id) if beyond.contains(&id.queue()) => Ok(None),
                Recipient::Ticket(id) => {
                    let ticket = match self.in_line(*id) {
                        Some(ticket) => Some(ticket.clone()),
                        None => item(recipient).map(Stored::<Ticket>::decode).transpose()?,
                    };
                    Ok(ticket.map(|ticket| Person {
                        patient_id: ticket.patient_id,
                        name: ticket.person.full_name.clone(),
                        phone: ticket.person.phone_number.clone(),
                        ticket: Some(ticket),
                    }))
                }
            })
            .collect()
    }

    /// Loads the lines that the text asks about, one trip for each queue.
    async fn load_lines(&mut self, people: &[Option<Person>]) -> Result<(), Failure> {
        use Variable::{DoctorName, EstimatedWait, PeopleAhead, Position};
        if ![DoctorName, EstimatedWait, PeopleAhead, Position].iter().any(|variable| self.wanted.contains(variable)) {
            return Ok(());
        }
        let tickets = people.iter().flatten().filter_map(|person| person.ticket.as_ref());
        let queues: HashSet<QueueId> = tickets.map(|ticket| ticket.id.queue()).collect();
        for queue in queues {
            if !self.lines.contains_key(&queue) {
                self.add(Line::load(self.cx, self.scope, queue).await?);
            }
        }
        Ok(())
    }

    fn draft(&self, person: Person, contact: Option<&Contact>) -> Result<Draft, SkipCode> {
        let validity = match &person.ticket {
            Some(ticket) if self.speaks_of_turn => {
                let zone = self.zone(ticket.id.queue()).unwrap_or(&self.tenant.timezone);
                Validity::of_turn(self.asked_at, zone)
            }
            _ => Validity::Lasting,
        };
        if validity.has_ended(person.ticket.as_deref(), self.cx.now()) {
            return Err(SkipCode::TurnOver);
        }
        let value = |variable| self.value(variable, &person);
        let text = self.parsed.render(value).map_err(|_| SkipCode::NoTicket)?;
        let text = MessageText::parse(&text).map_err(|invalid| match invalid {
            Invalid::Empty => SkipCode::EmptyValue,
            _ => SkipCode::TextTooLong,
        })?;
        let window =
            contact.and_then(|contact| contact.window_until(self.account.number_since, self.cx.now())).is_some();
        let form = match &self.snapshot.provider_template {
            Some(template) => {
                let values = template.parameters.iter();
                let values = values.map(|variable| TemplateValue::of(&value(*variable).ok_or(SkipCode::NoTicket)?));
                template_form(&template.name, &template.language, values.collect::<Result<_, _>>()?)?
            }
            None => form_of(&text, window, self.account.notice_template.as_ref())?,
        };
        let ticket_id = person.ticket.as_ref().map(|ticket| ticket.id);
        Ok(Draft {
            patient_id: person.patient_id,
            ticket_id,
            name: person.name,
            to: person.phone,
            text,
            form,
            validity,
        })
    }

    /// A variable's value; none if the recipient has no ticket and it asks for one.
    fn value(&self, variable: Variable, person: &Person) -> Option<String> {
        let ticket = person.ticket.as_ref();
        let queue = ticket.and_then(|ticket| self.lines.get(&ticket.id.queue())).map(|line| &line.queue);
        let position = || Some(self.positions.get(&ticket?.id).copied().unwrap_or_default());
        let ahead = || position().map(|position| position.saturating_sub(1));
        match variable {
            Variable::PatientName => Some(person.name.expose().to_owned()),
            Variable::ClinicName => Some(self.tenant.name.to_string()),
            Variable::TicketNumber => ticket.map(|ticket| ticket.ticket_number.to_string()),
            Variable::Position => position().map(|position| position.to_string()),
            Variable::PeopleAhead => ahead().map(|ahead| ahead.to_string()),
            Variable::DoctorName => queue.map(|queue| queue.doctor_name.to_string()),
            Variable::EstimatedWait => {
                let per_patient = queue.and_then(|queue| queue.minutes_per_patient());
                let minutes = ahead().map(|ahead| wait_minutes(per_patient, ahead))?;
                Some(minutes.map_or_else(|| NO_VALUE.to_owned(), |minutes| minutes.to_string()))
            }
        }
    }
}

/// How a text goes that has no approved template of its own: as it is while the 24-hour window is open, else in the notice
/// template.
///
/// # Errors
/// `WindowClosed` without either, `TemplatePaused`; `TextTooLong`, `EmptyValue` and `UnknownLanguage` for a template.
pub fn form_of(text: &MessageText, window: bool, notice: Option<&NoticeTemplate>) -> Result<Form, SkipCode> {
    match notice {
        _ if window => Ok(Form::Text),
        Some(NoticeTemplate { pause: Some(_), .. }) => Err(SkipCode::TemplatePaused),
        Some(NoticeTemplate { name, language, pause: None }) => {
            template_form(name, language, vec![TemplateValue::of(text.expose())?])
        }
        None => Err(SkipCode::WindowClosed),
    }
}

/// A message in an approved template, if WhatsApp would take it.
fn template_form(name: &str, language: &str, values: Vec<TemplateValue>) -> Result<Form, SkipCode> {
    if ProviderLanguage::parse(language).is_err() {
        return Err(SkipCode::UnknownLanguage);
    }
    Ok(Form::Template { name: name.to_owned(), language: language.to_owned(), parameters: fitting(values)? })
}
