const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Uuids that the recorder made up itself: nobody's, and those it gave to tabs. */
const MADE_UP = /-0000-4000-8000-/;

/**
 * Exchanges whose ids are all known but whose answer hangs on what other operations had done by then.
 * Operation to a pattern of notes.
 */
const AFTER_OTHERS = {
};

/** Why an exchange cannot be compared on its own, or null when it can. */
export function whyDependent(name, { note, request }, known) {
  const sent = JSON.stringify([request.path, request.query, request.body]).toLowerCase();
  for (const id of sent.match(UUID) ?? []) {
    if (!known.has(id) && !MADE_UP.test(id)) return 'names something made while recording';
  }
  if (AFTER_OTHERS[name]?.test(note)) return 'the state had been changed by other operations';
  return null;
}
