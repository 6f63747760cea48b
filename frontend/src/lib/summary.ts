/** What was measured of a model, in sentences for people without statistics. No React here. */
import type { Alarms, Evaluation, Injection, Metrics } from "../api/types";
import { formatCount, plural } from "./format";

/** Everything that the evaluation says about how good the model is; `undefined` where it says nothing. */
export function summaryOf(evaluation: Evaluation): string | undefined {
  const { mode, alarms, metrics } = evaluation;
  if (mode === "labelled" && metrics) return ofAnomalies(metrics) ?? ofClasses(metrics);
  const staged = mode === "injected" && metrics ? ofIncidents(metrics, evaluation.injection) : undefined;
  return [alarms && ofAlarms(alarms), staged].filter(Boolean).join(" ") || undefined;
}

/** Whether incidents were staged in the data, rather than single odd samples mixed in. */
export const isStaged = (injection: Injection | null | undefined): boolean =>
  injection?.training_share != null;

/** "15 in a thousand, about 12 a day" */
function ofAlarms({ measured_on, samples, alarms, per_thousand, per_day }: Alarms): string {
  const whole = plural(samples, "sample");
  const where =
    measured_on === "training" ? `the ${whole} that it was trained on` : `${whole} it had not seen`;
  const rates = [`${about(per_thousand)} in a thousand`];
  if (per_day != null)
    rates.push(per_day < 0.1 ? "fewer than one in ten days" : `about ${about(per_day)} a day`);
  return `Of ${where}, it flags ${alarms === 0 ? "none" : `${formatCount(alarms)} (${rates.join(", ")})`}.`;
}

function ofIncidents(metrics: Metrics, injection: Injection | null | undefined): string | undefined {
  if (metrics.recall == null) return undefined;
  const what = isStaged(injection)
    ? { some: "incidents that were staged in this data", same: "such incidents" }
    : { some: "synthetic anomalies that were mixed in", same: "such anomalies" };
  const found = `Of ${what.some}, it finds ${percent(metrics.recall)}`;
  const counts = countsOf(metrics);
  // Without an alarm there is no share of right ones.
  const silent = counts !== undefined && counts.found + counts.falseAlarms === 0;
  return metrics.precision == null || silent
    ? `${found}.`
    : `${found}; of its alarms, ${percent(metrics.precision)} were ${what.same}.`;
}

function ofAnomalies(metrics: Metrics): string | undefined {
  const counts = countsOf(metrics);
  if (metrics.positives == null || !counts) return undefined;
  const { found, missed, falseAlarms } = counts;
  const anomalies = found + missed;
  const samples = plural(metrics.samples, "held-out sample");
  const alarms = falseAlarms === 0 ? "no false alarm" : plural(falseAlarms, "false alarm");
  return anomalies === 0
    ? `Among ${samples} there is no known anomaly; it raises ${alarms}.`
    : `Of ${plural(anomalies, "known anomaly", "known anomalies")} among ${samples} it finds ${formatCount(found)} and raises ${alarms}.`;
}

function ofClasses({ samples, accuracy }: Metrics): string | undefined {
  return accuracy == null
    ? undefined
    : `Of ${plural(samples, "held-out sample")}, it puts ${percent(accuracy)} into the right class.`;
}

/** Of a matrix of normal samples and anomalies. */
function countsOf({ confusion_matrix }: Metrics) {
  if (confusion_matrix?.classes.length !== 2) return undefined;
  const [[, falseAlarms] = [], [missed, found] = []] = confusion_matrix.counts;
  return falseAlarms === undefined || missed === undefined || found === undefined
    ? undefined
    : { falseAlarms, missed, found };
}

/** 0.842 → "84 %". What is not all or nothing is not rounded to it. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 0 && share > 0) return "less than 1 %";
  if (whole === 100 && share < 1) return "more than 99 %";
  return `${whole} %`;
}

/** A rate with as many digits as are worth saying: 14.7 → "15", 1.23 → "1.2". */
const about = (rate: number): string =>
  rate >= 10 ? formatCount(Math.round(rate)) : String(Number(rate.toPrecision(2)));
