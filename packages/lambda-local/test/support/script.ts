/** What test/handlers/stream.mjs streams. */
interface Script {
  readonly contentType?: string;
  readonly writes: readonly (string | number | { readonly base64: string })[];
  readonly error?: string;
}

export const INTEGRATION = "application/vnd.awslambda.http-integration-response";
export const NUL: string = "\0".repeat(8);

export function script(value: Script): string {
  return JSON.stringify(value);
}
