import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Certificates for the pages' TLS: X.509 (RFC 5280) in DER, as short as OpenSSL accepts it. */

const SHA256_WITH_ECDSA = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);

/** Writes ca.pem, and server and client certificates that it signed, with their keys. */
export async function writeCertificates(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const authority = keyPair();
  const isAuthority = sequence(BASIC_CONSTRAINTS, tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))));
  const names = [tagged(0x82, Buffer.from("localhost")), tagged(0x87, Buffer.from([127, 0, 0, 1]))];
  const isLocalhost = sequence(SUBJECT_ALT_NAME, tagged(0x04, sequence(...names)));
  const write = async (file: string, pem: string): Promise<void> => writeFile(join(folder, file), pem);
  await write("ca.pem", certificate("example CA", authority.publicKey, isAuthority, 1, authority.privateKey));
  for (const [serial, name] of [
    [2, "server"],
    [3, "client"],
  ] as const) {
    const { publicKey, privateKey } = keyPair();
    await write(`${name}.pem`, certificate(name, publicKey, isLocalhost, serial, authority.privateKey));
    await write(`${name}-key.pem`, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
}

function keyPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function certificate(
  name: string,
  key: KeyObject,
  extension: Buffer,
  serial: number,
  issuer: KeyObject,
): string {
  const day = 24 * 60 * 60 * 1000;
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([serial])),
    SHA256_WITH_ECDSA,
    commonName("example CA"),
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + day)),
    commonName(name),
    key.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(extension)),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, issuer)]));
  const der = sequence(body, SHA256_WITH_ECDSA, signature).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(name)))));
}

function utcTime(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

function oid(...bytes: number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
