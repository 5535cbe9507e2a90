import { ConnectionFault, ErrorCode, Flag, FrameType, MAX_FRAME_BYTES } from "./protocol.ts";

/** Where frames of a type may come, and how long they are. */
interface Rule {
  /** True: on a stream. False: on the connection itself, as stream 0. Undefined: on either. */
  readonly onStream?: boolean;
  readonly isLength: (length: number, flags: number) => boolean;
}

const hasPadLength = (length: number, flags: number): boolean =>
  length >= ((flags & Flag.PADDED) === 0 ? 0 : 1);

/** By type. Others are of extensions, and ignored. */
const RULES: readonly Rule[] = table([
  [FrameType.DATA, { onStream: true, isLength: hasPadLength }],
  [FrameType.HEADERS, { onStream: true, isLength: hasPadLength }],
  [FrameType.PRIORITY, { onStream: true, isLength: (length) => length === 5 }],
  [FrameType.RST_STREAM, { onStream: true, isLength: (length) => length === 4 }],
  [
    FrameType.SETTINGS,
    {
      onStream: false,
      isLength: (length, flags) => ((flags & Flag.ACK) === 0 ? length % 6 === 0 : length === 0),
    },
  ],
  [FrameType.PING, { onStream: false, isLength: (length) => length === 8 }],
  [FrameType.GOAWAY, { onStream: false, isLength: (length) => length >= 8 }],
  [FrameType.WINDOW_UPDATE, { isLength: (length) => length === 4 }],
  [FrameType.CONTINUATION, { onStream: true, isLength: () => true }],
]);

/**
 * Checks a frame by its head (RFC 9113, sections 4.2 and 6).
 *
 * @throws ConnectionFault for one that its connection does not survive
 */
export function checkFrame(type: number, flags: number, stream: number, length: number): void {
  if (length > MAX_FRAME_BYTES) {
    throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, `a frame of ${length} bytes`);
  }
  if (type === FrameType.PUSH_PROMISE) {
    throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE from a client");
  }
  const rule = RULES[type];
  if (rule === undefined) return;
  if (rule.onStream !== undefined && rule.onStream !== stream > 0) {
    throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, `a frame of type ${type} on stream ${stream}`);
  }
  if (!rule.isLength(length, flags)) {
    throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, `a frame of type ${type} with ${length} bytes`);
  }
}

function table(rules: readonly (readonly [type: number, rule: Rule])[]): Rule[] {
  const byType: Rule[] = [];
  for (const [type, rule] of rules) byType[type] = rule;
  return byType;
}
