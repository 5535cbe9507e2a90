#!/usr/bin/env bash
# Makes the certificate of the TLS cases again. It is checked in, valid for a hundred years, so that they need no openssl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 \
  -subj /CN=localhost -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout server.key -out server.crt
