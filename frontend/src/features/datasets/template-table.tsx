import { ScrollArea, Table, Text } from "@mantine/core";
import type { Template, TemplateCount } from "../../api/types";
import { formatCount, formatTime } from "../../lib/format";
import { TemplateText } from "./template-text";

/** Templates and how many records each has; with examples, each can be opened. */
export function TemplateTable({
  label,
  templates,
}: {
  label: string;
  templates: TemplateCount[] | Template[];
}) {
  return (
    <ScrollArea.Autosize
      mah={320}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}
    >
      <Table fz="xs" verticalSpacing={3} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right" w="6rem">
              Records
            </Table.Th>
            <Table.Th>Template</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {templates.map((template) => (
            <Table.Tr key={template.id}>
              <Table.Td ta="right" style={{ verticalAlign: "top" }}>
                {formatCount(template.count)}
              </Table.Td>
              <Table.Td>
                {"examples" in template ? (
                  <WithExamples template={template} />
                ) : (
                  <TemplateText text={template.text} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}

function WithExamples({ template }: { template: Template }) {
  const { text, first_seen, last_seen, examples } = template;
  return (
    <details>
      <summary>
        <TemplateText text={text} />
      </summary>
      {first_seen && (
        <Text size="xs" c="dimmed" mt={4}>
          Seen from {formatTime(first_seen)} to {formatTime(last_seen)}
        </Text>
      )}
      {examples.map((example) => (
        <Text key={example} size="xs" ff="monospace" mt={4} style={{ overflowWrap: "anywhere" }}>
          {example}
        </Text>
      ))}
    </details>
  );
}
