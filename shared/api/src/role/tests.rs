use super::*;

#[test]
fn only_an_owner_owns() {
    for role in Role::ALL {
        assert_eq!(role.owns(), matches!(role, Role::PrimaryAdmin | Role::PlatformAdmin), "{}", role.as_str());
    }
}

#[test]
fn what_is_the_platforms_is_in_its_own_roles_alone_and_support_is_given_to_nobody() {
    for role in Role::ALL {
        let (here, there) = (role.is_for(TenantKind::Clinic), role.is_for(TenantKind::Platform));
        let platforms = role.permissions().iter().any(Permission::is_platforms);
        assert_eq!(platforms, there, "{}", role.as_str());
        assert_eq!(!here && !there, *role == Role::Support, "{}", role.as_str());
        assert!(!(here && there), "{}", role.as_str());
    }
    assert!(!Role::Support.has(Permission::PatientContact), "numbers stay masked");
    assert_eq!(PermissionSet::OF_TENANTS, Role::PrimaryAdmin.permissions());
}

/// What a role permits is written here once more, so that a new permission gets into one on purpose only.
#[test]
fn a_role_gains_nothing_by_itself() {
    let floor = "clinics:read queues:read queues:serve tickets:write patients:read";
    let treats = format!("{floor} patients:write");
    let responsible = format!("{treats} queues:write patients:contact templates:read messages:read messages:send");
    let leads = format!(
        "{responsible} settings:manage clinics:manage members:read members:manage audit:read queues:delete \
         templates:write tasks:read tasks:manage quotas:read quotas:manage"
    );
    for (role, names) in [
        (Role::PrimaryAdmin, format!("{leads} roles:manage tenant:own")),
        (Role::SecondaryAdmin, format!("{leads} roles:manage")),
        (Role::Manager, leads),
        (Role::Moderator, format!("{responsible} members:read templates:write tasks:read tasks:manage quotas:read")),
        (Role::Doctor, responsible.clone()),
        (Role::Dentist, responsible.clone()),
        (Role::Hygienist, treats.clone()),
        (Role::Nurse, treats.clone()),
        (Role::Assistant, treats.clone()),
        (Role::Receptionist, format!("{responsible} tasks:read")),
        (Role::Billing, "clinics:read patients:read quotas:read patients:contact".to_owned()),
        (Role::Accountant, "clinics:read patients:read quotas:read".to_owned()),
        (Role::Pharmacist, "clinics:read queues:read queues:serve patients:read".to_owned()),
        (Role::User, format!("{treats} queues:write templates:read messages:read")),
        (
            Role::PlatformAdmin,
            "platform:read platform:manage platform:support dead-letters:manage tenant:own settings:manage \
             members:read members:manage audit:read"
                .to_owned(),
        ),
        (Role::PlatformOperator, "platform:read platform:support dead-letters:manage".to_owned()),
        (
            Role::Support,
            "clinics:read members:read audit:read queues:read patients:read templates:read messages:read \
             tasks:read tasks:manage quotas:read"
                .to_owned(),
        ),
    ] {
        let named = names.split_whitespace().map(|name| Permission::parse(name).unwrap());
        assert_eq!(role.permissions(), named.collect::<PermissionSet>(), "{}", role.as_str());
    }
}

#[test]
fn a_role_of_a_tenants_own_has_nothing_of_the_platforms() {
    let stored = r#"{"id":"rol_00000000000000000000000000","title":"منسق","permissions":["queues:read","dead-letters:manage"],"created_at":"2026-01-01T00:00:00Z"}"#;
    let role: OwnRole = serde_json::from_str(stored).unwrap();
    assert_eq!(role.permissions, PermissionSet::of(&[P::QueueRead]));
}

#[test]
fn a_role_is_named_by_its_word_or_its_id() {
    assert_eq!("nurse".parse(), Ok(RoleName::BuiltIn(Role::Nurse)));
    assert!("Nurse".parse::<RoleName>().is_err() && "rol_1".parse::<RoleName>().is_err());
    for role in Role::ALL {
        assert_eq!(RoleName::from(*role).to_string().parse(), Ok(RoleName::BuiltIn(*role)));
    }
}

#[test]
fn coverage_reads_as_it_was_written() {
    let one: ClinicId = "cli_00000000000000000000000000".parse().unwrap();
    for coverage in [Coverage::All, Coverage::Only(vec![one]), Coverage::Only(Vec::new())] {
        let text = serde_json::to_string(&coverage).unwrap();
        assert_eq!(serde_json::from_str::<Coverage>(&text).unwrap(), coverage);
    }
    assert!(Coverage::All.includes(&Coverage::Only(vec![one])) && !Coverage::Only(vec![one]).includes(&Coverage::All));
}
