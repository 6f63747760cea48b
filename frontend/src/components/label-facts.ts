import type { LabelReport } from "../api/types";
import { formatCount, plural } from "../lib/format";

/** What became of the labels: nothing that found no partner is passed over in silence. */
export function labelFacts(report: LabelReport | null | undefined): [string, string | false][] {
  if (!report) return [];
  const classes = Object.entries(report.classes);
  return [
    [
      "Labelled samples",
      `${formatCount(report.labelled)}${report.weak ? " (weak: guessed by patterns)" : ""}`,
    ],
    ["Without a label", report.unlabelled > 0 && formatCount(report.unlabelled)],
    ["Of several classes", report.ambiguous > 0 && plural(report.ambiguous, "sample")],
    ["Labels without a sample", report.unmatched_labels > 0 && formatCount(report.unmatched_labels)],
    [
      "Classes",
      classes.length > 0 && classes.length <= 20
        ? classes.map(([name, count]) => `${name} ${formatCount(count)}`).join(", ")
        : `${formatCount(classes.length)}`,
    ],
  ];
}
