import { Group, Select, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { type Choice, describeRange, display, type Entry, type Field } from "../../lib/json-schema";
import { CODE, ORDER } from "./controls";

interface Props {
  field: Field;
  entry: Entry;
  error?: string;
  onChange: (entry: Entry) => void;
}

/** One parameter of an algorithm, as its JSON Schema describes it. */
export function SchemaField({ field, entry, error, onChange }: Props) {
  const choice = field.choices[entry.choice] ?? field.choices[0];
  if (field.choices.length === 1) {
    return <Control label={field.title} {...{ field, choice, entry, error, onChange }} />;
  }
  return (
    <Stack gap={4}>
      <Group gap="xs" align="end" wrap={isLong(choice) ? "wrap" : "nowrap"}>
        <Select
          label={field.title}
          data={field.choices.map((option, index) => ({ value: String(index), label: option.label }))}
          value={String(entry.choice)}
          onChange={(index) => index !== null && onChange(switchTo(field, Number(index)))}
          allowDeselect={false}
          error={error && choice.kind === "const" ? true : undefined}
          style={{ flex: isLong(choice) ? "1 0 100%" : 2 }}
        />
        {choice.kind !== "const" && (
          <Control
            label={`${field.title}: ${choice.label}`}
            bare
            {...{ field, choice, entry, error, onChange }}
          />
        )}
      </Group>
      {field.description && (
        <Text size="xs" c="dimmed">
          {field.description}
        </Text>
      )}
      {error && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}

/** What is written over more than a few characters needs a line of its own. */
const isLong = ({ kind }: Choice): boolean => ["list", "map", "json"].includes(kind);

/** Another form of the same parameter starts from the default where that fits it, else empty. */
function switchTo(field: Field, index: number): Entry {
  const choice = field.choices[index];
  if (choice?.kind === "boolean") return { choice: index, text: "false" };
  if (choice?.kind === "enum") return { choice: index, text: display(choice.options[0]) };
  if (choice?.kind === "const") return { choice: index, text: display(choice.value) };
  return { choice: index, text: "" };
}

function hintOf(field: Field, choice: Choice): string | undefined {
  const range = "range" in choice ? describeRange(choice.range) : undefined;
  const parts = [field.description, range && `${range.charAt(0).toUpperCase()}${range.slice(1)}.`];
  return parts.filter(Boolean).join(" ") || undefined;
}

/** The control itself; `bare` leaves label, hint and error to the parameter's own. */
function Control(props: Props & { choice: Choice; label: string; bare?: boolean }) {
  const { field, choice, entry, label, bare } = props;
  const set = (text: string) => props.onChange({ choice: entry.choice, text });
  const common = bare
    ? { "aria-label": label, error: props.error ? true : undefined, style: { flex: 1 } }
    : { label, description: hintOf(field, choice), error: props.error, inputWrapperOrder: ORDER };
  switch (choice.kind) {
    case "boolean":
      return (
        <Switch
          label={bare ? undefined : label}
          aria-label={bare ? label : undefined}
          description={bare ? undefined : field.description}
          error={bare ? undefined : props.error}
          checked={entry.text === "true"}
          onChange={(event) => set(String(event.currentTarget.checked))}
        />
      );
    case "enum":
      return (
        <Select
          {...common}
          data={choice.options.map(display)}
          value={entry.text}
          onChange={(value) => value !== null && set(value)}
          allowDeselect={false}
        />
      );
    case "const":
      return <TextInput {...common} value={choice.label} readOnly />;
    case "list":
    case "map":
    case "json":
      return (
        <Textarea
          {...common}
          classNames={choice.kind === "json" ? CODE : undefined}
          placeholder={PLACEHOLDERS[choice.kind]}
          rows={2}
          resize="vertical"
          value={entry.text}
          onChange={(e) => set(e.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...common}
          inputMode={choice.kind === "integer" ? "numeric" : choice.kind === "number" ? "decimal" : "text"}
          value={entry.text}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}

const PLACEHOLDERS = { list: "1, 2, 3", map: "normal = 1, anomaly = 10", json: undefined };
