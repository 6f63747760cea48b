import { SimpleGrid } from "@mantine/core";
import type { Curve, Metrics } from "../../api/types";
import { formatMetric, type Judgement, operatingPoints } from "../../lib/evaluation";
import { CurvePlot, type CurveSeries } from "./curve-plot";

type CurveName = "roc_curve" | "precision_recall_curve" | "calibration_curve";

/** The curves that were measured, each with both splits. */
export function Curves({ judgements, injected }: { judgements: Judgement[]; injected: boolean }) {
  const of = (name: CurveName, more: (metrics: Metrics) => Partial<CurveSeries>): CurveSeries[] =>
    judgements.flatMap(({ title, metrics }) => {
      const curve: Curve | null | undefined = metrics?.[name];
      return metrics && curve && curve.points.length > 0 ? [{ name: title, curve, ...more(metrics) }] : [];
    });
  const area = (value: number | null | undefined, what: string) =>
    value == null ? undefined : `${what} ${formatMetric(value)}`;
  const roc = of("roc_curve", (metrics) => ({
    summary: area(metrics.roc_auc, "area"),
    mark: operatingPoints(metrics.confusion_matrix)?.roc,
  }));
  const precisionRecall = of("precision_recall_curve", (metrics) => ({
    summary: area(metrics.average_precision, "average precision"),
    mark: operatingPoints(metrics.confusion_matrix)?.precisionRecall,
  }));
  const calibration = of("calibration_curve", () => ({}));
  const called = (title: string) => (injected ? `${title}, injected` : title);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
      {roc.length > 0 && (
        <CurvePlot title={called("ROC curve")} x="False alarm rate" y="Recall" series={roc} diagonal />
      )}
      {precisionRecall.length > 0 && (
        <CurvePlot
          title={called("Precision-recall curve")}
          x="Recall"
          y="Precision"
          series={precisionRecall}
        />
      )}
      {calibration.length > 0 && (
        <CurvePlot
          title={called("Calibration")}
          x="Predicted probability"
          y="Share of anomalies"
          series={calibration}
          diagonal
          dots
        />
      )}
    </SimpleGrid>
  );
}
