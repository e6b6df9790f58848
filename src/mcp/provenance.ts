/**
 * Label of a result for information flow control, in the form that GitHub's MCP server uses (`_meta.ifc`): a host can keep
 * what untrusted text says from what the agent may do.
 */
interface FlowLabel {
  /** `untrusted`: holds text that users of Lightdash, or a warehouse, wrote. `trusted`: the words of this server only. */
  readonly integrity: 'trusted' | 'untrusted';
  /** Readers: everyone who may see it in Lightdash. */
  readonly confidentiality: readonly ['private'];
}

/** `_meta` of a result or of the contents of a resource. */
export const provenance = (integrity: FlowLabel['integrity']): { readonly ifc: FlowLabel } => ({
  ifc: { integrity, confidentiality: ['private'] },
});
