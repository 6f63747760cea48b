import { Select, type SelectProps, TextInput, type TextInputProps } from "@mantine/core";
import type { ReactNode } from "react";

/** Label, control, then what explains it and what is wrong with it. */
export const ORDER: ("label" | "input" | "description" | "error")[] = [
  "label",
  "input",
  "description",
  "error",
];

/** What a part of the form is given: its values, the errors by JSON pointer, and where changes go. */
export interface PartProps<F, Resolved = F> {
  form: Resolved;
  errors: Record<string, string>;
  /** Takes new values in, and takes back the error at `pointer`. */
  change: (part: Partial<F>, pointer: string) => void;
}

/** One of several; never none. */
export function Pick<V extends string>(
  props: Omit<SelectProps, "data" | "value" | "onChange"> & {
    data: readonly { value: V; label: string; disabled?: boolean }[];
    value: V;
    onChange: (value: V) => void;
  },
) {
  const { onChange, data, ...rest } = props;
  return (
    <Select
      {...rest}
      data={[...data]}
      inputWrapperOrder={ORDER}
      allowDeselect={false}
      onChange={(value) => value !== null && onChange(value as V)}
    />
  );
}

/** A line of text; `numeric` brings up the right keys on a telephone. */
export function Line(
  props: Omit<TextInputProps, "onChange"> & { numeric?: boolean; onChange: (text: string) => void },
) {
  const { onChange, numeric, ...rest } = props;
  return (
    <TextInput
      {...rest}
      inputMode={numeric ? "decimal" : undefined}
      inputWrapperOrder={ORDER}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Controls side by side, as many as there is room for. */
export const Row = ({ children }: { children: ReactNode }) => <div className="controls">{children}</div>;

/** Code is typed in a monospaced font; its label is not code. */
export const CODE = { input: "code-input" };
