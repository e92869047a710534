#!/usr/bin/env bash
# config schema and config convert.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
set -euo pipefail

it "the schema is JSON Schema, of all or of a part"
gatewayctl config schema
wants_status 0
wants_json '."$schema" == "https://json-schema.org/draft/2020-12/schema"'
wants_json '.properties.services'
gatewayctl config schema rate-limiting
wants_status 0
wants_json '.. | objects | select(has("minute"))'
gatewayctl config schema rate-limitng
wants_status 2
wants_err rate-limiting

cat >ingress.yml <<'Y'
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {konghq.com/strip-path: "true"}}
spec:
  ingressClassName: kong
  rules:
  - http:
      paths:
      - {path: /web, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
Y

it "manifests become a declarative config that is valid by itself"
gatewayctl config convert ingress.yml --to kong
wants_status 0
cp out kong.yml
wants "the path is there" grep -q /web kong.yml
gatewayctl validate --strict kong.yml
wants_status 0

it "a patch changes what is written"
gatewayctl config convert ingress.yml --patch 'ingress/web={"metadata":{"annotations":{"konghq.com/strip-path":"false"}}}'
wants_status 0
wants_out "strip_path: false"

it "broken manifests are status 1, missing ones 3"
sed 's/name: web, port/name: wbe, port/' ingress.yml >broken.yml
gatewayctl config convert broken.yml
wants_status 1
wants_err "broken.yml:9:"
wants_silence out
gatewayctl config convert /nowhere.yml
wants_status 3

finish
