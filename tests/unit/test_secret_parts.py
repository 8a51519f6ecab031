"""What in a line of a script is a secret, and what only looks like one."""

from __future__ import annotations

import pytest

from aib2packer.ir.secret_parts import secret_parts, without_secrets

SECRETS = [
    ("cmdkey /add:server /user:x /pass:Hunter2!", "Hunter2!"),
    ('curl -H "Authorization: token ghp_abc123"', "ghp_abc123"),
    ("curl -H 'Authorization: Bearer abcdefgh12345678'", "abcdefgh12345678"),
    ("az login --service-principal -u x -p S3cr3t! --tenant t", "S3cr3t!"),
    ("export GITHUB_TOKEN=abc", "abc"),
    ("export ARM_CLIENT_SECRET=x1y2", "x1y2"),
    ("ConvertTo-SecureString 'V a1' -AsPlainText -Force", "V a1"),
    ('ConvertTo-SecureString -String "V1" -AsPlainText', "V1"),
    ('$password = "hunter two"', "hunter two"),
    ("echo 'password: hunter2' >> a.yml", "hunter2"),
    ('{"password": "simple"}', "simple"),
    ('{\\"password\\": \\"simple\\"}', "simple"),
    ("net user admin P@ssw0rd1 /add", "P@ssw0rd1"),
    ('echo "root:hunter2" | sudo chpasswd', "hunter2"),
    ("sshpass -p 'hello' ssh x", "hello"),
    ("curl -H 'Ocp-Apim-Subscription-Key: 12ab34'", "12ab34"),
    ("mysql --password=abcd", "abcd"),
    ("az storage blob list --account-key Zm9v==", "Zm9v=="),
    ("New-AzStorageContext -StorageAccountKey 'abc=='", "abc=="),
    ("docker login -u u -p pw123", "pw123"),
    ("git clone https://me:pw@x.net/r", "pw"),
    ("https://aaaaaaaaaaaaaaaaaaaa@x/y", "aaaaaaaaaaaaaaaaaaaa"),
    ("x 'AccountName=a;AccountKey=Zm9v+/==;x=1'", "Zm9v+/=="),
    ("DB_PASSWORD=hunter2; echo a", "hunter2"),
    ("Password=abc;Server=x", "abc"),
    ("kubectl create secret generic x --from-literal=password=hunter2", "hunter2"),
    ("curl -u me:pw2 https://x", "pw2"),
    ("setx DB_PASSWORD hunter2", "hunter2"),
    ("[Environment]::SetEnvironmentVariable('DB_PASSWORD','hunter2','Machine')", "hunter2"),
    ("pwd=hunter2", "hunter2"),
    ('"token": "abc"', "abc"),
    ("GITHUB_TOKEN: abc1", "abc1"),
]
ORDINARY = [
    "echo minimum_password_length=14 >> /etc/x",
    "TOKEN_URL=https://login.x/y",
    "password_history=24",
    "sort --key=1,2 file",
    "curl --key /etc/ssl/k.pem https://x",
    "set PASSWORD=%PW%",
    "apt-key adv --recv-key 0A1B2C3D",
    "password: false",
    "api_key: null",
    "ALTER: password=required",
    "--password-stdin",
    "--password $PASSWORD",
    "-Password (Read-Host)",
    "PASSWORD=$(cat x)",
    "sig=/tmp/release.tar.sig",
    "trap 'sig=INT' INT",
    'echo "Enter password: now"',
    'echo "Password: must-change"',
    'if [ "$TOKEN" == abc ]; then',
    "passwd -l root",
    "chage -M 90 root",
    "passwd: files sss",
    "PWD=/home/x",
    "%sudo ALL=(ALL) NOPASSWD:ALL",
    "PasswordAuthentication no",
    "-o PasswordAuthentication=no",
    "gpgkey=https://packages.microsoft.com/keys/microsoft.asc",
    "[signed-by=/usr/share/keyrings/x.gpg]",
    "Set-ItemProperty -Path HKLM:\\x -Name AutoAdminLogon -Value 0",
    "reg add HKLM\\x /v key /t REG_DWORD /d 1",
    "password = var.admin_password",
    "client_secret = var.client_secret",
    "token: ${{ secrets.X }}",
    'curl -H "Authorization: Bearer $TOKEN"',
    'curl -H "Metadata: true" "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net"',
    "az keyvault secret show --name x --vault-name y",
    '"adminPassword": "[parameters(\'adminPassword\')]"',
    '"adminPassword": "<password>"',
    "ssh-keygen -t rsa -N '' -f key",
    "net user administrator /active:no",
    "net user interface design",
    "minlen=14 dcredit=-1",
    "foreach ($key in $keys) { $key = $key.Name }",
    "$key = 'HKLM:\\Software\\x'",
    "$token = Get-Token",
    "New-Item -Key abc",
    "token=${TOKEN:-}",
    "dotnet nuget push --api-key $KEY",
    "systemctl mask x@y",
    "sudo sed -i 's/^password.*/password requisite pam_pwquality.so/' /etc/pam.d/x",
    "gpg --export 0A1B > x.key",
    "wget -qO- https://x/y.key | apt-key add -",
    "--secret id=npm,src=x",
    'password="$1"',
    'TOKEN=""',
]


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_secret_in_a_line_is_found(line: str, secret: str) -> None:
    assert [line[start:end] for start, end in secret_parts(line)] == [secret]


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_line_has_no_secret(line: str) -> None:
    assert secret_parts(line) == []


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_what_is_masked_has_no_secret_left(line: str, secret: str) -> None:
    once = without_secrets(line, "(sensitive value)")
    assert secret not in once
    assert without_secrets(once, "(sensitive value)") == once


def test_parts_that_overlap_are_one() -> None:
    line = "curl -H 'Authorization: Bearer abc1' --token 'x&sig=' https://x/?sig=abc&token=d"
    assert without_secrets(line, "*") == "curl -H 'Authorization: Bearer *' --token 'x&sig=' https://x/?sig=*&token=*"
