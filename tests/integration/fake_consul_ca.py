"""The CA of fake_consul.py: certificates with the profile of Consul 1.8's built-in provider.

It keeps its roots, newest first, and signs each new root with the one before, as Consul does, so that
who trusts but the old root can verify new leafs through the certificate that they carry.
"""

import base64
import datetime
import hashlib
import json
import os
import random
import re
import time
import urllib.parse
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MINUTE, DAY = 60, 24 * 3600


def pem_of(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def sec1(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


def rfc3339(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def moment_of(certificate, which):
    """Newer releases of the library tell it with a time zone, and warn of those that do not."""
    name = f"not_valid_{which}"
    moment = getattr(certificate, name + "_utc", None) or getattr(certificate, name)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def key_id(public_key):
    """Consul's: 32 bytes, where most take 20."""
    return hashlib.sha256(
        public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).digest()


def colons(raw):
    return ":".join(f"{byte:02x}" for byte in raw)


def serial_of(number):
    return colons(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def common_name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, _ASN1Type.PrintableString)])


def usage(**given):
    names = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement "
             "key_cert_sign crl_sign encipher_only decipher_only").split()
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


class Root:
    """A root, its key, and the certificate by which its predecessor vouches for it."""

    def __init__(self, key, certificate, crosses, index):
        self.key, self.certificate, self.crosses, self.index = key, certificate, crosses, index

    def as_json(self, active, domain):
        certificate = self.certificate
        return {
            "ID": colons(certificate.fingerprint(hashes.SHA1())),
            "Name": "Consul CA Root Cert",
            "SerialNumber": certificate.serial_number,
            "SigningKeyID": colons(key_id(self.key.public_key())),
            "ExternalTrustDomain": domain,
            "NotBefore": moment_of(certificate, "before"),
            "NotAfter": moment_of(certificate, "after"),
            "RootCert": pem_of(certificate),
            "IntermediateCerts": self.crosses or None,
            "Active": active,
            "PrivateKeyType": "ec",
            "PrivateKeyBits": 256,
            "CreateIndex": self.index,
            "ModifyIndex": self.index,
        }


class Leaf:
    """What an agent keeps of a service: certificate, chain, key, and until when."""

    def __init__(self, service, uri, certificate, chain, key, issuer, after, before):
        self.service, self.uri, self.chain, self.key, self.issuer = service, uri, chain, key, issuer
        self.serial = serial_of(certificate.serial_number)
        self.valid_after, self.valid_before = after, before
        # An agent renews at a random moment between these, while somebody waits; later at once.
        self.renew_at = after + (before - after) * random.uniform(0.6, 0.9)
        self.stale_at = None  # when it is re-issued because of a new root
        self.issued_at = time.time()
        self.index = 0

    def as_json(self):
        return {
            "SerialNumber": self.serial,
            "CertPEM": self.chain,
            "PrivateKeyPEM": self.key,
            "Service": self.service,
            "ServiceURI": self.uri,
            "ValidAfter": rfc3339(self.valid_after),
            "ValidBefore": rfc3339(self.valid_before),
            "CreateIndex": self.index,
            "ModifyIndex": self.index,
        }


class Authority:
    """All roots of one trust domain. Not locked: fake_consul.py does that."""

    def __init__(self, folder=None):
        self.folder, self.domain, self.serial, self.roots = folder, str(uuid.uuid4()), 6, []
        self.stranger = None
        if folder and os.path.exists(self.state_file()):
            self.load()

    def state_file(self):
        return os.path.join(self.folder, "ca.json")

    def load(self):
        with open(self.state_file(), encoding="ascii") as file:
            state = json.load(file)
        self.domain, self.serial = state["domain"], state["serial"]
        for one in state["roots"]:
            key = serialization.load_pem_private_key(one["key"].encode(), None)
            self.roots.append(Root(key, x509.load_pem_x509_certificate(one["root"].encode()), one["crosses"], one["index"]))

    def save(self):
        if not self.folder:
            return
        os.makedirs(self.folder, exist_ok=True)
        roots = [{"key": sec1(r.key), "root": pem_of(r.certificate), "crosses": r.crosses, "index": r.index}
                 for r in self.roots]
        with open(self.state_file() + ".new", "w", encoding="ascii") as file:
            # Room for the leafs that were issued since.
            json.dump({"domain": self.domain, "serial": self.serial + 1000, "roots": roots}, file)
        os.rename(self.state_file() + ".new", self.state_file())

    def next_serial(self):
        self.serial += 1
        return self.serial

    def builder(self, subject, public, issuer, issuer_key, after, before):
        moment = datetime.datetime.utcfromtimestamp
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
            .serial_number(self.next_serial()).not_valid_before(moment(after)).not_valid_after(moment(before))
            .add_extension(x509.SubjectKeyIdentifier(key_id(public)), False)
            .add_extension(x509.AuthorityKeyIdentifier(key_id(issuer_key.public_key()), None, None), False)
        )

    def ca_certificate(self, key, subject, issuer, issuer_key, after, before):
        return (
            self.builder(subject, key.public_key(), issuer, issuer_key, after, before)
            .add_extension(usage(digital_signature=True, key_cert_sign=True, crl_sign=True), True)
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier(f"spiffe://{self.domain}.consul")]), False)
            .sign(issuer_key, hashes.SHA256())
        )

    def new_root(self, index):
        key, now = ec.generate_private_key(ec.SECP256R1()), int(time.time())
        uid = base64.b32encode(os.urandom(5)).decode().lower()
        subject = common_name(f"pri-{uid}.consul.ca.{self.domain[:8]}.consul")
        certificate = self.ca_certificate(key, subject, subject, key, now, now + 3652 * DAY)
        return Root(key, certificate, [], index)

    def rotate(self, index):
        root, now = self.new_root(index), int(time.time())
        if self.roots:
            old = self.roots[0]
            cross = self.ca_certificate(
                root.key, root.certificate.subject, old.certificate.subject, old.key, now - MINUTE, now + 7 * DAY)
            root.crosses = [pem_of(cross)]
        self.roots.insert(0, root)
        self.save()

    def uri(self, service):
        service = urllib.parse.quote(service, safe="~!$&'()*+,;=:@")
        return f"spiffe://{self.domain}.consul/ns/default/dc/dc1/svc/{service}"

    def validity(self, ttl, shift):
        """Backdated by a minute as Consul's, unless there is hardly more than that."""
        now = int(time.time()) + shift
        return (now - MINUTE, now - MINUTE + ttl) if ttl > 10 * MINUTE else (now, now + ttl)

    def issue(self, service, ttl, shift=0, certified=None, issuer=None):
        """`certified` is whose name the certificate has, `shift` moves its validity by seconds."""
        issuer = issuer or self.roots[0]
        key = ec.generate_private_key(ec.SECP256R1())
        after, before = self.validity(ttl, shift)
        plain = re.sub("[^a-z0-9]", "", (certified or service).lower())
        suffix = f".svc.default.{self.domain[:8]}.consul"
        certificate = (
            self.builder(common_name(plain[: 64 - len(suffix)] + suffix), key.public_key(),
                         issuer.certificate.subject, issuer.key, after, before)
            .add_extension(usage(digital_signature=True, key_encipherment=True, data_encipherment=True,
                                 key_agreement=True), True)
            .add_extension(x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier(self.uri(certified or service))]), False)
            .sign(issuer.key, hashes.SHA256())
        )
        chain = pem_of(certificate) + "".join(issuer.crosses)
        return Leaf(service, self.uri(service), certificate, chain, sec1(key), issuer, after, before)

    def issue_badly(self, service, ttl, mode):
        if mode == "expired-leaf":
            return self.issue(service, ttl, shift=-ttl - 2 * MINUTE)
        if mode == "future-leaf":
            return self.issue(service, ttl, shift=DAY)
        if mode == "other-service":
            return self.issue(service, ttl, certified=service + "-other")
        if mode == "foreign-root":
            self.stranger = self.stranger or self.new_root(0)
            return self.issue(service, ttl, issuer=self.stranger)
        leaf = self.issue(service, ttl)
        if mode == "wrong-key":
            leaf.key = sec1(ec.generate_private_key(ec.SECP256R1()))
        return leaf

    def bundle(self):
        return "".join(pem_of(root.certificate) for root in self.roots)

    def roots_json(self):
        return {
            "ActiveRootID": colons(self.roots[0].certificate.fingerprint(hashes.SHA1())),
            "TrustDomain": f"{self.domain}.consul",
            "Roots": [root.as_json(root is self.roots[0], self.domain) for root in self.roots],
        }
