let second = 0;
let text = "";

/** The time as HTTP writes it, which servers send with each response (RFC 9110, section 6.6.1). */
export function httpDate(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}
