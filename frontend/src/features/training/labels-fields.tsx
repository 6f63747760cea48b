import { Autocomplete, TagsInput, Text, Textarea } from "@mantine/core";
import type { DatasetProfile } from "../../api/types";
import { CODE, ORDER, type PartProps, Pick, Row } from "./controls";
import { type Labels, type LabelsForm, valuesOf } from "./form-labels";
import { LabelFile } from "./label-file";

type Part = PartProps<LabelsForm, Labels>;

interface Props extends Part {
  /** Of the logs. */
  profile?: DatasetProfile;
  /** Of the dataset that holds the label file. */
  labelProfile?: DatasetProfile;
  /** What a record has: roles and columns. */
  fields: string[];
  /** Whether the algorithm learns from labels. */
  needed: boolean;
  /** Whether the algorithm is chosen by trial. */
  automatic: boolean;
  /** Why nothing may be uploaded. */
  reason?: string;
}

/** What tells whether a sample is an anomaly, or of which class it is. */
export function LabelsFields(props: Props) {
  const { form, errors, change, needed } = props;
  return (
    <>
      <Pick
        label="Labels"
        description={hintOf(props)}
        data={[
          { value: "none", label: needed ? "Choose where the labels are" : "None" },
          { value: "field", label: "A field of the records" },
          { value: "file", label: "A label file" },
          { value: "patterns", label: "Patterns in the messages (weak labels)" },
        ]}
        value={form.kind}
        error={errors["/labels"]}
        onChange={(kind) => change({ kind }, "/labels")}
      />
      {form.kind === "field" && <FieldLabels {...props} />}
      {form.kind === "file" && <FileLabels {...props} />}
      {form.kind === "patterns" && (
        <Textarea
          label="Patterns"
          description="A regular expression a line. A sample with a message that one of them matches counts as an anomaly: a guess, and so is what is measured against it."
          inputWrapperOrder={ORDER}
          classNames={CODE}
          rows={3}
          resize="vertical"
          value={form.patterns}
          error={errors["/labels/patterns"]}
          onChange={(event) => change({ patterns: event.currentTarget.value }, "/labels/patterns")}
        />
      )}
    </>
  );
}

function hintOf({ form, needed, automatic }: Props): string {
  if (form.suggested) return `The data has a column called ${form.name}.`;
  if (form.kind !== "none") return "A window or session is an anomaly when any of its records is.";
  if (automatic) {
    return "Not needed. With labels, what is tried learns from them, and precision and recall are measured.";
  }
  return needed
    ? "This algorithm learns classes from labelled samples."
    : "Not needed to learn what is usual. With labels, precision and recall are measured.";
}

function FieldLabels({ form, errors, change, fields, profile }: Props) {
  const values = valuesOf(profile, form.name);
  return (
    <>
      <Autocomplete
        label="Label field"
        data={fields}
        value={form.name}
        error={errors["/labels/name"]}
        onChange={(name) => change({ name }, "/labels/name")}
      />
      <Row>
        <TagsInput
          label="Values of anomalies"
          data={values}
          value={form.positive}
          error={errors["/labels/positive"]}
          onChange={(positive) => change({ positive }, "/labels/positive")}
        />
        <TagsInput
          label="Values of normal samples"
          data={values}
          value={form.negative}
          error={errors["/labels/negative"]}
          onChange={(negative) => change({ negative }, "/labels/negative")}
        />
      </Row>
      <Text size="xs" c="dimmed">
        With only one of the two given, all other values are the other. With neither, every value is a class.
      </Text>
    </>
  );
}

function FileLabels({ form, errors, change, labelProfile, reason }: Props) {
  const columns = labelProfile?.columns ?? [];
  return (
    <>
      <LabelFile
        file={form.file}
        error={errors["/labels/dataset_id"]}
        reason={reason}
        onChange={(file) =>
          change({ file, key: undefined, column: undefined, filePositive: undefined }, "/labels/dataset_id")
        }
      />
      <Row>
        <Autocomplete
          label="Key column"
          description="Names the sessions; of other samples, the field of that name."
          inputWrapperOrder={ORDER}
          data={columns}
          value={form.key}
          error={errors["/labels/key"]}
          onChange={(key) => change({ key }, "/labels/key")}
        />
        <Autocomplete
          label="Label column"
          data={columns}
          value={form.column}
          error={errors["/labels/column"]}
          onChange={(column) => change({ column }, "/labels/column")}
        />
      </Row>
      <TagsInput
        label="Values of anomalies"
        data={valuesOf(labelProfile, form.column)}
        value={form.filePositive}
        error={errors["/labels/positive"]}
        onChange={(filePositive) => change({ filePositive }, "/labels/positive")}
      />
    </>
  );
}
