/** At most `limit` names that contain `query`; those that begin with it come first. */
export function rank(names, query, limit) {
  throw new Error('not written yet');
}

/** A function that runs `work` once, `ms` after the last call. */
export function debounced(work, ms) {
  throw new Error('not written yet');
}

/** Like `ask`, but an answer that was overtaken by a newer question becomes null. */
export function latest(ask) {
  throw new Error('not written yet');
}
