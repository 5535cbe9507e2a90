/** @throws Error for what is no status of a final response */
export function toStatus(value: unknown): number {
  const status = typeof value === "string" ? Number(value) : value;
  if (typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new Error(`the statusCode of the response is ${JSON.stringify(value) ?? "missing"}`);
}
