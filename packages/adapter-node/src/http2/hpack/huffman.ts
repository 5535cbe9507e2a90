/**
 * How many bits each byte takes, as digits of base 36, and the end of the string behind them (RFC 7541, appendix B). The
 * lengths are the whole code: it is canonical, shorter codes first, and of one length in the order of bytes.
 */
const LENGTHS =
  "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6" +
  "f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn" +
  "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu";
const END_OF_STRING = 256;
/** The inner nodes of the code's tree: one less than its leaves. */
const NODES = 256;
/** In place of a byte: there is none yet, and there can be none any more. */
const NONE = -1;
const INVALID = -2;

/**
 * The tree of the code, four bits a step: where a node leads to, and which byte is complete on the way. No code is
 * shorter than five bits, so that it is one at most.
 */
interface Decoder {
  readonly next: Uint8Array;
  readonly bytes: Int16Array;
  /** The nodes at which a string may end: on up to seven bits that are all ones (section 5.2). */
  readonly isEnd: Uint8Array;
}

let decoder: Decoder | undefined;

/** Decodes a string. Undefined: it is none of this code. */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  decoder ??= buildDecoder();
  const { next, bytes: complete, isEnd } = decoder;
  // No code is shorter than five bits.
  const out = Buffer.allocUnsafe(Math.floor(((to - from) * 8) / 5));
  let length = 0;
  let node = 0;
  for (let at = from; at < to; at++) {
    const octet = bytes[at] as number;
    for (let shift = 4; shift >= 0; shift -= 4) {
      const step = node * 16 + ((octet >> shift) & 15);
      const byte = complete[step] as number;
      if (byte >= 0) out[length++] = byte;
      else if (byte === INVALID) return undefined;
      node = next[step] as number;
    }
  }
  return isEnd[node] === 1 ? out.toString("latin1", 0, length) : undefined;
}

function buildDecoder(): Decoder {
  const tree = buildTree();
  const next = new Uint8Array(NODES * 16);
  const bytes = new Int16Array(NODES * 16).fill(NONE);
  for (let node = 0; node < NODES; node++) {
    for (let bits = 0; bits < 16; bits++) {
      const step = node * 16 + bits;
      let at = node;
      for (let shift = 3; shift >= 0 && bytes[step] !== INVALID; shift--) {
        const child = tree[at * 2 + ((bits >> shift) & 1)] as number;
        at = child < NODES ? child : 0;
        if (child < NODES) continue;
        const symbol = child - NODES;
        bytes[step] = symbol === END_OF_STRING ? INVALID : symbol;
      }
      next[step] = at;
    }
  }
  const isEnd = new Uint8Array(NODES);
  for (let depth = 0, node = 0; depth <= 7; depth++, node = tree[node * 2 + 1] as number) isEnd[node] = 1;
  return { next, bytes, isEnd };
}

/** The two children of each node: another node, or a leaf, which is its symbol behind all nodes. */
function buildTree(): Uint16Array {
  const tree = new Uint16Array(NODES * 2);
  let nodes = 1;
  let code = 0;
  for (let length = 1; length <= 30; length++, code *= 2) {
    for (let symbol = 0; symbol <= END_OF_STRING; symbol++) {
      if (Number.parseInt(LENGTHS.charAt(symbol), 36) !== length) continue;
      let node = 0;
      for (let bit = length - 1; bit > 0; bit--) {
        const branch = node * 2 + ((code >>> bit) & 1);
        if (tree[branch] === 0) tree[branch] = nodes++;
        node = tree[branch] as number;
      }
      tree[node * 2 + (code & 1)] = NODES + symbol;
      code++;
    }
  }
  return tree;
}
