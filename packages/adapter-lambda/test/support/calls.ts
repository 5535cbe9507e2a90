import { type ClientProtocol, ContractClient, fetchTransport, fromJson, toJson } from "@railhead/contract";

export function clientOf(url: string, protocol: ClientProtocol = "grpc-web"): ContractClient {
  return new ContractClient(url, fetchTransport, protocol);
}

/** The result of a method of `test.Process`, of functions/traps.ts. */
export async function ask(
  url: string,
  method: string,
  fields: Record<string, unknown> = {},
): Promise<unknown> {
  const answer = await clientOf(url).call(`/test.Process/${method}`, toJson(fields));
  if (answer.code !== 0) throw new Error(`${method}: ${answer.code} ${answer.message}`);
  return fromJson(answer.messages[0] ?? new Uint8Array(0)).result;
}
