/** What a byte is to the scanner; a token is a run of the first six. */
export const digit = 1;
/** a to f. */
export const hexLetter = 2;
export const otherLetter = 4;
export const dot = 8;
export const dash = 16;
export const underscore = 128;
export const token = digit | hexLetter | otherLetter | dot | dash | underscore;
export const colon = 32;
export const lineEnd = 64;

export const classes = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  if (/[0-9]/.test(char)) classes[byte] = digit;
  else if (/[a-f]/i.test(char)) classes[byte] = hexLetter;
  // What is beyond ASCII is part of a word: `überevil.example` is not `berevil.example`.
  else if (/[g-z]/i.test(char) || byte > 127) classes[byte] = otherLetter;
}
classes[0x2e] = dot;
classes[0x2d] = dash;
classes[0x5f] = underscore;
classes[0x3a] = colon;
classes[0x0a] = lineEnd;

/** Upper case becomes lower case; digits, dots and dashes stay, and what else changes does so on both sides of a comparison. */
export const fold = (byte: number): number => byte | 0x20;

export const hashSeed = 0x811c9dc5 | 0;
/** FNV-1a, taken from the last byte to the first, so that a name's parents come on the way. */
export const hashNext = (hash: number, byte: number): number => Math.imul(hash ^ (byte | 0x20), 0x01000193);
