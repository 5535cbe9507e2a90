import { crc32 } from "node:zlib";

/** Type of a header's value: a string. */
const STRING = 7;

/**
 * One message of an event stream.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 *
 * @param headers their names and values have at most 255 and 65,535 bytes
 */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + payload.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), head, payload]);
  return Buffer.concat([message, checksum(message)]);
}

function encodeHeader(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(valueBytes.length);
  return Buffer.concat([Buffer.of(nameBytes.length), nameBytes, Buffer.of(STRING), length, valueBytes]);
}

function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

export function payloadChunk(bytes: Uint8Array): Buffer {
  const headers = {
    ":event-type": "PayloadChunk",
    ":content-type": "application/octet-stream",
    ":message-type": "event",
  };
  return encodeMessage(headers, bytes);
}

export function invokeComplete(details: {
  readonly ErrorCode?: string;
  readonly ErrorDetails?: string;
  readonly LogResult?: string;
}): Buffer {
  const headers = {
    ":event-type": "InvokeComplete",
    ":content-type": "application/json",
    ":message-type": "event",
  };
  return encodeMessage(headers, Buffer.from(JSON.stringify(details)));
}
