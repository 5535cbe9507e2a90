/** The part of the response stream of AWS's runtime client that this adapter uses. */
export interface LambdaResponseStream {
  /** Throws once something was written. */
  setContentType(type: string): void;
  /** False: no more before "drain", which does not come once the stream is closed. */
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  on(event: "drain" | "finish" | "close" | "error", listener: () => void): unknown;
}
