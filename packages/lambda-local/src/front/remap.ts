import type { HeaderPairs } from "./http.ts";

/** Headers that the way to the client owns: a function's come out under another name. */
const OWNED =
  /^(connection|content-length|date|keep-alive|server|te|trailer|transfer-encoding|upgrade|via|www-authenticate)$/i;

/** As Function URLs and API Gateway do it. */
export function remapOwned(headers: HeaderPairs): HeaderPairs {
  return headers.map(([name, value]) => [OWNED.test(name) ? `x-amzn-remapped-${name}` : name, value]);
}

/** As load balancers do it: such headers are gone. */
export function dropOwned(headers: HeaderPairs): HeaderPairs {
  return headers.filter(([name]) => !OWNED.test(name));
}

export function withDefault(headers: HeaderPairs, name: string, value: string): HeaderPairs {
  return headers.some(([key]) => key.toLowerCase() === name) ? headers : [...headers, [name, value]];
}
