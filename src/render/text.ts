/**
 * Characters that a person does not see but a model reads: control characters (but tab and line break), zero-width and
 * bidirectional marks, byte-order marks, and the tag block that can smuggle whole sentences.
 */
const unseen =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the class lists single characters on purpose
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;

/** Text from Lightdash as inert data: what cannot be seen is removed. */
export function plainText(text: string): string {
  return text.replace(unseen, '');
}
