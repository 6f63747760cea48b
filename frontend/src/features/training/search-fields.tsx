import { MultiSelect, Stack, Textarea } from "@mantine/core";
import { Section } from "../../components/facts";
import { CODE, Line, ORDER, type PartProps, Pick, Row } from "./controls";
import type { Scaler, SearchForm } from "./form-search";

export const SCALERS: { value: Scaler; label: string }[] = [
  { value: "standard", label: "Standard: mean 0, deviation 1" },
  { value: "min_max", label: "Min-max: from 0 to 1" },
  { value: "robust", label: "Robust: median 0, quartile distance 1" },
  { value: "log1p", label: "Log: log(1 + x), then standard; for counts" },
  { value: "none", label: "None" },
];

const STRATEGIES: { value: SearchForm["strategy"]; label: string }[] = [
  { value: "off", label: "No search" },
  { value: "auto", label: "Automatic" },
  { value: "grid", label: "Grid: every combination" },
  { value: "random", label: "Random combinations" },
  { value: "halving", label: "Successive halving" },
];

const HINTS: Record<SearchForm["strategy"], string> = {
  off: "The parameters are fitted as they stand above.",
  auto: "Tries what is sensible for the algorithm, its scaling too, and takes the best.",
  grid: "Tries every combination in order, until the time is up.",
  random: "Tries combinations drawn at random, until the time is up.",
  halving: "Tries many on few samples; the better third goes on with three times as many.",
};

const METRICS: { value: SearchForm["metric"]; label: string }[] = [
  { value: "default", label: "What suits the labels" },
  { value: "average_precision", label: "Average precision" },
  { value: "roc_auc", label: "ROC AUC" },
  { value: "f1_score", label: "F1 score" },
  { value: "accuracy", label: "Accuracy" },
  { value: "log_loss", label: "Log loss" },
];

interface Props extends PartProps<SearchForm> {
  /** The algorithm's parameters. */
  parameters: string[];
}

/** Whether to look for better parameters before the model is fitted, and for how long. */
export function SearchFields({ form, errors, change, parameters }: Props) {
  const at = (name: string) => `/search/${name}`;
  return (
    <Section title="Search for better parameters">
      <Stack gap="sm">
        <Pick
          label="Search"
          description={HINTS[form.strategy]}
          data={STRATEGIES}
          value={form.strategy}
          error={errors["/search"]}
          onChange={(strategy) => change({ strategy }, "/search")}
        />
        {form.strategy !== "off" && (
          <>
            <Row>
              <Line
                label="Time budget, seconds"
                numeric
                value={form.budget}
                error={errors[at("budget_seconds")]}
                onChange={(budget) => change({ budget }, at("budget_seconds"))}
              />
              <Line
                label="Candidates at most"
                numeric
                value={form.candidates}
                error={errors[at("candidates")]}
                onChange={(candidates) => change({ candidates }, at("candidates"))}
              />
              <Line
                label="Folds of the search"
                numeric
                value={form.folds}
                error={errors[at("folds")]}
                onChange={(folds) => change({ folds }, at("folds"))}
              />
            </Row>
            <Row>
              <Pick
                label="Best is by"
                data={METRICS}
                value={form.metric}
                error={errors[at("metric")]}
                onChange={(metric) => change({ metric }, at("metric"))}
              />
              <MultiSelect
                label="Scaling to try"
                placeholder={
                  form.scalers.length > 0 ? undefined : form.strategy === "auto" ? "What suits" : "As chosen"
                }
                data={SCALERS}
                value={form.scalers}
                error={errors[at("scalers")]}
                onChange={(scalers) => change({ scalers: scalers as Scaler[] }, at("scalers"))}
              />
            </Row>
            {form.strategy !== "auto" && (
              <Textarea
                label="Values to try"
                description={`A parameter a line: values, or low to high, with log for equal ratios. Empty: the algorithm's own choice. Parameters: ${parameters.join(", ")}.`}
                inputWrapperOrder={ORDER}
                placeholder={`${parameters[0] ?? "C"} = 50, 100, 200`}
                classNames={CODE}
                rows={3}
                resize="vertical"
                value={form.space}
                error={errors[at("parameters")]}
                onChange={(event) => change({ space: event.currentTarget.value }, at("parameters"))}
              />
            )}
          </>
        )}
      </Stack>
    </Section>
  );
}
