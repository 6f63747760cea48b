import { Select, Stack } from "@mantine/core";
import type { Algorithm } from "../../api/types";
import { More } from "../../components/more";
import { type Entry, type Field, fieldsOf } from "../../lib/json-schema";
import { initialEntry } from "../../lib/schema-values";
import { ORDER } from "./controls";
import { SchemaField } from "./schema-field";

/** So many parameters are shown at once; the others wait behind a line of text. */
const SHOWN = 5;

const TASKS: [task: string, title: string][] = [
  ["any", "With or without labels"],
  ["anomaly", "Anomaly detection, without labels"],
  ["classification", "Classification, with labels"],
];

/** The algorithms by what they need, in the order of the server's list. */
export function groupsOf(algorithms: Algorithm[]) {
  const known = TASKS.map(([task]) => task);
  const groups = [
    ...TASKS.map(([task, group]) => ({ group, items: algorithms.filter((one) => one.task === task) })),
    { group: "Others", items: algorithms.filter((one) => !known.includes(one.task)) },
  ];
  return groups
    .filter(({ items }) => items.length > 0)
    .map(({ group, items }) => ({
      group,
      items: items.map(({ id, title }) => ({ value: id, label: title })),
    }));
}

/** Which algorithm. */
export function AlgorithmField(props: {
  algorithms: Algorithm[];
  algorithm: Algorithm | undefined;
  error?: string;
  onChange: (id: string) => void;
}) {
  return (
    <Select
      label="Algorithm"
      description={props.algorithm?.description}
      inputWrapperOrder={ORDER}
      data={groupsOf(props.algorithms)}
      value={props.algorithm?.id ?? null}
      error={props.error}
      allowDeselect={false}
      maxDropdownHeight={420}
      onChange={(id) => id && props.onChange(id)}
    />
  );
}

/** The algorithm's parameters, as its JSON Schema describes them. */
export function ParameterFields(props: {
  algorithm: Algorithm | undefined;
  entries: Record<string, Entry>;
  /** By JSON pointer. */
  errors: Record<string, string>;
  onChange: (name: string, entry: Entry) => void;
}) {
  const fields = fieldsOf(props.algorithm?.parameters);
  const draw = (field: Field) => (
    <SchemaField
      key={`${props.algorithm?.id} ${field.name}`}
      field={field}
      entry={props.entries[field.name] ?? initialEntry(field)}
      error={props.errors[`/algorithm/${field.name}`]}
      onChange={(entry) => props.onChange(field.name, entry)}
    />
  );
  const [shown, others] = [fields.slice(0, SHOWN), fields.slice(SHOWN)];
  if (others.length === 0) return <Stack gap="sm">{shown.map(draw)}</Stack>;
  return (
    <Stack gap="sm">
      {shown.map(draw)}
      <More
        key={props.algorithm?.id}
        title={`More parameters (${others.length})`}
        wrong={others.some(({ name }) => `/algorithm/${name}` in props.errors)}
      >
        {others.map(draw)}
      </More>
    </Stack>
  );
}
