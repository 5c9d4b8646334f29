//! The templates that a new tenant starts with: what most clinics write, in Arabic and in English.

use dawr_api::{Cx, Failure};
use dawr_kernel::id::MemberId;
use dawr_store::{TenantScope, Work};

use crate::template::{Content, OnUnknown, Template, Title};

/// Title and text.
const STARTERS: [(&str, &str); 8] = [
    (
        "تأكيد الحجز",
        "مرحبًا {{patientName}}، تم تسجيلك في {{clinicName}} لدى {{doctorName}}. رقمك {{ticketNumber}} وأمامك {{peopleAhead}}. \
         الوقت المتوقع للانتظار: {{estimatedWait}} دقيقة.",
    ),
    (
        "اقتراب الدور",
        "{{patientName}}، اقترب دورك لدى {{doctorName}}. ترتيبك الآن {{position}}. نرجو الحضور إلى {{clinicName}}.",
    ),
    ("حان دورك", "{{patientName}}، حان دورك الآن لدى {{doctorName}}. رقمك {{ticketNumber}}. تفضّل بالدخول."),
    (
        "اعتذار عن تأخير",
        "{{patientName}}، نعتذر عن تأخر المواعيد لدى {{doctorName}} اليوم. ترتيبك {{position}}، والوقت المتوقع \
         {{estimatedWait}} دقيقة. شكرًا لصبرك. {{clinicName}}",
    ),
    (
        "Booking confirmed",
        "Hello {{patientName}}, you are registered at {{clinicName}} with {{doctorName}}. Your number is {{ticketNumber}}; \
         {{peopleAhead}} ahead of you. Expected wait: {{estimatedWait}} minutes.",
    ),
    (
        "Turn is near",
        "{{patientName}}, your turn with {{doctorName}} is near. You are number {{position}} in line. Please come to \
         {{clinicName}}.",
    ),
    (
        "Your turn",
        "{{patientName}}, it is your turn with {{doctorName}} now. Your number is {{ticketNumber}}. Please come in.",
    ),
    (
        "Apology for a delay",
        "{{patientName}}, we are sorry: {{doctorName}} is running late today. You are number {{position}} in line; expected \
         wait: {{estimatedWait}} minutes. Thank you for your patience. {{clinicName}}",
    ),
];

/// Writes them for a tenant that is being founded.
///
/// # Errors
/// If one of them is no template, which a test excludes.
pub fn write(cx: &Cx, scope: &TenantScope, author: MemberId, work: &mut Work) -> Result<(), Failure> {
    for (title, content) in STARTERS {
        let template = Template {
            id: cx.new_id(),
            title: Title::parse(title).map_err(Failure::internal)?,
            content: Content::parse(content).map_err(Failure::internal)?,
            is_shared: true,
            on_unknown: OnUnknown::Hold,
            provider_template: None,
            pause: None,
            created_by: author,
            created_at: cx.now(),
            updated_at: cx.now(),
        };
        work.create(scope, &template);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Parsed;

    #[test]
    fn each_is_a_template() {
        for (title, content) in STARTERS {
            assert!(Title::parse(title).is_ok(), "{title}");
            assert!(Content::parse(content).is_ok_and(|content| Parsed::parse(content.as_str(), "content").is_ok()));
        }
    }
}
