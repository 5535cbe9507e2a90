import { readFileSync } from "node:fs";

const read = (name: string): string => readFileSync(new URL(`../../tls/${name}`, import.meta.url), "utf8");

/** For "localhost", signed by itself. */
export const CERTIFICATE: { readonly key: string; readonly cert: string } = {
  key: read("server.key"),
  cert: read("server.crt"),
};
