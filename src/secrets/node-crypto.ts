/** `node:crypto`, which a start does without: loading it takes a twentieth of one, so nothing of the start imports it. */
export const nodeCrypto = () => process.getBuiltinModule('node:crypto');
