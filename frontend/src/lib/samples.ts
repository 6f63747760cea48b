import type { SampleSpecification } from "../api/types";
import { formatStep } from "./format";

/** What a row of the matrix is, in words. */
export function describeSample(sample: SampleSpecification): string {
  switch (sample.kind) {
    case "window": {
      const { seconds, step_seconds, by } = sample;
      const step = step_seconds != null && step_seconds !== seconds;
      return `windows of ${formatStep(seconds)}${step ? ` every ${formatStep(step_seconds)}` : ""}${by ? ` by ${by}` : ""}`;
    }
    case "session":
      return `sessions by ${"regex" in sample.key ? sample.key.regex : sample.key.field}`;
    default:
      return `${sample.kind}s`;
  }
}
