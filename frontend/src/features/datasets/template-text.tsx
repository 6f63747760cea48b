import { partsOf } from "../../lib/template";

/** A template as written, its wildcards set apart. Copied, it is the plain text. */
export function TemplateText({ text }: { text: string }) {
  return (
    <code className="template">
      {partsOf(text).map((part) =>
        part.wildcard ? (
          <span key={part.at} className="wildcard">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </code>
  );
}
