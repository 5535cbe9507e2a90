#!/usr/bin/env bash
# Makes the certificates of the tests again: an authority, a server "localhost", a client "railhead-test-client", and
# a client whom no one vouches for. They are checked in, valid for a hundred years, so that tests need no openssl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"; }
self_signed() { key "$1"; openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 36500 -out "$1.crt"; }
signed() {
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$2" |
    openssl x509 -req -CA authority.crt -CAkey authority.key -CAcreateserial -days 36500 \
      -extfile <(printf "subjectAltName=%s" "$3") -out "$1.crt"
}

self_signed authority "Railhead test authority"
signed server localhost "DNS:localhost,IP:127.0.0.1"
signed client railhead-test-client "DNS:railhead-test-client"
self_signed stranger stranger
rm -f authority.srl authority.key
