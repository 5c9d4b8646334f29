//! `docs/api/authorization.md` and `docs/api/errors.md`.

use dawr_api::{
    code::Code,
    function::{Context, Requires},
    permission::Permission,
    role::Role,
};
use dawr_kernel::language::Language;

use super::{MARK, openapi::endpoints};

/// Which role may call which endpoint.
pub(super) fn authorization(contexts: &[&Context]) -> String {
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    let mut text = format!("<!-- {MARK} -->\n# Who may do what\n\n");
    text += "A cross means that members of this role may call the endpoint, within their own tenant. What belongs to \
             another tenant answers 404 to everybody. `platform_admin` and `platform_operator` are roles of the \
             organisation that runs the platform, which alone may call what is below `/api/platform` and `/api/dead-letters`; `support` is what an \
             operator may do during a stay in a tenant (docs/adr/0010).\n\n\
             How much of a tenant an endpoint concerns is its reach. `tenant`: it is for those who cover all of the tenant's \
             clinics; members of a branch get 403, whatever their role. `clinic`: what belongs to a clinic that the caller does \
             not cover answers 404, and is left out of lists. `shared`: what all clinics have in common. `own`: what is the \
             caller's. `public`: nobody is asked who they are, and a token that is sent along is not looked at.\n\n";
    text += &row(["endpoint", "requires", "reach"].into_iter().chain(roles.iter().copied()));
    text += &row(std::iter::repeat_n("---", 3 + roles.len()));
    for (_, _, http) in endpoints(contexts) {
        let endpoint = format!("`{} {}`", http.method.as_str(), http.path);
        let requires = match http.requires {
            Requires::Nothing => "nothing".to_owned(),
            Requires::RefreshCookie => "the refresh cookie".to_owned(),
            Requires::Signature => "the provider's signature".to_owned(),
            Requires::SignedIn => "whoever is signed in, also with something to do first".to_owned(),
            Requires::Account => "a member, about their own account, also with something to do first".to_owned(),
            Requires::Oneself => "a member, about themselves".to_owned(),
            Requires::Member => "a member".to_owned(),
            Requires::Permission(permission) => format!("`{}`", permission.as_str()),
        };
        let may = |role: &Role| match http.requires {
            Requires::Nothing | Requires::RefreshCookie | Requires::Signature => "–",
            Requires::SignedIn | Requires::Member => "×",
            // An operator who helps has no account there.
            Requires::Account | Requires::Oneself => match role {
                Role::Support => "",
                _ => "×",
            },
            Requires::Permission(permission) => cross(*role, permission),
        };
        text += &row([endpoint.as_str(), &requires, http.reach.as_str()].into_iter().chain(Role::ALL.iter().map(may)));
    }
    text += "\n## Permissions of the built-in roles\n\n";
    text += &row(std::iter::once("permission").chain(roles.iter().copied()));
    text += &row(std::iter::repeat_n("---", 1 + roles.len()));
    for permission in Permission::ALL {
        let name = format!("`{}`", permission.as_str());
        text += &row(std::iter::once(name.as_str()).chain(Role::ALL.iter().map(|role| cross(*role, *permission))));
    }
    text
}

const fn cross(role: Role, permission: Permission) -> &'static str {
    if role.has(permission) { "×" } else { "" }
}

/// Every error code, its status and its texts.
pub(super) fn errors() -> String {
    let mut text = format!("<!-- {MARK} -->\n# Error codes\n\n");
    text += "A failure lists all errors of the request; its status is that of the first. Codes are stable, texts may \
             improve. An error of a field says more than these texts where there is more to say.\n\n";
    text += &row(["code", "status", "English", "العربية"].into_iter());
    text += &row(std::iter::repeat_n("---", 4));
    for code in Code::ALL {
        let name = format!("`{}`", code.as_str());
        let status = code.status().as_u16().to_string();
        text += &row([name.as_str(), &status, code.text(Language::En), code.text(Language::Ar)].into_iter());
    }
    text
}

fn row<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
}
