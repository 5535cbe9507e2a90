import { readFileSync } from "node:fs";

function read(name: string): string {
  return readFileSync(new URL(`./tls/${name}`, import.meta.url), "utf8");
}

function pair(name: string): { readonly key: string; readonly cert: string } {
  return { key: read(`${name}.key`), cert: read(`${name}.crt`) };
}

/** Signs the server's certificate and the client's. */
export const AUTHORITY: string = read("authority.crt");
/** For "localhost" and 127.0.0.1. */
export const SERVER = pair("server");
/** For "railhead-test-client". */
export const CLIENT = pair("client");
/** Signed by itself alone. */
export const STRANGER = pair("stranger");
