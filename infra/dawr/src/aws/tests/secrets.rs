//! Secrets Manager.

use std::time::Duration;

use aws_sdk_secretsmanager::error::ProvideErrorMetadata;

use super::{Machine, secrets_manager};

#[tokio::test]
async fn a_secret_lives_changes_and_dies() {
    let machine = Machine::start().await;
    let client = secrets_manager(machine.serving.endpoints());
    let made = client
        .create_secret()
        .name("dawr/ten_1/whatsapp")
        .secret_string("one")
        .client_request_token("token-one-000000000000000000000000")
        .send()
        .await
        .unwrap();
    let arn = made.arn().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws:secretsmanager:us-east-1:000000000000:secret:dawr/ten_1/whatsapp-"));
    assert_eq!(made.version_id(), Some("token-one-000000000000000000000000"));
    let error = client
        .create_secret()
        .name("dawr/ten_1/whatsapp")
        .secret_string("two")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_resource_exists_exception(), "{error:?}");

    let put = |value: &str, token: &str| {
        client.put_secret_value().secret_id(&arn).secret_string(value).client_request_token(token).send()
    };
    let second = put("two", "token-two-000000000000000000000000").await.unwrap();
    assert_eq!(second.version_stages(), ["AWSCURRENT"]);
    put("two", "token-two-000000000000000000000000").await.unwrap();
    let error = put("three", "token-two-000000000000000000000000").await.unwrap_err().into_service_error();
    assert!(error.is_resource_exists_exception(), "{error:?}");

    let get = || client.get_secret_value().secret_id("dawr/ten_1/whatsapp");
    let current = get().send().await.unwrap();
    assert_eq!(current.secret_string(), Some("two"));
    assert_eq!(current.created_date().unwrap().secs(), 1_767_225_600);
    let previous = get().version_stage("AWSPREVIOUS").send().await.unwrap();
    assert_eq!(previous.secret_string(), Some("one"));
    let by_version = get().version_id("token-one-000000000000000000000000").send().await.unwrap();
    assert_eq!(by_version.secret_string(), Some("one"));
    let error = get().version_stage("NEVER").send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");

    let described = client.describe_secret().secret_id(&arn).send().await.unwrap();
    assert_eq!(described.version_ids_to_stages().unwrap().len(), 2);

    client.delete_secret().secret_id(&arn).force_delete_without_recovery(true).send().await.unwrap();
    let error = get().send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    client.create_secret().name("dawr/ten_1/whatsapp").send().await.unwrap();
    let error = get().send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "no value yet: {error:?}");
}

#[tokio::test]
async fn a_deleted_secret_can_be_had_back_for_a_while() {
    let machine = Machine::start().await;
    let client = secrets_manager(machine.serving.endpoints());
    let create = || {
        client
            .create_secret()
            .name("key")
            .secret_binary(aws_sdk_secretsmanager::primitives::Blob::new([1, 2, 3]))
            .send()
    };
    let delete = || client.delete_secret().secret_id("key").recovery_window_in_days(7).send();
    let get = || client.get_secret_value().secret_id("key").send();
    create().await.unwrap();
    delete().await.unwrap();
    let error = get().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_request_exception(), "{error:?}");
    let error = create().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_request_exception(), "{error:?}");
    client.restore_secret().secret_id("key").send().await.unwrap();
    let value = get().await.unwrap().secret_binary.unwrap();
    assert_eq!(value.as_ref(), [1, 2, 3]);
    delete().await.unwrap();
    machine.hand.forward(Duration::from_secs(7 * 86_400));
    let error = get().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    create().await.unwrap();
}

#[tokio::test]
async fn what_no_secret_can_be_is_refused() {
    let machine = Machine::start().await;
    let client = secrets_manager(machine.serving.endpoints());
    for (name, value) in [("a b", "x"), ("", "x"), ("long", &*"x".repeat(65_537)), ("empty", "")] {
        let error =
            client.create_secret().name(name).secret_string(value).send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("InvalidParameterException"), "{name}");
    }
}

#[tokio::test]
async fn a_request_token_has_a_length_and_a_forced_deletion_always_succeeds() {
    let machine = Machine::start().await;
    let client = secrets_manager(machine.serving.endpoints());
    for token in ["short", &"x".repeat(31), &"x".repeat(65)] {
        let create = client.create_secret().name("key").secret_string("x").client_request_token(token);
        let error = create.send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("InvalidParameterException"), "{token}");
    }
    let delete = |name: &str| client.delete_secret().secret_id(name).force_delete_without_recovery(true).send();
    let deleted = delete("never-was").await.unwrap();
    assert_eq!((deleted.name(), deleted.deletion_date().is_some()), (Some("never-was"), true));
    client.create_secret().name("key").secret_string("x").client_request_token("x".repeat(32)).send().await.unwrap();
    let put = client.put_secret_value().secret_id("key").secret_string("y").client_request_token("short");
    assert_eq!(put.send().await.unwrap_err().into_service_error().code(), Some("InvalidParameterException"));
    // One that ends in a week ends now.
    client.delete_secret().secret_id("key").recovery_window_in_days(7).send().await.unwrap();
    delete("key").await.unwrap();
    client.create_secret().name("key").secret_string("z").send().await.unwrap();
    // Without force, what does not exist is not found.
    let error = client.delete_secret().secret_id("never-was").send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
}
