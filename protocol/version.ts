/** Raised when a message changes so that an older side would misread it. */
export const protocolVersion = 1;
