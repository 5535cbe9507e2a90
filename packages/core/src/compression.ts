/** A compression of single messages, under its name in `grpc-encoding` and in HTTP's `content-encoding`. */
export interface CompressionCodec {
  /** Such as "gzip". */
  readonly name: string;
  compress(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * @param maxBytes stop as soon as the output grows beyond this many bytes
   * @param isWanted false once the call is over, for codecs that let messages wait for their turn
   * @throws RangeError when the output grows too large; any other error means that the data is corrupt
   */
  decompress(
    message: Uint8Array,
    maxBytes: number,
    isWanted?: () => boolean,
  ): Uint8Array | Promise<Uint8Array>;
}

/** How a server compresses its responses, and which compressed requests it takes. */
export interface CompressionOptions {
  /** What can be taken and given, best first. Default: what the entry point brings. */
  readonly codecs?: readonly CompressionCodec[] | undefined;
  /** Response messages under this many bytes stay plain. Default: 1024. */
  readonly minBytes?: number | undefined;
}
