"""The committed templates and the contract, before anything is deployed."""

import pytest
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename
from stacks import NESTED, ROOT, TEMPLATE, run

TEMPLATES = [TEMPLATE, *NESTED]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_pass_cfn_lint(template):
    run("cfn-lint", "--non-zero-exit-code", "informational", "--", str(template))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_pass_sam_validate(template):
    run("sam", "validate", "--lint", "--region", "us-east-1", "--template-file", str(template))


def test_the_templates_contract_is_valid_openapi():
    document, url = read_from_filename(str(ROOT / "infra" / "openapi.yaml"))
    validate(document, base_uri=url)
