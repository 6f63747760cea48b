/** What stands in a template for a part that varies. */
const WILDCARD = "<*>";

export interface TemplatePart {
  /** Where the part begins in the text. */
  at: number;
  text: string;
  wildcard: boolean;
}

/** A template's fixed parts and wildcards, in order; joined they are the text again. */
export function partsOf(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const [index, fixed] of text.split(WILDCARD).entries()) {
    if (index > 0) {
      parts.push({ at, text: WILDCARD, wildcard: true });
      at += WILDCARD.length;
    }
    if (fixed) parts.push({ at, text: fixed, wildcard: false });
    at += fixed.length;
  }
  return parts;
}
