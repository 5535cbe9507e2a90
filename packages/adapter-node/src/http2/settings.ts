import { ConnectionFault, ErrorCode, MAX_UINT31, Setting } from "./protocol.ts";

const SETTING_BYTES = 6;
/** What MAX_FRAME_SIZE may be. */
const FRAME_SIZES = { least: 2 ** 14, most: 2 ** 24 - 1 };

/** What a client has set, as far as it matters here. */
export interface ClientSettings {
  /** Of streams; undefined: as before. */
  readonly windowBytes: number | undefined;
  /** Each size that its table of fields shall have, one after the other: it may want it emptied in between. */
  readonly tableBytes: readonly number[];
}

/**
 * Reads the settings of a client (RFC 9113, section 6.5).
 *
 * @throws ConnectionFault for a value that is none
 */
export function readSettings(payload: Buffer): ClientSettings {
  const tableBytes: number[] = [];
  let windowBytes: number | undefined;
  for (let at = 0; at < payload.length; at += SETTING_BYTES) {
    const id = payload.readUInt16BE(at);
    const value = payload.readUInt32BE(at + 2);
    check(id, value);
    if (id === Setting.HEADER_TABLE_SIZE) tableBytes.push(value);
    else if (id === Setting.INITIAL_WINDOW_SIZE) windowBytes = value;
  }
  return { windowBytes, tableBytes };
}

function check(id: number, value: number): void {
  if (id === Setting.INITIAL_WINDOW_SIZE && value > MAX_UINT31) {
    throw new ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, `an initial window of ${value} bytes`);
  }
  const isWrong =
    (id === Setting.ENABLE_PUSH && value > 1) ||
    (id === Setting.MAX_FRAME_SIZE && (value < FRAME_SIZES.least || value > FRAME_SIZES.most));
  if (isWrong) throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, `setting ${id} of ${value}`);
}
