import { Autocomplete, TagsInput, Text } from "@mantine/core";
import type { FeatureSetPreset, SampleSuggestion } from "../../api/types";
import { More } from "../../components/more";
import { plural } from "../../lib/format";
import { describeSample } from "../../lib/samples";
import { CODE, Line, ORDER, type PartProps, Pick, Row } from "./controls";
import { countsTemplates, type SampleForm, type Samples } from "./form-samples";

type Part = PartProps<SampleForm, Samples>;

interface Props extends Part {
  presets: readonly FeatureSetPreset[];
  suggestion?: SampleSuggestion | null;
  /** What a record has: roles and columns. */
  fields: string[];
}

const KINDS = [
  { value: "preset", label: "As the feature set says" },
  { value: "record", label: "A record each" },
  { value: "window", label: "Windows of time" },
  { value: "session", label: "Sessions by a key" },
  { value: "row", label: "Rows of a table" },
] as const;

/** What a row of the matrix is, and the features computed for it. */
export function SampleFields({ form, presets, suggestion, fields, errors, change }: Props) {
  const chosen = presets.find(({ preset }) => preset === form.featureSet);
  const options = presets.map(({ preset, title }) => ({ value: preset, label: title }));
  return (
    <>
      <Row>
        <Pick
          label="Feature set"
          data={options.length > 0 ? options : [{ value: form.featureSet, label: form.featureSet }]}
          value={form.featureSet}
          error={errors["/feature_set"] ?? errors["/feature_set/preset"]}
          onChange={(featureSet) => change({ featureSet, kind: undefined }, "/feature_set")}
        />
        <Pick
          label="Samples"
          data={KINDS.map((one) =>
            one.value === "preset" && form.own
              ? { ...one, label: `As the feature set: ${describeSample(form.own)}` }
              : one,
          )}
          value={form.kind}
          error={errors["/feature_set/sample"]}
          onChange={(kind) => change({ kind }, "/feature_set/sample")}
        />
      </Row>
      <Text size="xs" c="dimmed" component="div">
        {chosen?.description}
        {chosen && chosen.features.length > 0 && ` ${plural(chosen.features.length, "feature")}.`}
        {form.suggested && suggestion && ` Suggested for this dataset: ${suggestion.reason}.`}
      </Text>
      {form.kind === "window" && <WindowFields {...{ form, errors, change }} />}
      {form.kind === "session" && <SessionFields {...{ form, fields, errors, change }} />}
      {form.kind === "row" && <RowFields {...{ form, fields, errors, change }} />}
      <More
        title={countsTemplates(form) ? "Features and templates" : "Features"}
        wrong={Object.keys(errors).some((pointer) => /^\/feature_set\/(features|templates)/.test(pointer))}
      >
        <TagsInput
          label="Features to compute"
          description="All when empty. name* stands for all that begin so, -name leaves one out."
          inputWrapperOrder={ORDER}
          data={chosen?.features.map(({ name }) => name) ?? []}
          value={form.features}
          error={errors["/feature_set/features"]}
          onChange={(features) => change({ features }, "/feature_set/features")}
        />
        {countsTemplates(form) && <TemplateFields {...{ form, errors, change }} />}
      </More>
    </>
  );
}

function WindowFields({ form, errors, change }: Part) {
  const at = (name: string) => `/feature_set/sample/${name}`;
  return (
    <Row>
      <Line
        label="Window, seconds"
        numeric
        value={form.seconds}
        error={errors[at("seconds")]}
        onChange={(seconds) => change({ seconds }, at("seconds"))}
      />
      <Line
        label="A window every, seconds"
        placeholder={form.seconds}
        numeric
        value={form.step}
        error={errors[at("step_seconds")]}
        onChange={(step) => change({ step }, at("step_seconds"))}
      />
      <Pick
        label="One for each"
        data={[
          { value: "none", label: "Span of time" },
          { value: "host", label: "Host and span" },
          { value: "process", label: "Process and span" },
        ]}
        value={form.by}
        error={errors[at("by")]}
        onChange={(by) => change({ by }, at("by"))}
      />
    </Row>
  );
}

function SessionFields({ form, fields, errors, change }: Part & { fields: string[] }) {
  const at = (name: string) => `/feature_set/sample/${name}`;
  return (
    <Row>
      <Pick
        label="The key is"
        data={[
          { value: "regex", label: "in the message" },
          { value: "field", label: "a field" },
        ]}
        value={form.keyIn}
        onChange={(keyIn) => change({ keyIn }, at(`key/${form.keyIn}`))}
      />
      {form.keyIn === "regex" ? (
        <Line
          label="Session key, regular expression"
          classNames={CODE}
          placeholder="blk_-?\d+"
          value={form.regex}
          error={errors[at("key/regex")]}
          onChange={(regex) => change({ regex }, at("key/regex"))}
        />
      ) : (
        <Autocomplete
          label="Session key, field"
          data={fields}
          value={form.field}
          error={errors[at("key/field")]}
          onChange={(field) => change({ field }, at("key/field"))}
        />
      )}
      <Line
        label="Open when idle less than, seconds"
        placeholder="never"
        numeric
        value={form.idle}
        error={errors[at("idle_seconds")]}
        onChange={(idle) => change({ idle }, at("idle_seconds"))}
      />
    </Row>
  );
}

function RowFields({ form, fields, errors, change }: Part & { fields: string[] }) {
  const at = (name: string) => `/feature_set/sample/${name}`;
  return (
    <>
      <Row>
        <TagsInput
          label="Columns"
          description="All when empty."
          inputWrapperOrder={ORDER}
          data={fields}
          value={form.columns}
          error={errors[at("columns")]}
          onChange={(columns) => change({ columns }, at("columns"))}
        />
        <TagsInput
          label="Columns to leave out"
          description="A label is left out by itself."
          inputWrapperOrder={ORDER}
          data={fields}
          value={form.exclude}
          error={errors[at("exclude")]}
          onChange={(exclude) => change({ exclude }, at("exclude"))}
        />
      </Row>
      <Row>
        <Pick
          label="Categories become"
          data={[
            { value: "one_hot", label: "A flag each" },
            { value: "ordinal", label: "Numbers, in the order of the text" },
          ]}
          value={form.encoding}
          error={errors[at("encoding")]}
          onChange={(encoding) => change({ encoding }, at("encoding"))}
        />
        <Line
          label="Least rows of a category"
          numeric
          value={form.minFrequency}
          error={errors[at("min_frequency")]}
          onChange={(minFrequency) => change({ minFrequency }, at("min_frequency"))}
        />
      </Row>
    </>
  );
}

function TemplateFields({ form, errors, change }: Part) {
  const at = (name: string) => `/feature_set/templates/${name}`;
  return (
    <Row>
      <Line
        label="Templates counted"
        description="The most frequent ones."
        numeric
        value={form.templatesMax}
        error={errors[at("max")]}
        onChange={(templatesMax) => change({ templatesMax }, at("max"))}
      />
      <Line
        label="With at least"
        description="Training records."
        numeric
        value={form.templatesMinCount}
        error={errors[at("min_count")]}
        onChange={(templatesMinCount) => change({ templatesMinCount }, at("min_count"))}
      />
      <Pick
        label="A template's value"
        data={[
          { value: "raw", label: "Its count" },
          { value: "binary", label: "1 when it occurs" },
          { value: "log1p", label: "ln(1 + count)" },
          { value: "tf-idf", label: "tf-idf" },
        ]}
        value={form.weight}
        error={errors[at("weight")]}
        onChange={(weight) => change({ weight }, at("weight"))}
      />
    </Row>
  );
}
