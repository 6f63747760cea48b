import type { CalibrationMethod, MissingSpecification } from "../../api/types";
import { Line, type PartProps, Pick, Row } from "./controls";
import type { Scaler } from "./form-search";
import type { JobForm } from "./job-form-state";
import { SCALERS } from "./search-fields";

const MISSING: { value: MissingSpecification["type"]; label: string }[] = [
  { value: "refuse", label: "Refuse: the job fails" },
  { value: "mean", label: "The feature's mean" },
  { value: "median", label: "The feature's median" },
  { value: "zero", label: "Zero" },
  { value: "constant", label: "A number" },
];

const CALIBRATIONS: { value: "none" | CalibrationMethod; label: string }[] = [
  { value: "none", label: "As the algorithm gives them" },
  { value: "sigmoid", label: "Calibrated by a sigmoid: few samples are enough" },
  { value: "isotonic", label: "Calibrated by isotonic steps: from about 1000 samples" },
];

/**
 * What happens to the matrix before the model sees it, and to a classifier's probabilities after. An algorithm that is
 * chosen by trial has its scaling with it.
 */
export function PreparationFields({
  form,
  errors,
  change,
  automatic,
  calibrates,
}: PartProps<JobForm, JobForm & { scaler: Scaler }> & { automatic: boolean; calibrates: boolean }) {
  return (
    <Row>
      {!automatic && (
        <Pick
          label="Scaling"
          data={SCALERS}
          value={form.scaler}
          error={errors["/scaler"]}
          onChange={(scaler) => change({ scaler }, "/scaler")}
        />
      )}
      <Pick
        label="Missing values become"
        data={MISSING}
        value={form.missing}
        error={errors["/missing"]}
        onChange={(missing) => change({ missing }, "/missing")}
      />
      {form.missing === "constant" && (
        <Line
          label="In place of a missing value"
          numeric
          value={form.missingValue}
          error={errors["/missing/value"]}
          onChange={(missingValue) => change({ missingValue }, "/missing/value")}
        />
      )}
      {calibrates && (
        <Pick
          label="Probabilities"
          data={CALIBRATIONS}
          value={form.calibration}
          error={errors["/calibration"]}
          onChange={(calibration) => change({ calibration }, "/calibration")}
        />
      )}
    </Row>
  );
}
