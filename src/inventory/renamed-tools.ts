/**
 * Current names of tools by the name that they had in an earlier release. An old name is not listed, and can be called
 * until the next major release; the answer says the new one. No tool has been renamed yet.
 */
export const renamedTools: Readonly<Record<string, string>> = {};
