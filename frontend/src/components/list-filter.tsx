import { CloseButton, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";

interface Filter<S extends string> {
  status?: S;
  q?: string;
}

/** Status and text, kept in the URL by the page. */
export function ListFilter<S extends string>(props: {
  statuses: readonly S[];
  value: Filter<S>;
  onChange: (filter: Filter<S>) => void;
}) {
  const { value, onChange } = props;
  const [text, setText] = useState(value.q ?? "");
  const search = useDebouncedCallback((q: string) => onChange({ ...value, q: q.trim() || undefined }), 250);

  // Back and forward change the URL under the field.
  useEffect(() => setText(value.q ?? ""), [value.q]);

  const clear = () => {
    setText("");
    onChange({ ...value, q: undefined });
  };
  return (
    <Group gap="sm" mb="md" role="search">
      <TextInput
        aria-label="Filter by name"
        placeholder="Filter by name"
        leftSection={<IconSearch size={16} />}
        rightSection={text && <CloseButton size="sm" aria-label="Clear the filter" onClick={clear} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
        w={260}
      />
      <Select
        aria-label="Filter by status"
        placeholder="Any status"
        data={[...props.statuses]}
        value={value.status ?? null}
        onChange={(status) => onChange({ ...value, status: (status as S | null) ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": "Any status" }}
        w={160}
      />
    </Group>
  );
}
